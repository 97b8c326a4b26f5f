"""The operators on values that the state decides: a natural term where there is one, else a table of their choices."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import TypeAlias

from kmodel.ground.describe import plain
from kmodel.ground.equality import equal_values
from kmodel.ground.evaluate.constants import CONSTANT, UndefinedValue
from kmodel.ground.evaluate.holes import Holes
from kmodel.ground.evaluate.surroundings import Surroundings
from kmodel.ground.parts import content, if_value, item_of, members, pairs, positions, present
from kmodel.ground.symbolic import (
    BOTTOM,
    Choice,
    Slots,
    Subset,
    Sym,
    Table,
    bool_term,
    int_term,
    is_constant,
    maybe,
    settle,
    slots,
    subset,
    table,
)
from kmodel.ground.tabulate import NotFinite, as_choice, cases, combinations, tabulate
from kmodel.ground.terms import (
    FALSE,
    TRUE,
    Term,
    add,
    and_,
    at_most,
    count,
    divide,
    equal,
    implies,
    less,
    modulo,
    multiply,
    negate,
    not_,
    number,
    or_,
    subtract,
)
from kmodel.source import Diagnostic, Rejected, Span
from kmodel.typed.expressions import Apply
from kmodel.typed.types import EnumType
from kmodel.typed.values import Individual, Member, Value

MOST_ROWS = 1 << 16
_FEW_ROWS = 512
_MOST_NUMBERS = 4096


@dataclass(frozen=True, slots=True)
class Site:
    """One application: where it stands, and where its faults go."""

    holes: Holes
    around: Surroundings
    expr: Apply

    def undefined(self, condition: Term, code: str, message: str) -> None:
        self.holes.note(condition, code, f"{message} in `{written(self.expr.span)}`", self.expr.span)


def written(span: Span) -> str:
    """The text of a span on one line, shortened."""
    text = " ".join(span.text.split())
    return text if len(text) <= 60 else f"{text[:57]}..."


def strict(site: Site, arguments: Sequence[Sym]) -> Sym:
    """The value of an operator that looks at all of its arguments."""
    if any(argument is BOTTOM for argument in arguments):
        return BOTTOM
    op = site.expr.op
    if op in ("less", "at_most") and isinstance(site.expr.arguments[0].type, EnumType):
        arguments = [tabulate([argument], lambda row, _: _ordinal(site, row[0])) for argument in arguments]
    constant = [argument for argument in arguments if is_constant(argument)]
    if len(constant) == len(arguments):
        return _constant(site, constant, TRUE)
    if op in _ALWAYS:
        return _ALWAYS[op](site, arguments)
    tabular = all(isinstance(argument, Choice) or is_constant(argument) for argument in arguments)
    if op in _NATURAL and not (tabular and combinations(arguments) <= _FEW_ROWS):
        return _NATURAL[op](site, arguments)
    return _tabulated(site, arguments)


def _ordinal(site: Site, value: Value) -> int:
    assert isinstance(value, Individual | Member)
    return site.around.ordinal(value)


def _constant(site: Site, values: Sequence[Value], condition: Term) -> Sym:
    """The operator's value for constants, which are meant where the condition holds."""
    op = site.expr.op
    if op == "ordinal":
        return _ordinal(site, values[0])
    if op == "text":
        return plain(values[0], site.expr.arguments[0].type)
    _refuse_large(site, values)
    try:
        found: Value = CONSTANT[op](*values)
    except UndefinedValue as undefined:
        site.undefined(condition, undefined.code, undefined.message)
        return BOTTOM
    return found


def _refuse_large(site: Site, values: Sequence[Value]) -> None:
    if site.expr.op == "addresses" and CONSTANT["size"](values[0]) > _MOST_NUMBERS:
        raise _too_many(site.expr.span, f"`{plain(values[0])}` has more than {_MOST_NUMBERS} addresses", "take a smaller range")


def _too_many(span: Span, message: str, help_: str) -> Rejected:
    return Rejected([Diagnostic("not-finite", message, span, (), help_)])


def _tabulated(site: Site, arguments: Sequence[Sym]) -> Sym:
    chosen = [finite(argument, site.expr.span) for argument in arguments]
    if combinations(chosen) > MOST_ROWS:
        raise _too_many(site.expr.span, f"`{written(site.expr.span)}` depends on too many values of the state", "narrow what it is about")
    return tabulate(chosen, lambda row, condition: _constant(site, row, condition))


def finite(value: Sym, span: Span) -> Sym:
    """The value as a constant or a choice. Rejected where it can be one of too many."""
    try:
        return as_choice(value)
    except NotFinite:
        raise _too_many(span, f"`{written(span)}` can be one of too many values here", "use a value of a small finite type") from None


# ---- numbers


