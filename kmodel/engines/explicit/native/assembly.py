"""LLVM IR with abbreviations, for the runtime that is written by hand.

%x = field c.name [type]     what a context or a worker holds: the 64-bit place `name` of `CONTEXT` or `WORKER`
set c.name, %x [type]        writes it
loop i, %from, %to           %i goes up to before %to; the lines up to `end i` are run for each
%x = get %p, %i i32          the i-th of such numbers from %p on, as one of 64 bits
put %p, %i, %x i32           writes it
%q = at %p, %i               where the i-th state from %p on is
copy %p, %q                  the words of a state
%h = hash %p                 64 mixed bits of a state; of a state of one word, another number for every other state, and never 0
%h = hashes %p               those of eight states of one word each
%e = same %p, %q             whether two states are equal
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from kmodel.engines.explicit.native.packing import constant

CONTEXT = (
    "table",  # 64-bit places, eight a bucket; 0: empty
    "shift",  # 64 less the binary logarithm of the number of buckets
    "mask",  # the number of buckets less 1
    "arena",  # the words of state after state, breadth first
    "parents",  # 32 bits a state: the index of the state it was found from
    "states",  # how many there are (or are reserved)
    "cursor",  # the first state that no worker has taken
    "stop",  # workers take states before this one
    "limit",  # and only while there are not more states than this
    "grain",  # so many states at once
    "visit",
    "watch",  # words of events that somebody wants to know
    "width",  # how many words
    "hits",  # indexes of the states where a watched event was seen first
    "found",  # how many hits
    "expanding",  # 0: only events are looked at
    "canonical",  # 0, or a function (states, how many) that puts other states in their places
    "whole",  # 0, or the `visit` that makes all steps, of which `visit` keeps some
    "find",  # for that one
)
WORKER = (
    "counts",  # 64 bits an action: how often it was taken
    "buffer",  # states that steps lead to
    "hashes",
    "sources",  # 32 bits each: the index of the state where the step began
    "actions",  # 32 bits each
    "events",
    "fresh",  # 32 bits each: places in the buffer of the states that the filter leaves
    "filter",  # hashes that were seen not long ago, each at the place that its low bits number
    "next",  # the next free place of the arena that is reserved
    "end",  # where the reserved places end
)
GRAPH = (
    "first",  # 32 bits a state, and one more: where its steps begin among all
    "targets",  # 32 bits a step: the index of the state after it
    "actions",  # 16 bits a step
    "enabled",  # 64 bits a state: the fair groups that can be taken there
    "groups",  # 64 bits an action: the fair groups that it belongs to
    "steps",  # how many there are
    "room",  # and for how many there is room
    "state",  # the first state whose steps are not there
    "stop",  # the states up to this one are wanted
)
PRODUCT = (
    "labels",  # 16 bits a state: which terms hold
    "allowed",  # 64 bits for each node of the automaton and each label: the nodes that may follow it in such a state
    "seeds",  # 64 bits a node of the automaton: the part that a node of the product begins in
    "accepts",  # 64 bits a node of the automaton: the accepting sets that it is in
    "classes",  # how many labels there may be
    "shift",  # a node of the product is a state, and from this bit on a node of the automaton
    "width",  # how many nodes the automaton has
    "goals",  # a bit for each accepting set
    "weak",  # a bit for each weakly fair group
    "strong",
    "queue",  # 32 bits a node: the nodes that can be reached, nearest first
    "head",  # how many of them have been followed
    "tail",  # how many there are
    "parents",  # 32 bits a node: 1 more than the node that it was found from (than itself: it is a first one); 0: it was not reached
    "part",  # 32 bits a node: the part that it is in; 0: none
    "order",  # 32 bits a node: when it was entered, or DONE; 0: not yet. For `nearest` the nodes' parents, plus 1
    "frames",  # two words for each node on the way: the node, its step (from bit 32 on), whether it is no root (bit 63); nodes to follow
    "depth",  # how many
    "stack",  # 32 bits a node: nodes whose component is open
    "top",  # how many
    "index",  # the number of the next node that is entered
    "root",  # the next place in the queue to begin at
    "phase",  # what is being done with a component: 0 nothing
    "low",  # where it begins on the stack
    "cursor",  # how much of it has been looked at
    "met",  # the accepting sets that it comes through
    "somewhere",  # groups that can be taken somewhere in it
    "everywhere",
    "taken",
    "missed",  # strongly fair groups that it could take and never does
    "inner",  # whether it has a step
    "number",  # the last part's
    "again",  # whether some nodes must be looked at again
    "fair",  # how many nodes are in fair parts
    "entry",  # `nearest`: the node to begin at
    "wanted_goals",  # accepting sets,
    "wanted_groups",  # groups,
    "target",  # or the node that is looked for
    "found",  # the step that was found: the node before
    "after",
)
WALKS = (
    "starts",  # states: where walks begin
    "many",  # how many there are, if each walk draws one of them
    "listed",  # whether; else each walk has its own, from `first` on
    "first",
    "path",  # the states of all walks, one after the other
    "written",  # how many
    "room",  # for how many there is room
    "depth",
    "seed",
    "number",  # the next walk
    "stop",
    "deadlocks",
)
_PLACES = {"w": WALKS, "c": CONTEXT, "l": WORKER, "g": GRAPH, "p": PRODUCT}
_FIRST, _SECOND = 0x9E3779B97F4A7C15, 0xD6E8FEB86659FD93
_TOP = 1 << 63

Lines = Iterator[str]


def assemble(text: str, words: int) -> str:
    """The IR for states of so many words."""
    expander = _Expander(words)
    return "\n".join(line for function in re.split(r"(?m)^(?=define )", text) for line in expander.function(function.splitlines()))


class _Expander:
    def __init__(self, words: int) -> None:
        self.words = words
        self.last = 0
        self.allocated: list[str] = []
        self.rules: tuple[tuple[re.Pattern[str], Callable[..., Lines]], ...] = (
            (re.compile(r"\s*(%[\w.]+) = field (\w)\.(\w+)(?: (\w+))?$"), self._field),
            (re.compile(r"\s*set (\w)\.(\w+), (\S+)(?: (\w+))?$"), self._set),
            (re.compile(r"\s*loop (\w+), (\S+), (\S+)$"), self._loop),
            (re.compile(r"\s*end (\w+)$"), self._end),
            (re.compile(r"\s*(%[\w.]+) = get ([%@][\w.]+), (\S+) (i\d+)$"), self._get),
            (re.compile(r"\s*put (%[\w.]+), (\S+), (\S+) (i\d+)$"), self._put),
            (re.compile(r"\s*(%[\w.]+) = at (%[\w.]+), (\S+)$"), self._at),
            (re.compile(r"\s*copy (%[\w.]+), (%[\w.]+)$"), self._copy),
            (re.compile(r"\s*(%[\w.]+) = hash (%[\w.]+)$"), self._hash),
            (re.compile(r"\s*(%[\w.]+) = hashes (%[\w.]+)$"), self._hashes),
            (re.compile(r"\s*(%[\w.]+) = same (%[\w.]+), (%[\w.]+)$"), self._same),
        )

    def function(self, lines: list[str]) -> Lines:
        """The lines of a function, all its variables first."""
        self.allocated = []
        made = [line for short in lines for line in self._line(short)]
        for line in made:
            yield line
            if line == "entry:":
                yield from self.allocated

    def _line(self, line: str) -> Lines:
        for pattern, rule in self.rules:
            found = pattern.match(line)
            if found is not None:
                yield from rule(*found.groups())
                return
        yield line

    def _fresh(self) -> str:
        self.last += 1
        return f"%.{self.last}"

    def _place(self, of: str, name: str) -> tuple[str, str]:
        place = self._fresh()
        return place, f"  {place} = getelementptr i64, ptr %{of}, i64 {_PLACES[of].index(name)}"

    def _field(self, result: str, of: str, name: str, sort: str | None) -> Lines:
        place, line = self._place(of, name)
        yield from (line, f"  {result} = load {sort or 'i64'}, ptr {place}")

    def _set(self, of: str, name: str, value: str, sort: str | None) -> Lines:
        place, line = self._place(of, name)
        yield from (line, f"  store {sort or 'i64'} {value}, ptr {place}")

    def _get(self, result: str, base: str, index: str, sort: str) -> Lines:
        place, value = self._fresh(), self._fresh()
        yield f"  {place} = getelementptr {sort}, ptr {base}, i64 {index}"
        yield f"  {value if sort != 'i64' else result} = load {sort}, ptr {place}"
        if sort != "i64":
            yield f"  {result} = zext {sort} {value} to i64"

    def _put(self, base: str, index: str, value: str, sort: str) -> Lines:
        place, cut = self._fresh(), value
        yield f"  {place} = getelementptr {sort}, ptr {base}, i64 {index}"
        if sort != "i64":
            cut = self._fresh()
            yield f"  {cut} = trunc i64 {value} to {sort}"
        yield f"  store {sort} {cut}, ptr {place}"

    def _loop(self, name: str, low: str, high: str) -> Lines:
        self.allocated.append(f"  %{name}.v = alloca i64")
        yield f"  store i64 {low}, ptr %{name}.v"
        yield f"  br label %{name}.head"
        yield f"{name}.head:"
        yield f"  %{name} = load i64, ptr %{name}.v"
        yield f"  %{name}.in = icmp ult i64 %{name}, {high}"
        yield f"  br i1 %{name}.in, label %{name}.body, label %{name}.done"
        yield f"{name}.body:"

    def _end(self, name: str) -> Lines:
        yield f"  br label %{name}.next"
        yield f"{name}.next:"
        yield f"  %{name}.up = add i64 %{name}, 1"
        yield f"  store i64 %{name}.up, ptr %{name}.v"
        yield f"  br label %{name}.head"
        yield f"{name}.done:"

    def _at(self, result: str, base: str, index: str) -> Lines:
        scaled = self._fresh()
        yield f"  {scaled} = mul i64 {index}, {self.words}"
        yield f"  {result} = getelementptr i64, ptr {base}, i64 {scaled}"

    def _words(self, base: str) -> tuple[list[str], list[str]]:
        """The places of a state's words, and the lines that compute them."""
        places = [self._fresh() for _ in range(self.words)]
        return places, [f"  {place} = getelementptr i64, ptr {base}, i64 {at}" for at, place in enumerate(places)]

    def _loaded(self, base: str) -> tuple[list[str], list[str]]:
        places, lines = self._words(base)
        values = [self._fresh() for _ in places]
        return values, [*lines, *(f"  {value} = load i64, ptr {place}" for value, place in zip(values, places, strict=True))]

    def _copy(self, source: str, target: str) -> Lines:
        values, lines = self._loaded(source)
        places, more = self._words(target)
        yield from (*lines, *more)
        yield from (f"  store i64 {value}, ptr {place}" for value, place in zip(values, places, strict=True))

    def _same(self, result: str, one: str, other: str) -> Lines:
        values, lines = self._loaded(one)
        others, more = self._loaded(other)
        yield from (*lines, *more)
        difference = "0"
        for a, b in zip(values, others, strict=True):
            unlike, together = self._fresh(), self._fresh()
            yield f"  {unlike} = xor i64 {a}, {b}"
            yield f"  {together} = or i64 {difference}, {unlike}"
            difference = together
        yield f"  {result} = icmp eq i64 {difference}, 0"

    def _hash(self, result: str, base: str) -> Lines:
        """Each word is added to what the words before it were mixed to; mixing is a bijection of 64 bits that leaves 0 alone."""
        values, lines = self._loaded(base)
        yield from lines
        before = str(constant(_TOP))
        for at, value in enumerate(values):
            joined = self._fresh()
            yield f"  {joined} = {'or' if self.words == 1 else 'xor'} i64 {value}, {before}"
            before = result if at == len(values) - 1 else self._fresh()
            yield from self._mixed(joined, before)

    def _hashes(self, result: str, base: str) -> Lines:
        values, joined = self._fresh(), self._fresh()
        yield f"  {values} = load <8 x i64>, ptr {base}, align 8"
        yield f"  {joined} = or <8 x i64> {values}, {_splat(_TOP)}"
        yield from self._mixed(joined, result, "<8 x i64>", _splat)

    def _mixed(self, value: str, result: str, sort: str = "i64", number: Callable[[int], str] = constant) -> Lines:
        a, b, c, d, e = (self._fresh() for _ in range(5))
        yield f"  {a} = mul {sort} {value}, {number(_FIRST)}"
        yield f"  {b} = lshr {sort} {a}, {number(32)}"
        yield f"  {c} = xor {sort} {a}, {b}"
        yield f"  {d} = mul {sort} {c}, {number(_SECOND)}"
        yield f"  {e} = lshr {sort} {d}, {number(32)}"
        yield f"  {result} = xor {sort} {d}, {e}"


def _splat(value: int) -> str:
    return f"splat (i64 {constant(value)})"
