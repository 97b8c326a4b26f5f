"""TLA+: the ground system as a module that TLC and Apalache read.

A step that changes nothing is none in TLA+: transitions are claimed of steps that change something, and fairness is about those.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from kmodel.exports import Exported
from kmodel.exports.described import called, heading, possible, undefined
from kmodel.exports.sharing import Names, Row, Shared, Syntax, written
from kmodel.ground.system import Action, Claim, Fairness, Formula, System
from kmodel.ground.terms import Term, Variable, not_
from kmodel.records import dataclass

_WORDS = """
ACTION ASSUME ASSUMPTION AXIOM BOOLEAN BY CASE CHOOSE CONSTANT CONSTANTS COROLLARY DEF DEFINE DEFS DOMAIN ELSE ENABLED
EXCEPT EXTENDS FALSE HAVE HIDE IF IN INSTANCE Int LAMBDA LEMMA LET LOCAL MODULE NEW Nat OBVIOUS OMITTED ONLY OTHER PICK PROOF
PROPOSITION PROVE QED RECURSIVE SF_ STATE STRING SUBSET SUFFICES TAKE TEMPORAL THEN THEOREM TRUE UNCHANGED UNION USE VARIABLE
VARIABLES WF_ WITH WITNESS Div Mod divided divisor vars Init Next Spec
"""
_RESERVED = frozenset(_WORDS.split())
_DIVISION = (
    r"\* Rounded down, and what that leaves; 0 where the divisor is 0.",
    r"Div(divided, divisor) == IF divisor = 0 THEN 0 ELSE IF divisor > 0 THEN divided \div divisor ELSE (-divided) \div (-divisor)",
    r"Mod(divided, divisor) == IF divisor = 0 THEN 0 ELSE divided - divisor * Div(divided, divisor)",
)


def tla(system: System, _: int | None) -> Exported:
    """All of the system but properties with `until`, which TLA+ has no operator for."""
    told = [claim for claim in system.claims if claim.formula is None or not _has_until(claim.formula)]
    missing = [claim for claim in system.claims if claim not in told]
    left_out = tuple(f"`{called(claim.name, claim.binding)}`: TLA+ has no `until`" for claim in missing)
    return Exported("\n".join(_lines(_File(system), told)) + "\n", left_out)


def _has_until(formula: Formula) -> bool:
    return formula.op == "until" or any(map(_has_until, formula.arguments))


def _lines(file: _File, claims: Sequence[Claim]) -> Iterator[str]:
    system = file.system
    module = _legal(system.check.rsplit(".", 1)[-1])
    yield f"{'-' * 20} MODULE {module} {'-' * 20}"
    yield from (rf"\* {' '.join(line.split())}" for line in heading(system))
    yield "EXTENDS Integers"
    if file.now:
        yield f"VARIABLES {', '.join(file.now.values())}"
    yield f"vars == <<{', '.join(file.now.values())}>>"
    yield from _DIVISION
    actions = {at: file.names.fresh(called(action.name, action.arguments)) for at, action in enumerate(system.actions)}
    yield from file.beginning()
    for at, action in enumerate(system.actions):
        yield from file.effect(actions[at], action)
    yield f"Next == {_junction(chr(92) + '/', list(actions.values()) or ['FALSE'])}"
    fair = [_fair(group, actions) for group in system.fairness]
    yield f"Spec == {_junction('/' + chr(92), ['Init', '[][Next]_vars', *fair])}"
    yield from file.claims(claims)
    yield "=" * (48 + len(module))


# ---- how terms are written


def _infix(sign: str) -> Row:
    return lambda parts: f"({f' {sign} '.join(parts)})"


def _selected(parts: list[str]) -> str:
    index, *options = parts
    cases = "".join(f"(IF {index} = {at} THEN {option} ELSE " for at, option in enumerate(options[:-1]))
    return cases + options[-1] + ")" * (len(options) - 1)


_ROWS: Mapping[str, Row] = {
    "not": lambda parts: f"(~{parts[0]})",
    "and": _infix("/\\"),
    "or": _infix("\\/"),
    "iff": _infix("<=>"),
    "equal": _infix("="),
    "less": _infix("<"),
    "at_most": _infix("<="),
    "if": lambda parts: f"(IF {parts[0]} THEN {parts[1]} ELSE {parts[2]})",
    "select": _selected,
    "count": lambda parts: f"({' + '.join(f'(IF {part} THEN 1 ELSE 0)' for part in parts)})",
    "add": _infix("+"),
    "multiply": _infix("*"),
    "divide": lambda parts: f"Div({', '.join(parts)})",
    "modulo": lambda parts: f"Mod({', '.join(parts)})",
}


def _legal(text: str) -> str:
    """Letters, digits and `_`, with a letter, and no word of the language."""
    made = re.sub(r"_+", "_", re.sub(r"[^A-Za-z0-9]", "_", text)).strip("_")
    return made if re.match("[A-Za-z]", made) and made not in _RESERVED and not made.startswith(("WF_", "SF_")) else f"a_{made}"


def _junction(sign: str, parts: Sequence[str]) -> str:
    """A list of junctions: each part after a sign of its own, all in one column."""
    return "".join(f"\n  {sign} {part}" for part in parts)


def _fair(group: Fairness, actions: Mapping[int, str]) -> str:
    some = " \\/ ".join(actions[at] for at in group.actions)
    return f"{'WF' if group.kind == 'weak' else 'SF'}_vars({some})"


# ---- definitions


@dataclass(slots=True)
class _File:
    system: System
    names: Names
    now: Mapping[Variable, str]

    def __init__(self, system: System) -> None:
        self.system, self.names = system, Names(_legal, set(_RESERVED))
        self.now = {which: self.names.fresh(which.name) for which in system.variables}

    def beginning(self) -> Iterator[str]:
        """What bounds a variable or is its value comes before what reads it, as TLC wants it."""
        starts = [start for start in self.system.starts if start.value is not None]
        shared = self.written([*(start.value for start in starts if start.value is not None), *self.system.initial])
        values = dict(zip((start.variable for start in starts), shared.texts, strict=False))
        told = [
            f"{self.now[start.variable]} = {values[start.variable]}" if start.variable in values else self.domain(start.variable)
            for start in self.system.starts
        ]
        bounds = [self.domain(start.variable) for start in starts if start.value is not None and not _fits(start.variable, start.value)]
        yield _definition("Init", shared, _junction("/\\", [*told, *bounds, *shared.texts[len(starts) :]] or ["TRUE"]))

    def domain(self, which: Variable) -> str:
        """That the variable has one of its values."""
        name = self.now[which]
        if which.sort == "bool":
            return f"{name} \\in BOOLEAN"
        if which.low is not None and which.high is not None:
            return f"{name} \\in {which.low}..{which.high}"
        bounds = [f"{name} >= {which.low}"] if which.low is not None else [f"{name} <= {which.high}"] if which.high is not None else []
        return " /\\ ".join([f"{name} \\in Int", *bounds])

    def effect(self, name: str, action: Action) -> Iterator[str]:
        changes = dict(action.updates)
        shared = self.written([possible(action), *changes.values()])
        moves = [f"{self.now[which]}' = {text}" for which, text in zip(changes, shared.texts[1:], strict=True)]
        kept = [each for which, each in self.now.items() if which not in changes]
        still = [f"UNCHANGED <<{', '.join(kept)}>>"] if kept else []
        yield _definition(name, shared, _junction("/\\", [shared.texts[0], *moves, *still]))

    def claims(self, claims: Sequence[Claim]) -> Iterator[str]:
        """One definition a claim, then what a configuration of TLC says of them."""
        invariants: list[str] = []
        properties: list[str] = []
        for claim in claims:
            name = self.names.fresh(called(claim.name, claim.binding))
            (properties if claim.kind in ("transition", "property") else invariants).append(name)
            if claim.kind == "witness":
                yield r"\* Its violation is a way to what the witness describes."
            yield from self.claim(name, claim)
        yield r"\* SPECIFICATION Spec"
        yield from (rf"\* INVARIANT {name}" for name in invariants)
        yield from (rf"\* PROPERTY {name}" for name in properties)

    def claim(self, name: str, claim: Claim) -> Iterator[str]:
        defined = not_(undefined(self.system, claim))
        atoms = [] if claim.formula is None else _atoms(claim.formula)
        shared = self.written([defined, not_(claim.term) if claim.kind == "witness" else claim.term, *atoms])
        if claim.formula is not None:
            body = f"[]{shared.texts[0]} /\\ {_formula(claim.formula, dict(zip(atoms, shared.texts[2:], strict=True)))}"
        else:
            body = f"({shared.texts[0]} /\\ {shared.texts[1]})"
        yield _definition(name, shared, f"[][{body}]_vars" if claim.kind == "transition" else body)

    def written(self, terms: Sequence[Term]) -> Shared:
        return written(terms, Syntax(self.leaf, _ROWS), self.names)

    def leaf(self, term: Term) -> str:
        if isinstance(term.value, Variable):
            return self.now[term.value] + ("'" if term.op == "primed" else "")
        return term.op.upper() if term.value is None else str(term.value) if term.value >= 0 else f"({term.value})"


def _fits(which: Variable, value: Term) -> bool:
    """Whether the value is within the variable's bounds, by its interval."""
    above = which.low is None or (value.low is not None and which.low <= value.low)
    return which.sort == "bool" or (above and (which.high is None or (value.high is not None and value.high <= which.high)))


def _definition(name: str, shared: Shared, body: str) -> str:
    if not shared.definitions:
        return f"{name} == {body}"
    lines = "".join(f"\n  {part} == {text}" for part, text in shared.definitions)
    return f"{name} == LET{lines}\n  IN {body}"


# ---- temporal formulas


def _atoms(formula: Formula) -> list[Term]:
    own = [formula.term] if formula.term is not None else []
    return list(dict.fromkeys([*own, *(term for each in formula.arguments for term in _atoms(each))]))


def _formula(formula: Formula, texts: Mapping[Term, str]) -> str:
    if formula.term is not None:
        return texts[formula.term]
    parts = [_formula(each, texts) for each in formula.arguments]
    match formula.op:
        case "not":
            return f"(~{parts[0]})"
        case "and" | "or":
            return _infix("/\\" if formula.op == "and" else "\\/")(parts)
        case "always":
            return f"([]{parts[0]})"
        case _:
            assert formula.op == "eventually", formula.op
            return f"(<>{parts[0]})"
