"""Many-sorted first-order formulas: what a check says where its scopes are left open.

Entities, addresses, ranges and texts are sorts without known members; fields are functions and relations on them. A formula is a
term of sort bool. Bound variables have names of their own throughout a translation, so that substitution captures none.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

from kmodel.records import dataclass


@dataclass(frozen=True, slots=True)
class Sort:
    """`free`: any number of members that nothing is known of."""

    name: str
    kind: Literal["bool", "int", "enum", "free"]
    members: tuple[str, ...] = ()


BOOL = Sort("bool", "bool")
INT = Sort("int", "int")


@dataclass(frozen=True, slots=True)
class Symbol:
    """A function (a relation, where `result` is bool). `state`: actions may change it; `rigid`: nothing does; `choice`: each step chooses
    it anew. An int's values are `low..high` (None: no bound)."""

    name: str
    arguments: tuple[Sort, ...]
    result: Sort
    kind: Literal["state", "rigid", "choice"]
    low: int | None = None
    high: int | None = None


@dataclass(frozen=True, slots=True)
class Var:
    """A bound variable, or a parameter of an action."""

    name: str
    sort: Sort


@dataclass(frozen=True, slots=True)
class Lit:
    """A bool, a number, or a member of an enum by its name."""

    value: bool | int | str
    sort: Sort


@dataclass(frozen=True, slots=True)
class App:
    """The symbol's value, in the state or (`after`) in the state after the step."""

    symbol: Symbol
    arguments: tuple[Formula, ...]
    after: bool = False

    @property
    def sort(self) -> Sort:
        return self.symbol.result


@dataclass(frozen=True, slots=True)
class Op:
    """`op` is not, and, or, iff, equal, less, at_most, if, add, multiply (of a number by a literal) or distinct."""

    op: str
    arguments: tuple[Formula, ...]
    sort: Sort


@dataclass(frozen=True, slots=True)
class Quantified:
    op: Literal["forall", "exists"]
    variables: tuple[Var, ...]
    body: Formula

    @property
    def sort(self) -> Sort:
        return BOOL


Formula: TypeAlias = Var | Lit | App | Op | Quantified

TRUE, FALSE = Lit(True, BOOL), Lit(False, BOOL)


def truth(value: bool) -> Formula:
    return TRUE if value else FALSE


def number(value: int) -> Formula:
    return Lit(value, INT)


def is_true(a: Formula) -> bool:
    return isinstance(a, Lit) and a.value is True


def is_false(a: Formula) -> bool:
    return isinstance(a, Lit) and a.value is False


def not_(a: Formula) -> Formula:
    if isinstance(a, Lit):
        return truth(not a.value)
    return a.arguments[0] if isinstance(a, Op) and a.op == "not" else Op("not", (a,), BOOL)


def _junction(op: str, neutral: bool, parts: Iterable[Formula]) -> Formula:
    kept: list[Formula] = []
    for part in parts:
        if isinstance(part, Lit):
            if part.value is not neutral:
                return part
            continue
        kept.extend(part.arguments if isinstance(part, Op) and part.op == op else (part,))
    return truth(neutral) if not kept else kept[0] if len(kept) == 1 else Op(op, tuple(kept), BOOL)


def and_(*parts: Formula) -> Formula:
    return _junction("and", True, parts)


def or_(*parts: Formula) -> Formula:
    return _junction("or", False, parts)


def implies(a: Formula, b: Formula) -> Formula:
    return or_(not_(a), b)


def iff(a: Formula, b: Formula) -> Formula:
    for this, other in ((a, b), (b, a)):
        if isinstance(this, Lit):
            return other if this.value else not_(other)
    return Op("iff", (a, b), BOOL)


def same(a: Formula, b: Formula) -> Formula:
    """Equality of two terms of one sort."""
    if isinstance(a, Lit) and isinstance(b, Lit):
        return truth(a.value == b.value)
    if isinstance(a, Var) and isinstance(b, Var) and a == b:
        return TRUE
    return iff(a, b) if a.sort is BOOL or a.sort == BOOL else Op("equal", (a, b), BOOL)


def if_(condition: Formula, a: Formula, b: Formula) -> Formula:
    if isinstance(condition, Lit):
        return a if condition.value else b
    if a.sort == BOOL:
        return and_(implies(condition, a), or_(condition, b))
    return Op("if", (condition, a, b), a.sort)


def quantified(op: Literal["forall", "exists"], variables: Sequence[Var], body: Formula) -> Formula:
    return body if not variables or isinstance(body, Lit) else Quantified(op, tuple(variables), body)


def forall(variables: Sequence[Var], body: Formula) -> Formula:
    return quantified("forall", variables, body)


def exists(variables: Sequence[Var], body: Formula) -> Formula:
    return quantified("exists", variables, body)


def parts(formula: Formula) -> tuple[Formula, ...]:
    match formula:
        case App(_, arguments) | Op(_, arguments):
            return arguments
        case Quantified(body=body):
            return (body,)
        case _:
            return ()


def below(formula: Formula) -> Iterator[Formula]:
    """The formula and everything within it."""
    open_ = [formula]
    while open_:
        top = open_.pop()
        yield top
        open_.extend(parts(top))


def symbols(formulas: Iterable[Formula]) -> dict[Symbol, None]:
    """The symbols that occur, in order of first appearance."""
    return {each.symbol: None for formula in formulas for each in below(formula) if isinstance(each, App)}


def free_variables(formula: Formula) -> dict[Var, None]:
    match formula:
        case Var():
            return {formula: None}
        case Quantified(variables=bound, body=body):
            return {each: None for each in free_variables(body) if each not in bound}
        case _:
            return {each: None for part in parts(formula) for each in free_variables(part)}


def rebuilt(formula: Formula, change: Callable[[Formula], Formula | None]) -> Formula:
    """The formula with its parts rebuilt first, and then, wherever `change` says something, changed."""
    match formula:
        case App(symbol, arguments, after):
            made: Formula = App(symbol, tuple(rebuilt(each, change) for each in arguments), after)
        case Op(op, arguments, sort):
            made = _operation(op, [rebuilt(each, change) for each in arguments], sort)
        case Quantified(op, variables, body):
            made = quantified(op, variables, rebuilt(body, change))
        case _:
            made = formula
    changed = change(made)
    return made if changed is None else changed


def _operation(op: str, arguments: Sequence[Formula], sort: Sort) -> Formula:
    match op:
        case "not":
            return not_(arguments[0])
        case "and":
            return and_(*arguments)
        case "or":
            return or_(*arguments)
        case "iff" | "equal":
            return same(arguments[0], arguments[1])
        case "if":
            return if_(arguments[0], arguments[1], arguments[2])
        case _:
            return Op(op, tuple(arguments), sort)


def put(formula: Formula, values: Mapping[Var, Formula]) -> Formula:
    """The formula with variables replaced."""
    return rebuilt(formula, lambda each: values.get(each) if isinstance(each, Var) else None) if values else formula
