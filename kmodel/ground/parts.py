"""Values taken apart and put together: one of several values, and the parts of a value whatever it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeAlias

from kmodel.ground.symbolic import (
    BOTTOM,
    Bottom,
    Choice,
    Fields,
    Items,
    Maybe,
    Slots,
    Subset,
    Sym,
    Table,
    bool_term,
    choice,
    fields,
    filled,
    int_term,
    is_at,
    is_constant,
    items,
    maybe,
    ordered,
    settle,
    slots,
    subset,
    table,
)
from kmodel.ground.terms import FALSE, TRUE, Term, if_, not_, number, or_, select
from kmodel.source import Diagnostic, Rejected
from kmodel.typed.values import MapValue, RecordValue, Value

Pick: TypeAlias = Callable[[Sequence[Term]], Term]

# ---- one of several values


def if_value(condition: Term, a: Sym, b: Sym) -> Sym:
    if condition is TRUE or condition is FALSE:
        return a if condition is TRUE else b
    return merge(lambda terms: if_(condition, terms[0], terms[1]), (a, b))


def select_value(index: Term, options: Sequence[Sym]) -> Sym:
    """The option at `index`."""
    assert index.low is not None and index.high is not None
    if index.op == "number":
        return options[index.low]
    possible = [option if index.low <= at <= index.high else BOTTOM for at, option in enumerate(options)]
    return merge(lambda terms: select(index, tuple(terms)), possible)


def over(chosen: Choice, law: Callable[[Value], Sym]) -> Sym:
    """The law's value of whichever value is chosen."""
    return select_value(chosen.index, [BOTTOM if value is BOTTOM else law(value) for value in chosen.universe])


def _is_bool(value: Sym) -> bool:
    return isinstance(value, bool) or (isinstance(value, Term) and value.sort == "bool")


def _is_int(value: Sym) -> bool:
    return (isinstance(value, int) and not isinstance(value, bool)) or (isinstance(value, Term) and value.sort == "int")


def merge(pick: Pick, options: Sequence[Sym]) -> Sym:
    """One of the options, as `pick` chooses one of as many terms."""
    real = [option for option in options if option is not BOTTOM]
    if not real:
        return BOTTOM
    if all(option is real[0] or option == real[0] for option in real):
        return real[0]
    if all(map(_is_bool, real)):
        return settle(pick(filled([None if option is BOTTOM else bool_term(option) for option in options])))
    if all(map(_is_int, real)):
        return settle(pick(filled([None if option is BOTTOM else int_term(option) for option in options])))
    if all(isinstance(option, Choice) or is_constant(option) for option in real):
        return _merge_choices(pick, options)
    return _merge_parts(pick, options, real)


def _merge_choices(pick: Pick, options: Sequence[Sym]) -> Sym:
    """Of constants and choices: a choice among all their values, in the order of a choice that is there already if there is one."""
    widest = max((option.universe for option in options if isinstance(option, Choice)), key=len, default=())
    universe = list(widest)
    places = {value: at for at, value in enumerate(universe) if value is not BOTTOM}
    for option in options:
        for value in option.universe if isinstance(option, Choice) else (option,):
            if value is not BOTTOM and value not in places:
                assert is_constant(value)
                places[value] = len(universe)
                universe.append(value)
    return choice(pick(filled([position(option, places) for option in options])), universe)


def position(value: Sym, places: dict[Value, int]) -> Term | None:
    """The place of a constant or chosen value; None where it has none."""
    if not isinstance(value, Choice):
        return number(places[value]) if is_constant(value) and value in places else None
    found = [None if each is BOTTOM else places.get(each) for each in value.universe]
    if all(place is None or place == at for at, place in enumerate(found)) and _within(value.index, places):
        return value.index
    if all(place is None for place in found):
        return None
    return select(value.index, filled([None if place is None else number(place) for place in found]))


def _within(index: Term, places: dict[Value, int]) -> bool:
    return index.high is not None and index.high <= max(places.values(), default=-1)


def _merge_parts(pick: Pick, options: Sequence[Sym], real: Sequence[Sym]) -> Sym:
    if any(may_be_none(option) for option in real):
        return maybe(pick([present(option) for option in options]), merge(pick, [content(option) for option in options]))
    kind = next((option for option in real if isinstance(option, Fields | Items | Subset | Table | Slots)), None)
    if kind is None:
        message = "a number that is not known here stands beside a text, for the same value"
        raise Rejected([Diagnostic("too-many-values", message, help="give the number a value")])
    match kind:
        case Fields(record, known):
            return fields(record, [(name, merge(pick, [field_of(option, name) for option in options])) for name, _ in known])
        case Items(known):
            return items([merge(pick, [item_of(option, at) for option in options]) for at in range(len(known))])
        case Subset():
            return _merge_sets(pick, [dict(members(option)) for option in options])
        case Table():
            return _merge_tables(pick, [{key: (there, value) for key, there, value in pairs(option)} for option in options])
        case Slots():
            return _merge_lists(pick, [positions(option) for option in options])


