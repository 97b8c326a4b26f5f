"""When two values are the same, as a term."""

from __future__ import annotations

from kmodel.ground.parts import content, field_of, item_of, may_be_none, members, pairs, position, positions, present
from kmodel.ground.symbolic import BOTTOM, Choice, Fields, Items, Slots, Subset, Sym, Table, bool_term, int_term, is_at, is_constant
from kmodel.ground.terms import FALSE, TRUE, Term, and_, equal, implies, less, not_, number, or_, truth
from kmodel.typed.values import Value


def equal_values(a: Sym, b: Sym) -> Term:
    """What cannot be equals nothing."""
    if a is BOTTOM or b is BOTTOM:
        return FALSE
    if is_constant(a):
        if is_constant(b):
            return truth(a == b)
        a, b = b, a
    if isinstance(a, Choice) and (isinstance(b, Choice) or is_constant(b)):
        return _equal_choices(a, b) if isinstance(b, Choice) else _is_chosen(a, b)
    if may_be_none(a) or may_be_none(b):
        return _equal_optionals(a, b)
    if isinstance(a, Choice) or isinstance(b, Choice):
        chosen, other = (a, b) if isinstance(a, Choice) else (b, a)
        assert isinstance(chosen, Choice)
        return or_(*(and_(is_at(chosen.index, at), equal_values(value, other)) for at, value in enumerate(chosen.universe)))
    return _equal_parts(a, b)


def _equal_optionals(a: Sym, b: Sym) -> Term:
    one, other = present(a), present(b)
    return or_(and_(not_(one), not_(other)), and_(one, other, equal_values(content(a), content(b))))


def _is_chosen(chosen: Choice, value: Value) -> Term:
    return or_(*(is_at(chosen.index, at) for at, each in enumerate(chosen.universe) if each is not BOTTOM and each == value))


def _equal_choices(a: Choice, b: Choice) -> Term:
    if a.index is b.index:
        same = [one is not BOTTOM and one == other for one, other in zip(a.universe, b.universe, strict=False)]
        return TRUE if all(same) else or_(*(is_at(a.index, at) for at, each in enumerate(same) if each))
    if _aligned(a, b):
        return equal(a.index, b.index)
    places = {value: at for at, value in enumerate(a.universe) if value is not BOTTOM}
    shared = [(at, value) for at, value in enumerate(b.universe) if value is not BOTTOM and value in places]
    if len(shared) == sum(value is not BOTTOM for value in b.universe):
        there = position(b, places)
        return FALSE if there is None else equal(a.index, there)
    return or_(*(and_(is_at(a.index, places[value]), is_at(b.index, at)) for at, value in shared))


def _aligned(a: Choice, b: Choice) -> bool:
    """Whether the two are the same exactly where their indexes are: each value has one place in both."""
    if a.universe is b.universe:
        return True
    if len(a.universe) != len(b.universe):
        return False
    placed = {value: at for at, value in enumerate(a.universe) if value is not BOTTOM}
    for at, value in enumerate(b.universe):
        if value is not BOTTOM and (placed.get(value, at) != at or (a.universe[at] is not BOTTOM and a.universe[at] != value)):
            return False
    return True


def _equal_parts(a: Sym, b: Sym) -> Term:
    """`a` is symbolic, and neither is optional or a choice."""
    match a:
        case Term():
            return _equal_terms(a, b)
        case Fields(_, known):
            return and_(*(equal_values(value, field_of(b, name)) for name, value in known))
        case Items(known):
            return and_(*(equal_values(value, item_of(b, at)) for at, value in enumerate(known)))
        case Subset():
            return _equal_sets(dict(members(a)), dict(members(b)))
        case Table():
            return _equal_tables(a, b)
        case Slots():
            return _equal_lists(a, b)
        case _:
            raise AssertionError(a)


def _equal_terms(a: Term, b: Sym) -> Term:
    if a.sort == "bool":
        return equal(a, bool_term(b))
    return equal(a, int_term(b)) if isinstance(b, int | Term) else FALSE


def _equal_sets(a: dict[Value, Term], b: dict[Value, Term]) -> Term:
    return and_(*(equal(a.get(item, FALSE), b.get(item, FALSE)) for item in {**a, **b}))


def _equal_tables(a: Sym, b: Sym) -> Term:
    one = {key: (there, value) for key, there, value in pairs(a)}
    other = {key: (there, value) for key, there, value in pairs(b)}
    found: list[Term] = []
    for key in {**one, **other}:
        (here, value), (there, item) = one.get(key, (FALSE, BOTTOM)), other.get(key, (FALSE, BOTTOM))
        found += [equal(here, there), implies(and_(here, there), equal_values(value, item))]
    return and_(*found)


def _equal_lists(a: Sym, b: Sym) -> Term:
    (length, one), (other_length, other) = positions(a), positions(b)
    shared = (implies(less(number(at), length), equal_values(x, y)) for at, (x, y) in enumerate(zip(one, other, strict=False)))
    return and_(equal(length, other_length), *shared)
