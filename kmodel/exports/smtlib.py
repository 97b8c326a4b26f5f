"""SMT-LIB 2.6: reachability as constrained Horn clauses, which any solver for those decides; or, to a depth, an unrolling.

The file defines `initial`, one relation an action, `step` and one failure a claim; then come the questions. For Horn clauses `sat`
says that the claim holds (a witness: that it is not reached); for an unrolling `unsat` says so of behaviours of that many steps.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kmodel.exports import Exported
from kmodel.exports.described import beginning, called, heading, possible, undefined
from kmodel.exports.sharing import Names, Row, Syntax, written
from kmodel.ground.system import Action, Claim, System
from kmodel.ground.terms import Term, Variable, not_, or_
from kmodel.records import dataclass

Bad = Sequence[tuple[Claim, str]]
_DIVISION = (
    "; Rounded down, and what that leaves; 0 where the divisor is 0.",
    "(define-fun quotient ((a Int) (b Int)) Int (ite (= b 0) 0 (ite (> b 0) (div a b) (div (- a) (- b)))))",
    "(define-fun remainder ((a Int) (b Int)) Int (ite (= b 0) 0 (- a (* b (quotient a b)))))",
)


def smtlib(system: System, depth: int | None) -> Exported:
    """The system's claims but for temporal properties, which say more than that a state is not reached."""
    decided = [claim for claim in system.claims if claim.kind != "property"]
    left_out = (f"`{called(claim.name, claim.binding)}`: a temporal property is no question of reachability" for claim in system.claims)
    missing = tuple(said for said, claim in zip(left_out, system.claims, strict=True) if claim.kind == "property")
    return Exported("\n".join(_lines(_File(system), decided, depth)) + "\n", missing)


def _lines(file: _File, claims: Sequence[Claim], depth: int | None) -> Iterator[str]:
    yield from (f"; {' '.join(line.split())}" for line in heading(file.system))
    yield "(set-logic HORN)" if depth is None else "(set-logic QF_NIA)"
    yield from _DIVISION
    yield from file.transitions()
    bad = [(claim, file.names.fresh(f"fails {called(claim.name, claim.binding)}")) for claim in claims]
    yield from (file.failure(claim, name) for claim, name in bad)
    yield from _clauses(file, bad) if depth is None else _unrolled(file, bad, depth)


# ---- how terms are written


def _applied(symbol: str) -> Row:
    return lambda parts: f"({symbol} {' '.join(parts)})"


def _number(value: int) -> str:
    return str(value) if value >= 0 else f"(- {-value})"


def _selected(parts: list[str]) -> str:
    index, *options = parts
    cases = "".join(f"(ite (= {index} {at}) {option} " for at, option in enumerate(options[:-1]))
    return cases + options[-1] + ")" * (len(options) - 1)


def _counted(parts: list[str]) -> str:
    ones = [f"(ite {part} 1 0)" for part in parts]
    return ones[0] if len(ones) == 1 else f"(+ {' '.join(ones)})"


_ROWS: Mapping[str, Row] = {
    **{op: _applied(op) for op in ("not", "and", "or")},
    **{"iff": _applied("="), "equal": _applied("="), "less": _applied("<"), "at_most": _applied("<="), "if": _applied("ite")},
    **{"add": _applied("+"), "multiply": _applied("*"), "divide": _applied("quotient"), "modulo": _applied("remainder")},
    "select": _selected,
    "count": _counted,
}


def _legal(text: str) -> str:
    """A symbol in bars may have any characters but those two."""
    return "|" + text.replace("|", "_").replace("\\", "_") + "|"


# ---- definitions


