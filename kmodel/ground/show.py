"""Terms and systems as text, for people and for tests that compare them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from kmodel.ground.system import Action, Claim, Formula, Start, System
from kmodel.ground.terms import Term, Variable
from kmodel.typed.values import Value


def show_term(term: Term) -> str:
    """The term in infix notation; every operator with arguments of its own is in parentheses inside another one."""
    match term.op:
        case "true" | "false":
            return term.op
        case "number":
            return str(term.value)
        case "variable" | "primed":
            assert isinstance(term.value, Variable)
            return f"`{term.value.name}`" + ("'" if term.op == "primed" else "")
        case _:
            return FORMS[term.op]([_inner(argument) for argument in term.arguments])


def _inner(term: Term) -> str:
    text = show_term(term)
    return f"({text})" if term.op in INFIX else text


def _joined(sign: str) -> Callable[[list[str]], str]:
    return lambda parts: f" {sign} ".join(parts)


INFIX: Mapping[str, str] = {
    "and": "and",
    "or": "or",
    "iff": "iff",
    "equal": "==",
    "less": "<",
    "at_most": "<=",
    "add": "+",
    "multiply": "*",
    "divide": "/",
    "modulo": "mod",
    "if": "if",
}
FORMS: Mapping[str, Callable[[list[str]], str]] = {
    **{op: _joined(sign) for op, sign in INFIX.items()},
    "not": lambda parts: f"not {parts[0]}",
    "if": lambda parts: f"if {parts[0]} then {parts[1]} else {parts[2]}",
    "select": lambda parts: f"[{', '.join(parts[1:])}][{parts[0]}]",
    "count": lambda parts: f"count({', '.join(parts)})",
}


def show_formula(formula: Formula) -> str:
    if formula.term is not None:
        return show_term(formula.term)
    parts = [f"({show_formula(each)})" for each in formula.arguments]
    return f"{formula.op} {parts[0]}" if len(parts) == 1 else f" {formula.op} ".join(parts)


def show(system: System) -> str:
    """The whole system, one line for each thing in it."""
    return "\n".join(_lines(system)) + "\n"


def _lines(system: System) -> Iterator[str]:
    yield f"system {system.check}"
    yield from _section("variables", map(_variable, system.variables))
    yield from _section("starts", map(_start, system.starts))
    yield from _section("initial", map(show_term, system.initial))
    for action in system.actions:
        yield from _section(f"action {_called(action.name, action.arguments)}{_by(action)}", _action(action))
    for group in system.fairness:
        yield from _section(f"fair {group.name}", [f"{group.kind}: {', '.join(map(str, group.actions))}"])
    for claim in system.claims:
        yield from _section(f"{claim.kind} {_called(claim.name, claim.binding)}", _claim(claim))
    yield from _section("symmetric", (", ".join(map(str, group.individuals)) for group in system.symmetric))
    yield from _section("assumed", system.assumed)


def _section(title: str, lines: Iterable[str]) -> Iterator[str]:
    found = list(lines)
    if found:
        yield title
        yield from (f"  {line}" for line in found)


def _called(name: str, arguments: Iterable[tuple[str, Value]]) -> str:
    values = ", ".join(f"{key} = {value}" for key, value in arguments)
    return f"{name}({values})" if values else name


def _by(action: Action) -> str:
    return f" by {action.component}" if action.component else ""


def _variable(which: Variable) -> str:
    domain = "bool" if which.sort == "bool" else f"{_bound(which.low)}..{_bound(which.high)}"
    return f"{which.index} `{which.name}`: {domain}" + (", rigid" if which.rigid else "")


def _bound(bound: int | None) -> str:
    return "" if bound is None else str(bound)


def _start(start: Start) -> str:
    return f"`{start.variable.name}` " + ("anywhere" if start.value is None else f"= {show_term(start.value)}")


def _action(action: Action) -> Iterator[str]:
    yield f"when {show_term(action.guard)}"
    yield from (f"`{which.name}` := {show_term(term)}" for which, term in action.updates)
    yield from (f"undefined ({each.code}) when {show_term(each.condition)}" for each in action.undefined)


def _claim(claim: Claim) -> Iterator[str]:
    yield show_term(claim.term) if claim.formula is None else show_formula(claim.formula)
    yield f"exercised when {show_term(claim.exercised)}"
    yield from (f"undefined ({each.code}) when {show_term(each.condition)}" for each in claim.undefined)
