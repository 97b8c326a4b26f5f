"""Terms: what guards, updates and claims are made of. Hash-consed, so equal terms are one object and `is` compares them.

A term is bool or int; the only operators are the rows of `OPERATIONS`. Smart constructors fold constants and keep terms small;
nothing else makes a Term. Every operator is total: what could be undefined is said beside it, as an `Undefined` of the system.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, TypeAlias

from kmodel.records import dataclass

Sort: TypeAlias = Literal["bool", "int"]


@dataclass(frozen=True, slots=True)
class Operation:
    """`name(arguments) -> sort`, with its definition in words."""

    name: str
    sort: Sort
    doc: str


OPERATIONS: dict[str, Operation] = {
    row.name: row
    for row in (
        Operation("true", "bool", "true"),
        Operation("false", "bool", "false"),
        Operation("number", "int", "the number `value`"),
        Operation("variable", "bool", "the variable `value` (bool or int) in the state"),
        Operation("primed", "bool", "the variable `value` (bool or int) in the state after the step"),
        Operation("not", "bool", "negation"),
        Operation("and", "bool", "all of the arguments (two or more)"),
        Operation("or", "bool", "some of the arguments (two or more)"),
        Operation("iff", "bool", "equality of two bools"),
        Operation("equal", "bool", "equality of two ints"),
        Operation("less", "bool", "a < b"),
        Operation("at_most", "bool", "a <= b"),
        Operation("if", "bool", "c, a, b: a where c, else b; a and b are both bools or both ints"),
        Operation("select", "bool", "i, x0, …, xn: x_i; all bools or all ints; i is within 0..n by its interval"),
        Operation("count", "int", "how many of the bool arguments are true"),
        Operation("add", "int", "the sum of the arguments (two or more)"),
        Operation("multiply", "int", "a * b"),
        Operation("divide", "int", "a / b rounded down; 0 where b is 0"),
        Operation("modulo", "int", "a - b * (a / b rounded down); 0 where b is 0"),
    )
}


@dataclass(frozen=True, slots=True, eq=False)
class Variable:
    """A state variable. `index` is its position in a state; an int's values are `low..high` (both None: unbounded).

    A bool's are 0 and 1. `rigid`: no action changes it (a symbolic constant)."""

    name: str
    index: int
    sort: Sort
    low: int | None
    high: int | None
    rigid: bool = False


class Term:
    """An interned term. `low` and `high` bound an int's value (None: no bound known); for bools they are None."""

    __slots__ = ("arguments", "high", "low", "op", "serial", "sort", "value")

    op: str
    sort: Sort
    arguments: tuple[Term, ...]
    value: int | Variable | None
    low: int | None
    high: int | None
    serial: int

    def __repr__(self) -> str:
        return f"<{self.op} {self.value if self.value is not None else ''}{list(self.arguments)}>"


_interned: dict[tuple[object, ...], Term] = {}


def _term(
    op: str,
    sort: Sort,
    arguments: tuple[Term, ...] = (),
    value: int | Variable | None = None,
    low: int | None = None,
    high: int | None = None,
) -> Term:
    key = (op, value, *(argument.serial for argument in arguments))
    known = _interned.get(key)
    if known is not None:
        return known
    made = Term()
    made.op, made.sort, made.arguments, made.value, made.low, made.high = op, sort, arguments, value, low, high
    made.serial = len(_interned)
    _interned[key] = made
    return made


def interned(op: str, sort: Sort, arguments: tuple[Term, ...], value: int | Variable | None, low: int | None, high: int | None) -> Term:
    """A term that the constructors made elsewhere, taken as it is."""
    return _term(op, sort, arguments, value, low, high)


TRUE = _term("true", "bool")
FALSE = _term("false", "bool")


def truth(value: bool) -> Term:
    return TRUE if value else FALSE


def number(value: int) -> Term:
    return _term("number", "int", value=int(value), low=int(value), high=int(value))


def variable(which: Variable) -> Term:
    """The variable's value in the state; a variable with one possible value is that number."""
    if which.sort == "int" and which.low is not None and which.low == which.high:
        return number(which.low)
    return _term(
        "variable",
        which.sort,
        value=which,
        low=which.low if which.sort == "int" else None,
        high=which.high if which.sort == "int" else None,
    )


