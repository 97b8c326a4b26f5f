"""States times nodes of an automaton in memory, as `explicit.product` has them: followed, sorted into fair parts and searched by
compiled code.

A node is a state's index with the automaton's node above it, from bit `shift` on. Pages of memory that no node needs are never touched,
and do not count.
"""

from __future__ import annotations

import ctypes
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Any

from kmodel.engines.automaton import Automaton
from kmodel.engines.explicit.lasso import Wanted, Way, action_between
from kmodel.engines.explicit.minimal import Entry
from kmodel.engines.explicit.native import compile as compiling
from kmodel.engines.explicit.native.assembly import PRODUCT, assemble
from kmodel.engines.explicit.native.edges import Edges
from kmodel.engines.explicit.native.judging import judging
from kmodel.engines.explicit.native.lower import reading
from kmodel.engines.explicit.native.memory import Block
from kmodel.engines.explicit.native.packing import Packing
from kmodel.engines.explicit.native.sorting import FAIR
from kmodel.engines.explicit.native.visit import small
from kmodel.engines.explicit.product import Product
from kmodel.graphs import components
from kmodel.ground.system import System
from kmodel.ground.terms import FALSE, TRUE, Term

NAMES = ("spread", "sort", "nearest", "forget", "look", "seed", "somewhere")
_ALONE = ("forget", "seed")
"""Functions of a product that need no graph."""

_TURNS = 1 << 18
"""Nodes, about, between two looks at the clock."""

_NODES = 1 << 31
_TERMS = 10
"""So many different labels: there is a table with a row for each set of them."""

_WIDTH = 64
_FOLLOWING, _SORTING = 8, 28
"""Bytes that a node takes until all are known; then those that it takes more."""

FAIR_PART, ACCEPTING, STILL, LIVE = 1, 2, 4, 8
"""What `look` looks for."""

_NONE = (1 << 64) - 1


class Context(ctypes.Structure):
    """See `assembly.PRODUCT`."""

    _fields_ = [(name, ctypes.c_uint64) for name in PRODUCT]


@lru_cache(maxsize=1)
def _code() -> compiling.Code:
    return compiling.compiled(judging(), NAMES, compiling.BEST)


def fits(automaton: Automaton) -> bool:
    """Whether there is room for the automaton, and all numbers in its labels fit."""
    terms = _terms(automaton)
    return len(automaton.labels) <= _WIDTH and len(automaton.accepting) <= _WIDTH and len(terms) <= _TERMS and small(terms)


def _terms(automaton: Automaton) -> list[Term]:
    return [term for term in dict.fromkeys(automaton.labels) if term not in (TRUE, FALSE)]