def _numbers(law: Callable[..., Term]) -> Natural:
    return lambda site, arguments: settle(law(*map(int_term, arguments)))


def _dividing(law: Callable[[Term, Term], Term]) -> Natural:
    def apply(site: Site, arguments: Sequence[Sym]) -> Sym:
        dividend, divisor = map(int_term, arguments)
        site.undefined(equal(divisor, number(0)), "division-by-zero", "the divisor is 0")
        return BOTTOM if divisor is number(0) else settle(law(dividend, divisor))

    return apply


def _ceiling(a: Term, b: Term) -> Term:
    return negate(divide(negate(a), b))


def lesser(a: Sym, b: Sym) -> Sym:
    return if_value(less(int_term(b), int_term(a)), b, a)


def greater(a: Sym, b: Sym) -> Sym:
    return if_value(less(int_term(a), int_term(b)), b, a)


def _range(site: Site, arguments: Sequence[Sym]) -> Sym:
    low, high = map(int_term, arguments)
    if low.low is None or high.high is None or high.high - low.low >= _MOST_NUMBERS:
        raise _too_many(site.expr.span, f"`{written(site.expr.span)}` has no bound", "use bounds of a range type")
    return subset((each, and_(at_most(low, number(each)), at_most(number(each), high))) for each in range(low.low, high.high + 1))


# ---- sets, maps, lists


def elements(value: Sym) -> Iterable[tuple[Sym, Term]]:
    """What a set, a list or a map's keys can have in it, each with when it is there; a list's in its order."""
    if isinstance(value, tuple):
        return [(item, TRUE) for item in value]
    if isinstance(value, Slots) or (isinstance(value, Choice) and any(isinstance(each, tuple) for each in value.universe)):
        length, found = positions(value)
        return [(item, less(number(at), length)) for at, item in enumerate(found)]
    return members(value)


def gathered(found: Iterable[tuple[Sym, Term]], span: Span) -> Sym:
    """The set of these, each under its condition."""
    conditions: dict[Value, list[Term]] = {}
    for item, there in found:
        if is_constant(item):
            conditions.setdefault(item, []).append(there)
            continue
        for value, chosen in cases(finite(item, span)):
            conditions.setdefault(value, []).append(and_(there, chosen))
    return subset((value, or_(*each)) for value, each in conditions.items())


def _member(site: Site, arguments: Sequence[Sym]) -> Sym:
    item, of = arguments
    return settle(or_(*(and_(there, equal_values(each, item)) for each, there in elements(of))))


def _combined(law: Callable[[Term, Term], Term]) -> Natural:
    def apply(site: Site, arguments: Sequence[Sym]) -> Sym:
        one, other = dict(members(arguments[0])), dict(members(arguments[1]))
        return subset((item, law(one.get(item, FALSE), other.get(item, FALSE))) for item in {**one, **other})

    return apply


def _subset(site: Site, arguments: Sequence[Sym]) -> Sym:
    other = dict(members(arguments[1]))
    return settle(and_(*(implies(there, other.get(item, FALSE)) for item, there in members(arguments[0]))))


def _size(site: Site, arguments: Sequence[Sym]) -> Sym:
    (of,) = arguments
    if isinstance(of, Slots):
        return settle(of.length)
    if isinstance(of, Subset | Table):
        return settle(count(*(there for _, there in members(of))))
    return _tabulated(site, arguments)


def _concat(site: Site, arguments: Sequence[Sym]) -> Sym:
    if not all(isinstance(each, tuple | Slots) or (isinstance(each, Choice) and isinstance(_real(each), tuple)) for each in arguments):
        return _tabulated(site, arguments)
    return listed(pair for argument in arguments for pair in elements(argument))


def _real(chosen: Choice) -> object:
    return next(each for each in chosen.universe if each is not BOTTOM)


def listed(found: Iterable[tuple[Sym, Term]]) -> Sym:
    """The list of those whose condition holds, in order."""
    length: Term = number(0)
    values: list[Sym] = []
    for item, there in found:
        if there is FALSE:
            continue
        assert length.low is not None and length.high is not None
        values.append(BOTTOM)
        for at in range(length.low, length.high + 1):
            values[at] = if_value(and_(there, equal(length, number(at))), item, values[at])
        length = add(length, count(there))
    return slots(length, values)


def _index(site: Site, arguments: Sequence[Sym]) -> Sym:
    of, at = arguments
    if isinstance(of, Slots | tuple):
        return _at_position(site, of, int_term(at))
    if not isinstance(of, Table):
        return _tabulated(site, arguments)
    known = {key: (there, value) for key, there, value in pairs(of)}

    def looked_up(row: Sequence[Value], condition: Term) -> Sym:
        there, value = known.get(row[0], (FALSE, BOTTOM))
        site.undefined(and_(condition, not_(there)), "missing-key", f"there is no key {plain(row[0])}")
        return value

    return tabulate([finite(at, site.expr.span)], looked_up)


