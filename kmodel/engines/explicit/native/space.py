"""The states of a search in memory, and the compiled functions that work on them.

States have indexes, breadth first: those of a level are together, in the order in which they were found (with several workers, in any
order). A state takes its words, four bytes for its parent, and 10 to 20 bytes of the table.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from threading import Thread
from typing import Any

from kmodel.engines.explicit.native.assembly import CONTEXT, WORKER
from kmodel.engines.explicit.native.memory import Block
from kmodel.engines.explicit.native.packing import Packing
from kmodel.engines.explicit.native.runtime import BATCH, CHUNK, FILTERED, NOBODY
from kmodel.ground.system import State
from kmodel.records import dataclass

_LOAD = 0.7
_FIRST_SLOTS = 1 << 13
_FIRST_STATES = 1 << 12
_QUICKLY = 1 << 21
"""Up to so many places a table grows fourfold, then twofold."""

_INDEXES = NOBODY - 1
_SPARE = 16
"""Places that are written, or read, beyond the last step: whole vectors are."""


class Context(ctypes.Structure):
    """What all workers share; see `assembly.CONTEXT`."""

    _fields_ = [(name, ctypes.c_uint64) for name in CONTEXT]


class _Shared(ctypes.Structure):
    """What one worker has for itself; see `assembly.WORKER`."""

    _fields_ = [(name, ctypes.c_uint64) for name in WORKER]


Functions = dict[str, Callable[..., int]]


def functions(addresses: dict[str, int]) -> Functions:
    """The runtime's functions; each call releases the interpreter's lock."""
    pointer, number = ctypes.c_void_p, ctypes.c_uint64
    signs: dict[str, tuple[Any, ...]] = {
        "level": (None, pointer, pointer),
        "insert": (None, pointer, pointer, number),
        "rebuild": (None, pointer),
        "find": (number, pointer, pointer),
        "settle": (None, pointer, number, number),
    }
    return {name: ctypes.CFUNCTYPE(*sign)(addresses[name]) for name, sign in signs.items()}


@dataclass(slots=True)
class Worker:
    """A thread's own memory."""

    fields: _Shared
    counts: Any
    buffer: Any
    rest: tuple[Any, ...]

    @property
    def address(self) -> int:
        return ctypes.addressof(self.fields)


def worker(actions: int, words: int, events: int) -> Worker:
    room = BATCH + actions + _SPARE
    arrays: dict[str, Any] = {
        "counts": (ctypes.c_uint64 * max(actions, 1))(),
        "buffer": (ctypes.c_uint64 * (room * words))(),
        "hashes": (ctypes.c_uint64 * room)(),
        "sources": (ctypes.c_uint32 * room)(),
        "actions": (ctypes.c_uint32 * room)(),
        "fresh": (ctypes.c_uint32 * room)(),
        "events": (ctypes.c_uint64 * events)(),
        "filter": (ctypes.c_uint64 * FILTERED)(),
    }
    fields = _Shared(**{name: ctypes.addressof(array) for name, array in arrays.items()})
    for at in range(room):
        arrays["sources"][at] = NOBODY
    return Worker(fields, arrays["counts"], arrays["buffer"], tuple(arrays.values()))


