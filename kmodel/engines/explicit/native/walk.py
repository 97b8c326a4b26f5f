"""Walks by machine code: the driver of `walking`."""

from __future__ import annotations

import ctypes
from array import array
from collections.abc import Sequence
from functools import lru_cache
from time import perf_counter

from kmodel.engines.engine import Budget
from kmodel.engines.explicit.dice import ONES, mix
from kmodel.engines.explicit.native import compile as compiling
from kmodel.engines.explicit.native.assembly import WALKS
from kmodel.engines.explicit.native.memory import Block, available
from kmodel.engines.explicit.native.packing import WORD
from kmodel.engines.explicit.native.plan import failing
from kmodel.engines.explicit.native.search import Program, program
from kmodel.engines.explicit.native.space import Space
from kmodel.engines.explicit.native.walking import walking
from kmodel.engines.explicit.walking import Walks

_ROOM = 1 << 15
"""States that walks write before Python looks at them."""

_DEEPEST = 1 << 22
_MEMORY = 1 << 30
"""Bytes for telling states from each other, unless more or less is allowed: walks go on without."""


class Context(ctypes.Structure):
    """See `assembly.WALKS`."""

    _fields_ = [(name, ctypes.c_uint64) for name in WALKS]


@lru_cache
def _code(words: int) -> compiling.Code:
    return compiling.compiled(walking(words), ("walk",), compiling.BEST)


def machine(walks: Walks, budget: Budget) -> Walker | None:
    """What makes the walks; None where numbers are too large, or walks too long."""
    ready = program(walks.system) if walks.depth < _DEEPEST else None
    return None if ready is None else Walker(walks, ready, budget)


class Walker:
    """Walks through states, which are kept so as to count each once."""

    def __init__(self, walks: Walks, ready: Program, budget: Budget) -> None:
        self.walks, self.ready = walks, ready
        most = budget.memory if budget.memory is not None else min(_MEMORY, available() or _MEMORY)
        self.space = Space(ready.packing, len(walks.system.actions), ready.module.events, most)
        self.counted = True
        self.began = perf_counter()
        room = max(_ROOM, walks.depth + 2)
        self.path, self.starts = Block(8 * ready.packing.words * room), Block(1)
        self.context = Context(path=self.path.address, depth=walks.depth, room=room, seed=mix(walks.seed & ONES))
        self.function = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 3)(_code(ready.packing.words).addresses["walk"])
        self.begins: Sequence[int] = ()
        ready.load(self.space)
        for claim in range(len(walks.system.claims)):
            word, bit = divmod(failing(claim), WORD)
            self.space.watch[word] |= 1 << bit

    @property
    def taken(self) -> list[int]:
        return self.space.counts()

    @property
    def runs(self) -> int:
        return int(self.context.number)

    @property
    def deadlocks(self) -> int:
        return int(self.context.deadlocks)

    @property
    def states(self) -> int:
        return self.space.states

    def walk(self, begins: Sequence[int], number: int, stop: int) -> Sequence[int]:
        """Makes walks from this number to before that one, or fewer, and returns those in which an open claim failed first, in order."""
        context = self.context
        self._begin(begins)
        context.listed = self.walks.listed is not None
        context.many, context.first, context.number, context.stop, context.written = len(begins), number, number, stop, 0
        self.function(ctypes.addressof(self.space.context), self.space.workers[0].address, ctypes.addressof(context))
        if self.counted:
            self._count()
        self.ready.improve(self.space, perf_counter() - self.began)
        return self.space.taken_hits()

    def _begin(self, begins: Sequence[int]) -> None:
        """The words of these states, if they are others than the last time."""
        if begins is self.begins:
            return
        self.begins = begins
        packing, form = self.ready.packing, self.walks.form
        words = [word for packed in begins for word in packing.encode(form.decode(packed))]
        self.starts = Block(8 * max(len(words), 1))
        ctypes.memmove(self.starts.address, array("Q", words).tobytes(), 8 * len(words))
        self.context.starts = self.starts.address

    def _count(self) -> None:
        try:
            self.space.insert_words(self.path.address, int(self.context.written))
        except MemoryError:
            self.counted = False
