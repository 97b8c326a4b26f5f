"""Laws of types: fitting is reflexive, what two have in common both fit, and what is countable is finite."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from kmodel.typed.relate import fits, is_countable, is_finite, join, number_kind, optional, wording
from kmodel.typed.types import (
    BoolType,
    CidrType,
    EntityType,
    EnumType,
    IntOrStringType,
    IntType,
    IpType,
    ListType,
    MapType,
    OptionalType,
    RangeType,
    SetType,
    StringType,
    TupleType,
    Type,
)

PLAIN: list[Type] = [
    BoolType(),
    IntType(),
    IntType("cpu"),
    IntType("bytes"),
    RangeType(0, 3),
    RangeType(1, "m.k"),
    StringType(),
    IntOrStringType(),
    IpType(),
    CidrType(),
    EnumType("m.Phase"),
    EntityType("m.Pod"),
]


def grown(inner: st.SearchStrategy[Type]) -> st.SearchStrategy[Type]:
    return st.one_of(
        inner.map(optional),
        inner.map(SetType),
        st.builds(ListType, inner, st.none() | st.integers(0, 3)),
        st.builds(MapType, inner, inner),
        st.lists(inner, min_size=2, max_size=3).map(lambda items: TupleType(tuple(items))),
    )


types = st.recursive(st.sampled_from(PLAIN), grown, max_leaves=5)


@given(types)
def test_every_type_fits_itself_and_its_optional(a: Type) -> None:
    assert fits(a, a)
    assert fits(a, OptionalType(a))
    assert join(a, a) == a


@given(types, types)
def test_both_fit_what_they_have_in_common(a: Type, b: Type) -> None:
    both = join(a, b)
    if both is not None:
        assert fits(a, both)
        assert fits(b, both)


@given(types, types)
def test_what_fits_has_something_in_common(a: Type, b: Type) -> None:
    assert not fits(a, b) or join(a, b) is not None
    assert (join(a, b) is None) == (join(b, a) is None)


@given(types, types)
def test_kinds_never_mix(a: Type, b: Type) -> None:
    kinds = {number_kind(a), number_kind(b)}
    if None not in kinds and len(kinds) == 2:
        assert join(a, b) is None
        assert not fits(a, b)
        assert not fits(SetType(a), SetType(b))


@given(types)
def test_what_is_countable_is_finite(a: Type) -> None:
    assert not is_countable(a) or is_finite(a)
    assert is_finite(SetType(a)) == is_countable(a)
    assert not is_finite(ListType(a))


@given(types, types)
def test_types_that_are_written_alike_are_alike(a: Type, b: Type) -> None:
    assert wording(a) != wording(b) or (fits(a, b) and fits(b, a))