@dataclass(slots=True)
class _File:
    system: System
    names: Names
    now: Mapping[Variable, str]
    after: Mapping[Variable, str]
    actions: Mapping[int, str]

    def __init__(self, system: System) -> None:
        self.system, self.names = system, Names(_legal)
        self.now = {which: self.names.fresh(which.name) for which in system.variables}
        self.after = {which: self.names.fresh(f"{which.name}'") for which in system.variables}
        self.actions = {at: self.names.fresh(called(action.name, action.arguments)) for at, action in enumerate(system.actions)}

    def transitions(self) -> Iterator[str]:
        yield self.defined("initial", self.bound(self.now), ["and", self.bounds(self.now), self.term(beginning(self.system))])
        both = self.bound(self.now) + self.bound(self.after)
        yield from (self.defined(self.actions[at], both, self.effect(action)) for at, action in enumerate(self.system.actions))
        arguments = [*self.now.values(), *self.after.values()]
        yield self.defined("step", both, ["or", "false", *(_call(name, arguments) for name in self.actions.values())])

    def effect(self, action: Action) -> list[str]:
        """The guard, the changes, and that what is not changed stays; a step that leaves the bounds is no step."""
        changes = dict(action.updates)
        told = [possible(action), *changes.values()]
        shared = written(told, Syntax(self.leaf, _ROWS), self.names)
        values = dict(zip(changes, shared.texts[1:], strict=True))
        moves = [f"(= {self.after[which]} {values.get(which, self.now[which])})" for which in self.system.variables]
        return [
            "and",
            "true",
            self.within_lets(shared.definitions, f"(and {' '.join([shared.texts[0], self.bounds(self.after), *moves])})"),
        ]

    def failure(self, claim: Claim, name: str) -> str:
        """Over the state; of a claim of steps, over the state before and after."""
        holds = claim.term if claim.kind == "witness" else not_(claim.term)
        variables = self.bound(self.now) + (self.bound(self.after) if claim.kind == "transition" else [])
        return self.defined(name, variables, ["or", "false", self.term(or_(holds, undefined(self.system, claim)))])

    def defined(self, name: str, variables: Sequence[str], body: Sequence[str]) -> str:
        return f"(define-fun {name} ({' '.join(variables)}) Bool\n  ({' '.join(body)}))"

    def term(self, term: Term) -> str:
        shared = written([term], Syntax(self.leaf, _ROWS), self.names)
        return self.within_lets(shared.definitions, shared.texts[0])

    def within_lets(self, definitions: Sequence[tuple[str, str]], body: str) -> str:
        return "".join(f"(let (({name} {text})) " for name, text in definitions) + body + ")" * len(definitions)

    def leaf(self, term: Term) -> str:
        if isinstance(term.value, Variable):
            return (self.after if term.op == "primed" else self.now)[term.value]
        return _number(term.value) if isinstance(term.value, int) else term.op

    def bound(self, names: Mapping[Variable, str]) -> list[str]:
        return [f"({name} {_sort(which)})" for which, name in names.items()]

    def bounds(self, names: Mapping[Variable, str]) -> str:
        """That numbers are within their variables' bounds."""
        ints = [(which, name) for which, name in names.items() if which.sort == "int"]
        low = [f"(<= {_number(which.low)} {name})" for which, name in ints if which.low is not None]
        high = [f"(<= {name} {_number(which.high)})" for which, name in ints if which.high is not None]
        return f"(and true {' '.join(low + high)})"


def _sort(which: Variable) -> str:
    return "Bool" if which.sort == "bool" else "Int"


def _call(name: str, arguments: Sequence[str]) -> str:
    return f"({name} {' '.join(arguments)})" if arguments else name


# ---- questions


def _clauses(file: _File, bad: Bad) -> Iterator[str]:
    """The least relation `reachable` that has the first states and is closed under steps; may it miss each failure?"""
    now, after = list(file.now.values()), list(file.after.values())
    yield f"(declare-fun reachable ({' '.join(_sort(which) for which in file.system.variables)}) Bool)"
    here, there = _call("reachable", now), _call("reachable", after)
    yield _forall(file.bound(file.now), f"(=> {_call('initial', now)} {here})")
    both = file.bound(file.now) + file.bound(file.after)
    yield _forall(both, f"(=> (and {here} {_call('step', [*now, *after])}) {there})")
    for claim, name in bad:
        failing = _call(name, now) if claim.kind != "transition" else f"(and {_call(name, [*now, *after])} {_call('step', [*now, *after])})"
        variables = file.bound(file.now) if claim.kind != "transition" else both
        yield from _asked(name, _forall(variables, f"(=> (and {here} {failing}) false)"))


def _forall(variables: Sequence[str], body: str) -> str:
    return f"(assert (forall ({' '.join(variables)}) {body}))" if variables else f"(assert {body})"


def _asked(what: str, assertion: str) -> Iterator[str]:
    yield from ("(push 1)", f'(echo "{what.replace(chr(34), chr(34) * 2)}")', assertion, "(check-sat)", "(pop 1)")


def _unrolled(file: _File, bad: Bad, depth: int) -> Iterator[str]:
    """Behaviours of one step after the other, and at each depth whether a claim may fail there."""
    place = [[file.names.fresh(f"{which.name}@{k}") for which in file.system.variables] for k in range(depth + 1)]
    for k, state in enumerate(place):
        yield from (f"(declare-const {name} {_sort(which)})" for name, which in zip(state, file.system.variables, strict=True))
        before = [] if k == 0 else [*place[k - 1], *state]
        yield f"(assert {_call('step', before) if k else _call('initial', state)})"
        steps = [(claim, name) for claim, name in bad if claim.kind == "transition"] if k else []
        for arguments, asked in ((before, steps), (state, [(claim, name) for claim, name in bad if claim.kind != "transition"])):
            for _, name in asked:
                yield from _asked(f"{name} at {k}", f"(assert {_call(name, arguments)})")