class Nodes:
    """The product of a graph with an automaton. Raises MemoryError; `wait` is called now and then, and may raise what it likes."""

    def __init__(self, edges: Edges, system: System, automaton: Automaton, starts: int, wait: Callable[[], None]) -> None:
        self.edges, self.automaton, self.wait = edges, automaton, wait
        self.states = edges.space.states
        self.shift = max(1, (self.states - 1).bit_length())
        width, rounds = len(automaton.labels), 1 + sum(group.kind == "strong" for group in system.fairness)
        if self.states * width * rounds >= _NODES or width << self.shift >= _NODES:
            raise MemoryError("there are no more indexes")
        self.terms = _terms(automaton)
        self.kinds = [[_holds(label, self.terms, kind) for kind in range(1 << len(self.terms))] for label in automaton.labels]
        self.allowed = [
            [_mask(to for to in following if self.kinds[to][kind]) for kind in range(1 << len(self.terms))]
            for following in automaton.following
        ]
        self.accepting = [_mask(at for at, goal in enumerate(automaton.accepting) if node in goal) for node in range(width)]
        self.context = context = Context(shift=self.shift, width=width, classes=1 << len(self.terms), target=_NONE, index=1)
        context.goals = (1 << len(automaton.accepting)) - 1
        context.weak, context.strong = (
            _mask(at for at, group in enumerate(system.fairness) if group.kind == kind) for kind in ("weak", "strong")
        )
        self.blocks: dict[str, Block] = {}
        self.kept = [array("Q", [mask for row in self.allowed for mask in row]), array("Q", self.accepting), _seeds(automaton)]
        context.number = width
        context.allowed, context.accepts, context.seeds = (numbers.buffer_info()[0] for numbers in self.kept)
        self._label(edges.space.packing)
        self._begin(starts)

    # ---- making it

    def _label(self, packing: Packing) -> None:
        """Which terms hold in each state."""
        self._take(2 * self.states)
        self._block("labels", 2 * self.states)
        code = compiling.compiled(_labels(packing, self.terms), ("label",), compiling.QUICK if self.states < _TURNS else compiling.GOOD)
        label = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 2, *[ctypes.c_uint64] * 2)(code.addresses["label"])
        for begin in range(0, self.states, _TURNS):
            label(self.edges.space.context.arena, self.context.labels, begin, min(self.states, begin + _TURNS))
            self.wait()

    def _begin(self, starts: int) -> None:
        size = 4 * (len(self.automaton.labels) << self.shift)
        for name in ("parents", "queue", "part", "order", "stack"):
            self._block(name, size)
        self._block("frames", 4 * size)
        parents, queue, labels = self.numbers("parents"), self.numbers("queue"), self.numbers("labels", "H")
        for state in range(starts):
            for at in self.automaton.initial:
                if self.kinds[at][labels[state]]:
                    node = at << self.shift | state
                    parents[node], queue[self.context.tail] = node + 1, node
                    self.context.tail += 1

    def _block(self, name: str, size: int) -> None:
        self.blocks[name] = Block(size)
        setattr(self.context, name, self.blocks[name].address)

    def numbers(self, name: str, kind: str = "I") -> Any:
        size = self.blocks[name].size
        return self.blocks[name].view(kind, size // array(kind).itemsize)

    def _take(self, size: int) -> None:
        """So many bytes beside those of the states and steps."""
        self.edges.space.allow(self.edges.used + size)

    def _call(self, name: str, *more: int) -> int:
        signature = [ctypes.c_void_p] * (2 - (name in _ALONE)) + [ctypes.c_uint64] * len(more)
        function = ctypes.CFUNCTYPE(ctypes.c_uint64, *signature)(_code().addresses[name])
        graph = () if name in _ALONE else (ctypes.addressof(self.edges.context),)
        return int(function(*graph, ctypes.addressof(self.context), *more))

    # ---- what can be reached, and what of it is fair

    def spread(self) -> None:
        """Follows all that can be reached."""
        while not self._call("spread", _TURNS):
            self._take(2 * self.states + _FOLLOWING * int(self.context.tail))
            self.wait()

    def sort(self) -> bool:
        """Finds the fair parts; whether there are any. Only nodes that may be on a way round through all accepting sets count."""
        self._take(2 * self.states + (_FOLLOWING + _SORTING) * int(self.context.tail))
        self._call("seed")
        while not self._call("sort", _TURNS):
            self.wait()
        self._block("order", self.blocks["order"].size)
        return bool(self.context.fair)

    # ---- ways

    def first(self, which: int, begin: int = 0) -> int | None:
        """The nearest node, from a place in the queue on, with these properties (see `sorting`); its place."""
        found = self._call("look", begin, which)
        return found if found < self.context.tail else None

    def node(self, place: int) -> int:
        return int(self.numbers("queue")[place])

    def back(self, node: int) -> list[int]:
        """The nodes from a first one to this one."""
        parents = self.numbers("parents")
        nodes = [node]
        while (before := parents[nodes[-1]] - 1) != nodes[-1]:
            nodes.append(before)
        return nodes[::-1]

    def somewhere(self, node: int) -> int:
        """The groups that can be taken somewhere in the fair part of a node."""
        return self._call("somewhere", self.numbers("part")[node])

    def live(self, state: int) -> bool:
        """Whether the state is one of a fair part."""
        part = self.numbers("part")
        return any(part[at << self.shift | state] >= FAIR for at in range(len(self.automaton.labels)))

    def entries(self) -> Iterator[Entry]:
        """All nodes whose state is one of a fair part, nearest first."""
        place = self.first(LIVE)
        distance, checked = 0, 0
        while place is not None:
            node = self.node(place)
            if place >= checked:  # distances grow along the queue: the last place of one is found by halving
                distance = len(self.back(node)) - 1
                checked = self._end(place, distance)
            yield Entry(node, distance)
            place = self.first(LIVE, place + 1)

    def _end(self, place: int, distance: int) -> int:
        """The first place of a node that is farther away."""
        low, high = place + 1, int(self.context.tail)
        while low < high:
            middle = (low + high) // 2
            if len(self.back(self.node(middle))) - 1 > distance:
                high = middle
            else:
                low = middle + 1
        return low

    def nearest(self, whole: Product, start: int, wanted: Wanted) -> Way:
        """From a node to the nearest step that is wanted, within the fair part of the node."""
        context = self.context
        context.wanted_goals, context.wanted_groups = wanted.goals, wanted.groups
        context.target = _NONE if wanted.node is None else wanted.node
        context.entry, context.top, context.cursor = start, 1, 0
        parents = self.numbers("order")
        parents[start], self.numbers("stack")[0] = start + 1, start
        while not (end := self._call("nearest", _TURNS)):
            self.wait()
        assert end == 1, "a strongly connected part has a way to each of its steps"
        nodes = [int(context.found)]
        while nodes[-1] != start:
            nodes.append(parents[nodes[-1]] - 1)
        self._call("forget")
        way = [(action_between(whole, before, to), to) for before, to in pairwise(nodes[::-1])]
        last = (step for step in whole.steps(int(context.found)) if step[1] == context.after)
        return [*way, next(step for step in last if wanted.met(whole, *step))]


def _holds(label: Term, terms: Sequence[Term], kind: int) -> bool:
    return label is TRUE or (label is not FALSE and bool(kind >> terms.index(label) & 1))


def _seeds(automaton: Automaton) -> array[int]:
    """For each node of the automaton the number of its component, from 1 on; 0 where this does not come through all accepting sets."""
    found = array("Q", [0]) * len(automaton.labels)
    for number, component in enumerate(components(automaton.initial, automaton.following.__getitem__), 1):
        if all(goal.intersection(component) for goal in automaton.accepting):
            for node in component:
                found[node] = number
    return found


def _mask(bits: Iterable[int]) -> int:
    return sum(1 << bit for bit in bits)


def _labels(packing: Packing, terms: Sequence[Term]) -> str:
    """The module that finds out which terms hold."""
    emitter = reading(packing)
    total = "0"
    for at, term in enumerate(terms):
        bit = emitter.op(f"select i1 {emitter.term(term)}, i64 {1 << at}, i64 0")
        total = bit if total == "0" else emitter.op(f"or i64 {total}, {bit}")
    truth = ["define internal i64 @truth(ptr noalias readonly %s) nounwind {", *emitter.lines, f"  ret i64 {total}", "}", ""]
    return "\n".join(truth) + "\n" + assemble(_LABEL, packing.words)


_LABEL = """\
define void @label(ptr noalias %arena, ptr noalias %labels, i64 %from, i64 %to) nounwind {
entry:
  loop x, %from, %to
  %state = at %arena, %x
  %label = call i64 @truth(ptr %state)
  put %labels, %x, %label i16
  end x
  ret void
}
"""