def primed(which: Variable) -> Term:
    """The variable's value after the step."""
    if which.rigid:
        return variable(which)
    if which.sort == "int" and which.low is not None and which.low == which.high:
        return number(which.low)
    return _term(
        "primed", which.sort, value=which, low=which.low if which.sort == "int" else None, high=which.high if which.sort == "int" else None
    )


def not_(a: Term) -> Term:
    if a is TRUE or a is FALSE:
        return truth(a is FALSE)
    return a.arguments[0] if a.op == "not" else _term("not", "bool", (a,))


def _junction(op: str, neutral: Term, absorbing: Term, terms: Sequence[Term]) -> Term:
    """`and` and `or`: flattened, without repetition, in the order of first appearance; p with its negation absorbs."""
    if len(terms) == 2 and (terms[0] is neutral or terms[1] is neutral):
        return terms[1] if terms[0] is neutral else terms[0]
    kept: dict[Term, None] = {}
    denied: set[Term] = set()
    for term in terms:
        for part in term.arguments if term.op == op else (term,):
            if part is absorbing or part in denied:
                return absorbing
            if part is neutral:
                continue
            if part.op == "not":
                if part.arguments[0] in kept:
                    return absorbing
                denied.add(part.arguments[0])
            kept[part] = None
    parts = tuple(kept)
    return neutral if not parts else parts[0] if len(parts) == 1 else _term(op, "bool", parts)


def and_(*terms: Term) -> Term:
    return _junction("and", TRUE, FALSE, terms)


def or_(*terms: Term) -> Term:
    return _junction("or", FALSE, TRUE, terms)


def implies(a: Term, b: Term) -> Term:
    return or_(not_(a), b)


def _disjoint(a: Term, b: Term) -> bool:
    return (a.high is not None and b.low is not None and a.high < b.low) or (b.high is not None and a.low is not None and b.high < a.low)


def equal(a: Term, b: Term) -> Term:
    """Equality of two ints or of two bools."""
    if a is b:
        return TRUE
    if a.sort == "bool":
        return _iff(a, b)
    if _disjoint(a, b) or (a.op == b.op == "number"):
        return FALSE
    if b.serial < a.serial:
        a, b = b, a
    number_, other = (a, b) if a.op == "number" else (b, a)
    if number_.op == "number" and other.op in ("if", "select"):
        return _equal_choice(number_, other)
    return _term("equal", "bool", (a, b))


def _equal_choice(wanted: Term, choice: Term) -> Term:
    """`(c ? x : y) == k` with x or y a number: pushed inside, where it folds."""
    condition, *options = choice.arguments
    if not all(option.op == "number" for option in options):
        return _term("equal", "bool", tuple(sorted((wanted, choice), key=lambda term: term.serial)))
    if choice.op == "if":
        return if_(condition, equal(options[0], wanted), equal(options[1], wanted))
    return or_(*(equal(condition, number(at)) for at, option in enumerate(options) if option is wanted))


def _iff(a: Term, b: Term) -> Term:
    for this, other in ((a, b), (b, a)):
        if this is TRUE:
            return other
        if this is FALSE:
            return not_(other)
    if not_(a) is b:
        return FALSE
    return _term("iff", "bool", tuple(sorted((a, b), key=lambda term: term.serial)))


def less(a: Term, b: Term) -> Term:
    if a is b or (a.low is not None and b.high is not None and a.low >= b.high):
        return FALSE
    if a.high is not None and b.low is not None and a.high < b.low:
        return TRUE
    return _term("less", "bool", (a, b))


def at_most(a: Term, b: Term) -> Term:
    return not_(less(b, a)) if less(b, a) in (TRUE, FALSE) else _term("at_most", "bool", (a, b))


def if_(condition: Term, a: Term, b: Term) -> Term:
    """a where the condition holds, else b."""
    if condition is TRUE or a is b:
        return a
    if condition is FALSE:
        return b
    if a.sort == "bool":
        if a is TRUE or a is condition:
            return or_(condition, b)
        if a is FALSE:
            return and_(not_(condition), b)
        if b is TRUE:
            return or_(not_(condition), a)
        if b is FALSE or b is condition:
            return and_(condition, a)
        return _term("if", "bool", (condition, a, b))
    return _term("if", "int", (condition, a, b), low=_least(a.low, b.low), high=_greatest(a.high, b.high))


