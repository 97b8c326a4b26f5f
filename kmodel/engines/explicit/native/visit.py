"""The module of one system: `visit`, which makes all steps from a state and tells which events there are.

`visit(state, out, actions, events, watch)` reads the words of a state. It writes the words of each state that a step leads to at `out`,
one after the other, and the step's action (a 32-bit index) at `actions`; there must be room for one more than there are actions.
It returns the number of steps, with the highest bit set if some event is watched: bit b of the words at `events` says whether event b
of `plan` is there, bit b of those at `watch` whether anybody wants to know. The other functions are its parts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import field

from kmodel.engines.explicit.choices import Facts
from kmodel.engines.explicit.native.lower import LIMIT, Emitter, inputs, reading
from kmodel.engines.explicit.native.packing import WORD, Packing, constant
from kmodel.engines.explicit.native.plan import Block, Chain, Made, Planner, Word, pieces, roots, size, state_events
from kmodel.ground.system import System
from kmodel.ground.terms import Term, primed
from kmodel.records import dataclass

_MOST = 48
"""Pieces in one function: the time to compile one grows faster than its size."""

_SIMPLE = frozenset({"true", "false", "number", "variable", "primed", "not"})


@dataclass(frozen=True, slots=True)
class Module:
    """IR text, and how many words the events take."""

    text: str
    events: int


def module(system: System, packing: Packing) -> Module | None:
    """The module of a system; None where numbers may become too large for it."""
    planner = Planner(system, packing)
    functions = list(_chunks(planner.block(pieces(system), Facts())))
    states = list(state_events(system))
    if not small([*(term for block in functions for term in roots(block)), *(term for _, term in states)]):
        return None
    width = -(-2 * len(system.claims) // WORD) or 1
    parts = [_inspect(packing, states, width), *(_steps(packing, at, block) for at, block in enumerate(functions))]
    return Module("\n".join([*parts, _visit(len(functions), width), ""]), width)


def small(terms: Iterable[Term]) -> bool:
    """Whether all numbers on the way to the terms fit in a word."""
    seen: set[Term] = set()
    open_ = list(terms)
    while open_:
        term = open_.pop()
        if term in seen:
            continue
        seen.add(term)
        if term.sort == "int" and (term.low is None or term.high is None or term.low <= -LIMIT or term.high >= LIMIT):
            return False
        open_.extend(term.arguments)
    return True


def _chunks(block: Block) -> Iterator[Block]:
    """The block as some of a limited size each."""
    chunk: list[Made | Chain] = []
    for node in block:
        chunk.append(node)
        if size(tuple(chunk)) >= _MOST:
            yield tuple(chunk)
            chunk = []
    if chunk:
        yield tuple(chunk)


# ---- functions


def _visit(functions: int, width: int) -> str:
    calls = [
        f"  %n{at + 1} = call i64 @steps{at}(ptr %s, ptr %out, ptr %actions, ptr %events, i64 {f'%n{at}' if at else 0})"
        for at in range(functions)
    ]
    watched = [line for word in range(width) for line in _watched(word)]
    return "\n".join(
        [
            "define i64 @visit(ptr %s, ptr %out, ptr %actions, ptr %events, ptr %watch) nounwind {",
            "  call void @inspect(ptr %s, ptr %events)",
            *calls,
            *watched,
            f"  %some = icmp ne i64 %any{width}, 0",
            f"  %flag = select i1 %some, i64 {constant(1 << 63)}, i64 0",
            f"  %result = or i64 {f'%n{functions}' if functions else 0}, %flag",
            "  ret i64 %result",
            "}",
        ]
    )


def _watched(word: int) -> list[str]:
    return [
        f"  %e{word}p = getelementptr i64, ptr %events, i64 {word}",
        f"  %e{word} = load i64, ptr %e{word}p",
        f"  %w{word}p = getelementptr i64, ptr %watch, i64 {word}",
        f"  %w{word} = load i64, ptr %w{word}p",
        f"  %b{word} = and i64 %e{word}, %w{word}",
        f"  %any{word + 1} = or i64 {f'%any{word}' if word else 0}, %b{word}",
    ]


def _inspect(packing: Packing, states: Sequence[tuple[int, Term]], width: int) -> str:
    """Writes the events of a state."""
    emitter = reading(packing)
    gathered = Gathered()
    for event, term in states:
        gathered.add(emitter, event, emitter.term(term))
    for word in range(width):
        emitter.raw(f"store i64 {gathered.words.get(word, '0')}, ptr {emitter.op(f'getelementptr i64, ptr %events, i64 {word}')}")
    return "\n".join(
        ["define internal void @inspect(ptr noalias readonly %s, ptr noalias %events) nounwind {", *emitter.lines, "  ret void", "}"]
    )


def _steps(packing: Packing, number: int, block: Block) -> str:
    """The steps of one block: adds them to `n0` that are there already, and returns how many there are."""
    emitter = reading(packing)
    body = Body(emitter, "%n0", "entry")
    body.block(block)
    head = "ptr noalias readonly %s, ptr noalias writeonly %out, ptr noalias writeonly %actions, ptr noalias %events, i64 %n0"
    return "\n".join([f"define internal i64 @steps{number}({head}) nounwind {{", "entry:", *emitter.lines, f"  ret i64 {body.count}", "}"])


@dataclass(slots=True)
class Gathered:
    """Events of one block, by words."""

    words: dict[int, str] = field(default_factory=dict)

    def add(self, emitter: Emitter, event: int, condition: str) -> None:
        if condition == "false":
            return
        word, at = divmod(event, WORD)
        flag = emitter.op(f"select i1 {condition}, i64 {constant(1 << at)}, i64 0")
        before = self.words.get(word)
        self.words[word] = flag if before is None else emitter.op(f"or i64 {before}, {flag}")

    def write(self, emitter: Emitter) -> None:
        """Adds them to those in memory."""
        for word, name in self.words.items():
            place = emitter.op(f"getelementptr i64, ptr %events, i64 {word}")
            before = emitter.fresh(f"load i64, ptr {place}")
            emitter.raw(f"store i64 {emitter.op(f'or i64 {before}, {name}')}, ptr {place}")


@dataclass(slots=True)
class Body:
    """Writes blocks. `count` names the number of steps so far, `label` the basic block that is being written."""

    emitter: Emitter
    count: str
    label: str

    def block(self, block: Block) -> None:
        """What several nodes need is computed before them, once."""
        self._share(block)
        gathered = Gathered()
        for node in block:
            if isinstance(node, Made):
                self._made(node, gathered)
        gathered.write(self.emitter)
        for node in block:
            if isinstance(node, Chain):
                self._chain(node)

    def _share(self, block: Block) -> None:
        needs: Counter[Term] = Counter()
        for unit in _units(block):
            needs.update(_computed(unit, self.emitter))
        for term in sorted((term for term, many in needs.items() if many > 1), key=lambda term: term.serial):
            self.emitter.term(term)

    def _made(self, made: Made, gathered: Gathered) -> None:
        emitter = self.emitter
        guard = emitter.all_of(made.conditions)
        if made.piece.event is not None:
            gathered.add(emitter, made.piece.event, guard)
        if made.piece.action is None:
            return
        self._store(made.piece.action, [self._word(at, word) for at, word in enumerate(made.words)])
        taken = emitter.op(f"zext i1 {guard} to i64")
        self.count = emitter.fresh(f"add i64 {self.count}, {taken}")
        self._events(made, guard, gathered)

    def _events(self, made: Made, guard: str, gathered: Gathered) -> None:
        """Those of the step: its terms' primed variables are the updates."""
        if not made.events:
            return
        inner = self.emitter.inner()
        for which, update in made.after:
            inner.names[primed(which)] = self.emitter.term(update)
        for event, term in made.events:
            gathered.add(inner, event, inner.junction("and", "true", [guard, inner.term(term)]))

    def _word(self, at: int, word: Word) -> str:
        emitter = self.emitter
        name = emitter.words[at]
        if word.cleared:
            name = emitter.op(f"and i64 {name}, {constant(~word.cleared)}")
        if word.constant:
            name = emitter.op(f"add i64 {name}, {constant(word.constant)}")
        for term, offset in word.terms:
            value = emitter.term(term)
            if term.sort == "bool":
                value = emitter.op(f"zext i1 {value} to i64")
            name = emitter.op(f"add i64 {name}, {emitter.op(f'shl i64 {value}, {offset}') if offset else value}")
        return name

    def _store(self, action: int, words: Sequence[str]) -> None:
        emitter = self.emitter
        base = self.count if len(words) == 1 else emitter.fresh(f"mul i64 {self.count}, {len(words)}")
        place = emitter.fresh(f"getelementptr i64, ptr %out, i64 {base}")
        for at, word in enumerate(words):
            here = emitter.fresh(f"getelementptr i64, ptr {place}, i64 {at}") if at else place
            emitter.raw(f"store i64 {word}, ptr {here}, align 8")
        emitter.raw(f"store i32 {action}, ptr {emitter.fresh(f'getelementptr i32, ptr %actions, i64 {self.count}')}, align 4")

    def _chain(self, chain: Chain) -> None:
        """One test after the other; all bodies, and the way past them, lead to one place."""
        emitter, before = self.emitter, self.count
        tests = [emitter.term(condition) for condition, _ in chain.cases]
        end = self._label()
        ways: list[tuple[str, str]] = []
        for test, (_, body) in zip(tests, chain.cases, strict=True):
            here, past = self._label(), self._label()
            emitter.raw(f"br i1 {test}, label %{here}, label %{past}")
            emitter.lines.append(f"{here}:")
            inside = Body(emitter.inner(), before, here)
            inside.block(body)
            emitter.raw(f"br label %{end}")
            ways.append((inside.count, inside.label))
            emitter.lines.append(f"{past}:")
            self.label = past
        emitter.raw(f"br label %{end}")
        emitter.lines.append(f"{end}:")
        incoming = ", ".join(f"[ {count}, %{label} ]" for count, label in [*ways, (before, self.label)])
        self.count = emitter.fresh(f"phi i64 {incoming}")
        self.label = end

    def _label(self) -> str:
        return f"b{self.emitter.counter.next()[2:]}"


def _units(block: Block) -> Iterator[Block]:
    """What is computed or not, each for itself: the loose pieces of a block, its tests, and the bodies behind them."""
    for node in block:
        if isinstance(node, Made):
            yield (node,)
        else:
            yield tuple((Chain(((condition, ()),))) for condition, _ in node.cases)
            yield from (body for _, body in node.cases)


def _computed(unit: Block, emitter: Emitter) -> set[Term]:
    """The terms, none of the simple ones, that a unit needs and nobody has computed."""
    found: set[Term] = set()
    open_ = [term for term in roots(unit) if term not in emitter.names]
    while open_:
        term = open_.pop()
        if term in found or term.op in ("true", "false"):
            continue
        found.add(term)
        open_.extend(part for part in inputs(term) if part not in emitter.names and part not in found)
    return {term for term in found if term.op not in _SIMPLE and inputs(term)}