class Space:
    """The states, their parents, the table that finds them, and the workers.

    `most` limits the memory, in bytes; whoever needs more gets a MemoryError, and all states that were found stay readable. `watch` and
    the hits are in terms of the events of `plan`."""

    def __init__(self, packing: Packing, actions: int, events: int, most: int | None = None) -> None:
        self.packing, self.most, self.actions, self.events = packing, most, actions, events
        self.context = Context()
        self.workers = [worker(actions, packing.words, events)]
        self.watch = (ctypes.c_uint64 * events)()
        self.hits = (ctypes.c_uint64 * (64 * events + 1))()
        self.arena, self.parents, self.table = Block(1), Block(1), Block(1)
        self.capacity = 0
        self.code: Functions = {}
        self.kept: list[object] = []
        context = self.context
        grain = max(1, min(64, 8192 // max(actions, 1)))
        context.watch, context.width, context.hits = ctypes.addressof(self.watch), events, ctypes.addressof(self.hits)
        context.grain, context.expanding = grain, 1

    def use(self, code: Functions, held: object) -> None:
        """The runtime, whose code lives as long as `held`. With several workers it must be one for threads."""
        self.code = code
        self.kept.append(held)
        find: Any = code["find"]
        self.context.find = ctypes.cast(find, ctypes.c_void_p).value or 0

    def employ(self, workers: int) -> None:
        """At least so many workers. The first is there from the beginning."""
        while len(self.workers) < workers:
            self.workers.append(worker(self.actions, self.packing.words, self.events))

    def visit_by(self, address: int, held: object) -> None:
        """The compiled `visit`, whose code lives as long as `held`."""
        if self.context.whole:
            self.context.whole = address
        else:
            self.context.visit = address
        self.kept.append(held)

    def choose_by(self, address: int, link: int, held: object) -> None:
        """A compiled `visit` that keeps some of the steps of the one that there is."""
        self.context.whole, self.context.visit = self.context.visit, address
        ctypes.CFUNCTYPE(None, ctypes.c_void_p)(link)(ctypes.addressof(self.context))
        self.kept.append(held)

    # ---- states

    @property
    def states(self) -> int:
        return int(self.context.states)

    def words_of(self, index: int) -> Sequence[int]:
        size = 8 * self.packing.words
        data = self.arena.read(index * size, size)
        return [int.from_bytes(data[at : at + 8], "little") for at in range(0, size, 8)]

    def state(self, index: int) -> State:
        return self.packing.decode(self.words_of(index))

    def parent(self, index: int) -> int | None:
        """The state that it was found from; None for a first state."""
        found = int.from_bytes(self.parents.read(4 * index, 4), "little")
        return None if found == NOBODY else found

    def way(self, index: int) -> list[int]:
        """The indexes from a first state to this one."""
        indexes = [index]
        while (before := self.parent(indexes[-1])) is not None:
            indexes.append(before)
        return indexes[::-1]

    def find(self, state: State) -> int:
        """0 if it, or what stands for it, was not found; else the index plus 1 in an indexed table, 1 or more in any."""
        words = (ctypes.c_uint64 * self.packing.words)(*self.packing.encode(state))
        if self.context.canonical:
            ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_uint64)(self.context.canonical)(ctypes.addressof(words), 1)
        return int(self.code["find"](ctypes.addressof(self.context), ctypes.addressof(words)))

    def counts(self) -> list[int]:
        """How often each action was taken."""
        return [sum(each.counts[at] for each in self.workers) for at in range(self.actions)]

    # ---- work

    def insert(self, states: Sequence[State]) -> None:
        """Keeps first states, those that are new."""
        for begin in range(0, len(states), BATCH):
            part = states[begin : begin + BATCH]
            words = [word for state in part for word in self.packing.encode(state)]
            self.workers[0].buffer[: len(words)] = words
            self._keep(len(part))

    def insert_words(self, address: int, states: int) -> None:
        """Keeps states that lie in memory as words, those that are new."""
        size = 8 * self.packing.words
        for begin in range(0, states, BATCH):
            part = min(BATCH, states - begin)
            ctypes.memmove(self.workers[0].buffer, address + begin * size, part * size)
            self._keep(part)

    def _keep(self, states: int) -> None:
        """The first states in the first worker's buffer."""
        self._make_room()
        self.code["insert"](ctypes.addressof(self.context), self.workers[0].address, states)
        self._settle()

    def run(self, stop: int, workers: int) -> None:
        """Steps from the states from `cursor` to before `stop`, or as far as there is room; `cursor` says how far."""
        context = self.context
        context.stop = stop
        self._make_room()
        place = ctypes.addressof(context)
        others = [Thread(target=self.code["level"], args=(place, each.address)) for each in self.workers[1:workers]]
        try:
            for thread in others:
                thread.start()
            self.code["level"](place, self.workers[0].address)
        finally:
            _wait_for(others)
        context.cursor = min(context.cursor, stop)
        self._settle()

    def taken_hits(self) -> list[int]:
        """The states where watched events were seen first; those events are watched no longer."""
        found = sorted(self.hits[: self.context.found])
        self.context.found = 0
        return found

    # ---- memory

    @property
    def slack(self) -> int:
        """How many states may come after the limit on them was passed."""
        return len(self.workers) * (int(self.context.grain) * self.actions + BATCH + CHUNK)

    @property
    def used(self) -> int:
        """Bytes of the table, and of the states so far."""
        return self.table.size + self.states * self._state_size

    @property
    def _state_size(self) -> int:
        return 8 * self.packing.words + 4

    def _settle(self) -> None:
        """Gives back what workers reserved and did not need."""
        holes = sorted(((each.fields.next, each.fields.end) for each in self.workers), reverse=True)
        for begin, end in holes:
            if begin < end:
                self.code["settle"](ctypes.addressof(self.context), begin, end)
        for each in self.workers:
            each.fields.next = each.fields.end = 0

    def _make_room(self) -> None:
        need = self.states + self.slack
        while self.capacity <= need:
            self._hold(max(_FIRST_STATES, self.capacity * 2))
        slots = self.table.size // 8 if self.context.table else 0
        if int(_LOAD * slots) <= need:
            while int(_LOAD * slots) <= need:
                slots = max(_FIRST_SLOTS, slots * (4 if slots < _QUICKLY else 2))
            self._hash(slots)
        self.context.limit = min(int(_LOAD * slots), self.capacity) - self.slack

    def allow(self, more: int, instead: int = 0) -> None:
        """Raises MemoryError where so many bytes beside those of the states are too many; `instead` of some of the table's."""
        if self.most is not None and self.table.size - instead + self.states * self._state_size + more > self.most:
            raise MemoryError("as much as was allowed")

    def _hold(self, capacity: int) -> None:
        if self.capacity >= _INDEXES:
            raise MemoryError("there are no more indexes")
        capacity = min(capacity, _INDEXES)
        self.allow(self.slack * self._state_size)
        self.arena.grow(capacity * 8 * self.packing.words)
        self.parents.grow(4 * capacity)
        self.capacity = capacity
        self.context.arena, self.context.parents = self.arena.address, self.parents.address

    def _hash(self, slots: int) -> None:
        """A larger table. The old one goes first: all states are in the arena."""
        self.allow(8 * slots, self.table.size)
        self.table.free()
        self.table = Block(8 * slots)
        context = self.context
        context.table, context.mask = self.table.address, slots // 8 - 1
        context.shift = 64 - (slots // 8).bit_length() + 1
        self.code["rebuild"](ctypes.addressof(context))


def _wait_for(threads: Sequence[Thread]) -> None:
    """Until all have ended, whatever is raised here meanwhile (by an interrupt, or an alarm): they work on memory that is freed then."""
    raised: BaseException | None = None
    while waiting := [thread for thread in threads if thread.is_alive()]:
        try:
            waiting[0].join()
        except BaseException as error:
            raised = error
    if raised is not None:
        raise raised