def _least(*bounds: int | None) -> int | None:
    known = [bound for bound in bounds if bound is not None]
    return min(known) if len(known) == len(bounds) else None


def _greatest(*bounds: int | None) -> int | None:
    known = [bound for bound in bounds if bound is not None]
    return max(known) if len(known) == len(bounds) else None


def select(index: Term, options: tuple[Term, ...]) -> Term:
    """The option at `index`, whose interval must lie within 0..len(options)-1."""
    assert index.low is not None and index.high is not None and index.low >= 0 and index.high < len(options)
    if index.op == "number":
        return options[index.low]
    if all(option is options[index.low] for option in options[index.low : index.high + 1]):
        return options[index.low]
    if options[0].sort == "bool" and all(option in (TRUE, FALSE) for option in options):
        return or_(*(equal(index, number(at)) for at, option in enumerate(options) if option is TRUE))
    if all(option.op == "number" and option.low == at for at, option in enumerate(options)):
        return index
    if options[0].sort == "bool":
        return _term("select", "bool", (index, *options))
    low, high = _least(*(option.low for option in options)), _greatest(*(option.high for option in options))
    return _term("select", "int", (index, *options), low=low, high=high)


def count(*terms: Term) -> Term:
    """How many of these bools are true."""
    surely = sum(term is TRUE for term in terms)
    open_ = tuple(term for term in terms if term is not TRUE and term is not FALSE)
    counted = _term("count", "int", open_, low=0, high=len(open_)) if open_ else number(0)
    return add(counted, number(surely))


def add(*terms: Term) -> Term:
    """The sum; numbers are gathered at the end."""
    parts: list[Term] = []
    constant = 0
    for term in terms:
        for part in term.arguments if term.op == "add" else (term,):
            if part.op == "number":
                constant += part.low or 0
            else:
                parts.append(part)
    if constant or not parts:
        parts.append(number(constant))
    if len(parts) == 1:
        return parts[0]
    low = sum(part.low for part in parts) if all(part.low is not None for part in parts) else None  # type: ignore[misc]
    high = sum(part.high for part in parts) if all(part.high is not None for part in parts) else None  # type: ignore[misc]
    return _term("add", "int", tuple(parts), low=low, high=high)


def negate(a: Term) -> Term:
    return multiply(number(-1), a)


def subtract(a: Term, b: Term) -> Term:
    return number(0) if a is b else add(a, negate(b))


def multiply(a: Term, b: Term) -> Term:
    if b.op == "number":
        a, b = b, a
    if a.op == "number":
        if a.low == 0 or a.low == 1:
            return a if a.low == 0 else b
        if b.op == "number":
            return number((a.low or 0) * (b.low or 0))
        if b.op == "multiply" and b.arguments[0].op == "number":
            return multiply(number((a.low or 0) * (b.arguments[0].low or 0)), b.arguments[1])
    corners = [x * y for x in (a.low, a.high) for y in (b.low, b.high) if x is not None and y is not None]
    bounded = len(corners) == 4
    return _term("multiply", "int", (a, b), low=min(corners) if bounded else None, high=max(corners) if bounded else None)


def divide(a: Term, b: Term) -> Term:
    """Rounded down (as Python's `//`); 0 where b is 0."""
    if b.op == "number" and a.op == "number":
        return number((a.low or 0) // b.low) if b.low else number(0)
    if b.op == "number" and b.low == 1:
        return a
    low = high = None
    if a.low is not None and a.high is not None and b.low is not None and b.high is not None:
        least, most = min(a.low, -a.high, 0), max(a.high, -a.low, 0)
        low, high = least, most
        if b.low > 0:
            corners = [x // y for x in (a.low, a.high) for y in (b.low, b.high)]
            low, high = min(corners), max(corners)
    return _term("divide", "int", (a, b), low=low, high=high)


def modulo(a: Term, b: Term) -> Term:
    """What `divide` leaves (of b's sign); 0 where b is 0."""
    if b.op == "number" and a.op == "number":
        return number((a.low or 0) % b.low) if b.low else number(0)
    low = min(b.low + 1, 0) if b.low is not None else None
    high = max(b.high - 1, 0) if b.high is not None else None
    return _term("modulo", "int", (a, b), low=low, high=high)