def _merge_sets(pick: Pick, options: Sequence[dict[Value, Term]]) -> Sym:
    union = dict.fromkeys(item for option in options for item in option)
    return subset((item, pick([option.get(item, FALSE) for option in options])) for item in union)


def _merge_tables(pick: Pick, options: Sequence[dict[Value, tuple[Term, Sym]]]) -> Sym:
    union = dict.fromkeys(key for option in options for key in option)
    absent: tuple[Term, Sym] = (FALSE, BOTTOM)
    return table(
        (key, pick([option.get(key, absent)[0] for option in options]), merge(pick, [option.get(key, absent)[1] for option in options]))
        for key in union
    )


def _merge_lists(pick: Pick, options: Sequence[tuple[Term, Sequence[Sym]]]) -> Sym:
    longest = max(len(values) for _, values in options)
    merged = [merge(pick, [values[at] if at < len(values) else BOTTOM for _, values in options]) for at in range(longest)]
    return slots(pick([length for length, _ in options]), merged)


# ---- parts of values, whatever they are


def may_be_none(value: Sym) -> bool:
    return value is None or isinstance(value, Maybe) or (isinstance(value, Choice) and None in value.universe)


def present(value: Sym) -> Term:
    """Whether an optional has a value."""
    match value:
        case None | Bottom.BOTTOM:
            return FALSE
        case Maybe(there):
            return there
        case Choice(index, universe):
            return not_(is_at(index, universe.index(None))) if None in universe else TRUE
        case _:
            return TRUE


def content(value: Sym) -> Sym:
    """The value of an optional that has one."""
    match value:
        case None:
            return BOTTOM
        case Maybe(_, item):
            return item
        case Choice(index, universe) if None in universe:
            return choice(index, [BOTTOM if each is None else each for each in universe])
        case _:
            return value


def field_of(value: Sym, name: str) -> Sym:
    match value:
        case RecordValue():
            return value.get(name)
        case Fields(_, known):
            return next(item for key, item in known if key == name)
        case Choice():
            return over(value, lambda each: field_of(each, name))
        case _:
            assert value is BOTTOM, value
            return BOTTOM


def item_of(value: Sym, at: int) -> Sym:
    match value:
        case Choice():
            return over(value, lambda each: item_of(each, at))
        case Items(known) | tuple(known):
            return known[at]
        case _:
            assert value is BOTTOM, value
            return BOTTOM


def members(value: Sym) -> Sequence[tuple[Value, Term]]:
    """The possible items of a set (of a map: its keys), in order, each with whether it is there."""
    match value:
        case frozenset():
            return [(item, TRUE) for item in ordered(value)]
        case MapValue() | Table():
            return [(key, there) for key, there, _ in pairs(value)]
        case Subset(known):
            return known
        case Choice(index, universe):
            return _chosen_members(index, [[] if each is BOTTOM else members(each) for each in universe])
        case _:
            assert value is BOTTOM, value
            return []


def _chosen_members(index: Term, options: Sequence[Sequence[tuple[Value, Term]]]) -> list[tuple[Value, Term]]:
    found: dict[Value, list[Term]] = {}
    for at, option in enumerate(options):
        for item, _ in option:
            found.setdefault(item, []).append(is_at(index, at))
    return [(item, or_(*found[item])) for item in ordered(found)]


def pairs(value: Sym) -> Sequence[tuple[Value, Term, Sym]]:
    """The possible keys of a map, each with whether it is there, and its value."""
    match value:
        case MapValue(known):
            return [(key, TRUE, item) for key, item in known]
        case Table(known):
            return known
        case Choice(index, universe):
            tables = [each.as_dict() if isinstance(each, MapValue) else {} for each in universe]
            keys = [(key, there) for key, there in _chosen_members(index, [[(key, TRUE) for key in each] for each in tables])]
            return [(key, there, select_value(index, [each.get(key, BOTTOM) for each in tables])) for key, there in keys]
        case _:
            assert value is BOTTOM, value
            return []


def positions(value: Sym) -> tuple[Term, Sequence[Sym]]:
    """The length of a list, and its items."""
    match value:
        case tuple():
            return number(len(value)), value
        case Slots(length, known):
            return length, known
        case Choice(index, universe):
            lists = [each if isinstance(each, tuple) else () for each in universe]
            longest = max(map(len, lists))
            length = select(index, tuple(number(len(each)) for each in lists))
            return length, [select_value(index, [each[at] if at < len(each) else BOTTOM for each in lists]) for at in range(longest)]
        case _:
            assert value is BOTTOM, value
            return number(0), []