def _at_position(site: Site, of: Sym, at: Term) -> Sym:
    length, found = positions(of)
    site.undefined(or_(less(at, number(0)), at_most(length, at)), "missing-key", "there is no such position")
    if not found:
        return BOTTOM
    if at.op == "number":
        assert at.low is not None
        return found[at.low] if 0 <= at.low < len(found) else BOTTOM
    value = found[-1]
    for place in range(len(found) - 2, -1, -1):
        value = if_value(equal(at, number(place)), found[place], value)
    return value


def _get(site: Site, arguments: Sequence[Sym]) -> Sym:
    of, key = arguments
    known = {name: (there, value) for name, there, value in pairs(of)}
    return tabulate([finite(key, site.expr.span)], lambda row, _: maybe(*known.get(row[0], (FALSE, BOTTOM))))


def _put(site: Site, arguments: Sequence[Sym]) -> Sym:
    of, key, new = arguments
    known = {name: (there, value) for name, there, value in pairs(of)}
    for name, chosen in cases(finite(key, site.expr.span)):
        there, old = known.get(name, (FALSE, BOTTOM))
        known[name] = (or_(there, chosen), if_value(chosen, new, old))
    return table((name, *pair) for name, pair in known.items())


def _remove(site: Site, arguments: Sequence[Sym]) -> Sym:
    of, key = arguments
    return table((name, and_(there, not_(equal_values(name, key))), value) for name, there, value in pairs(of))


def _keys(site: Site, arguments: Sequence[Sym]) -> Sym:
    return subset((key, there) for key, there, _ in pairs(arguments[0]))


def _values(site: Site, arguments: Sequence[Sym]) -> Sym:
    return gathered(((value, there) for _, there, value in pairs(arguments[0])), site.expr.span)


def _to_set(site: Site, arguments: Sequence[Sym]) -> Sym:
    return gathered(elements(arguments[0]), site.expr.span)


def _item(site: Site, arguments: Sequence[Sym]) -> Sym:
    of, at = arguments
    assert isinstance(at, int)
    return item_of(of, at)


def _or_else(site: Site, arguments: Sequence[Sym]) -> Sym:
    return if_value(present(arguments[0]), content(arguments[0]), arguments[1])


def _as_int(site: Site, arguments: Sequence[Sym]) -> Sym:
    """A term is a number; anything else is told by table."""
    return arguments[0] if isinstance(arguments[0], Term) else _tabulated(site, arguments)


def _not_a_number(site: Site, arguments: Sequence[Sym]) -> Sym:
    return None if isinstance(arguments[0], Term) else _tabulated(site, arguments)


def _compared(law: Callable[[Term, Term], Term]) -> Natural:
    def apply(site: Site, arguments: Sequence[Sym]) -> Sym:
        numbers = all(isinstance(each, Term | int) for each in arguments)
        return settle(law(*map(int_term, arguments))) if numbers else _tabulated(site, arguments)

    return apply


Natural: TypeAlias = Callable[[Site, Sequence[Sym]], Sym]

_ALWAYS: Mapping[str, Natural] = {
    "not": lambda site, arguments: settle(not_(bool_term(arguments[0]))),
    "iff": lambda site, arguments: settle(equal(bool_term(arguments[0]), bool_term(arguments[1]))),
    "equal": lambda site, arguments: settle(equal_values(arguments[0], arguments[1])),
    "not_equal": lambda site, arguments: settle(not_(equal_values(arguments[0], arguments[1]))),
    "add": _numbers(add),
    "subtract": _numbers(subtract),
    "negate": _numbers(negate),
    "multiply": _numbers(multiply),
    "divide": _dividing(divide),
    "modulo": _dividing(modulo),
    "ceil_div": _dividing(_ceiling),
    "min": lambda site, arguments: reduce(lesser, arguments),
    "max": lambda site, arguments: reduce(greater, arguments),
    "range": _range,
    "item": _item,
    "or_else": _or_else,
}
_NATURAL: Mapping[str, Natural] = {
    "less": _compared(less),
    "at_most": _compared(at_most),
    "subset": _subset,
    "member": _member,
    "union": _combined(or_),
    "difference": _combined(lambda a, b: and_(a, not_(b))),
    "intersection": _combined(and_),
    "concat": _concat,
    "size": _size,
    "index": _index,
    "get": _get,
    "put": _put,
    "remove": _remove,
    "keys": _keys,
    "values": _values,
    "to_set": _to_set,
    "as_int": _as_int,
    "as_percent": _not_a_number,
    "as_text": _not_a_number,
}
