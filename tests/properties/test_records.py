"""Records are the standard library's dataclasses in every respect that a program can see, but for how their methods are made."""

from __future__ import annotations

import copy
import dataclasses
import functools
import itertools
import operator
import pickle
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmodel import records

Field = tuple[str, dict[str, Any]]
OPTIONS = st.fixed_dictionaries({name: st.booleans() for name in ("frozen", "slots", "eq", "order", "kw_only")}).map(
    lambda options: {**options, "eq": options["eq"] or options["order"]}
)
VALUES = st.one_of(st.integers(0, 2), st.sampled_from(("", "a")), st.tuples(st.integers(0, 1)))


@st.composite
def fields(draw: st.DrawFn) -> list[Field]:
    """Those without a default first, as positional parameters must be."""
    made: list[Field] = []
    for at in range(draw(st.integers(0, 4))):
        options: dict[str, Any] = {name: False for name in ("compare", "repr") if draw(st.integers(0, 3)) == 0}
        options |= draw(st.sampled_from(({}, {"default": 1}, {"default_factory": list}, {"default": 2, "init": False}, {"kw_only": True})))
        made.append((f"f{at}", options))
    return sorted(made, key=lambda each: not each[1].get("kw_only") and ("default" in each[1] or "default_factory" in each[1]))


def classes(decorate: Callable[..., Any], options: dict[str, Any], own: list[Field], more: list[Field] | None) -> Any:
    def body(own: list[Field], prefix: str) -> dict[str, Any]:
        names = {prefix + name: dataclasses.field(**given) for name, given in own}
        return {"__annotations__": dict.fromkeys(names, "object"), "__module__": __name__, **names}

    made = decorate(**options)(type("Thing", (), body(own, "")))
    return made if more is None else decorate(**options)(type("Thing", (made,), body(more, "g")))


def outcome(act: Callable[[], object]) -> object:
    try:
        return act()
    except Exception as error:
        return type(error)


def described(cls: Any, rows: list[list[Any]], named: list[dict[str, Any]]) -> list[object]:
    """What can be seen of records made with these arguments, and of each pair of them."""
    made = [outcome(lambda row=row, more=more: cls(*row, **more)) for row, more in zip(rows, named, strict=True)]
    there = [each for each in made if isinstance(each, cls)]
    seen: list[object] = [each if isinstance(each, type) else repr(each) for each in made]
    for each in there:
        seen += [outcome(lambda each=each: hash(each)) if cls.__eq__ is not object.__eq__ else None, cls.__match_args__]
        seen += [repr(copy.copy(each)), outcome(lambda each=each: repr(dataclasses.replace(each, f0=9)))]
    for one, other in itertools.product(there, repeat=2):
        seen += [outcome(functools.partial(compare, one, other)) for compare in (operator.eq, operator.lt, operator.ge)]
    for each in there:
        if hasattr(each, "f0"):
            seen += [outcome(lambda each=each: setattr(each, "f0", 7)), outcome(lambda each=each: delattr(each, "f0"))]
    return seen


@given(st.data(), OPTIONS, fields(), st.none() | fields())
def test_records_are_dataclasses(data: st.DataObject, options: dict[str, Any], own: list[Field], more: list[Field] | None) -> None:
    usual = outcome(lambda: classes(dataclasses.dataclass, options, own, more))
    ours = outcome(lambda: classes(records.dataclass, options, own, more))
    if not isinstance(usual, type) or issubclass(usual, Exception):  # a positional parameter without a default behind one with it
        return
    names = [each.name for each in dataclasses.fields(usual)]
    rows = data.draw(st.lists(st.lists(VALUES, max_size=len(names)), min_size=2, max_size=3))
    named = [data.draw(st.dictionaries(st.sampled_from([*names, "f0"]), VALUES, max_size=2)) for _ in rows]
    assert isinstance(ours, type)
    assert described(ours, rows, named) == described(usual, rows, named)


@records.dataclass(frozen=True, slots=True)
class Point:
    x: int
    y: list[int] = dataclasses.field(default_factory=list)
    sum: int = dataclasses.field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sum", self.x + len(self.y))


@records.dataclass(frozen=True, slots=True)
class Named(Point):
    """A class's own methods stay."""

    name: str = ""

    def __repr__(self) -> str:
        return self.name

    def __hash__(self) -> int:
        return 7


def test_what_is_computed_behind_the_arguments_is_kept_when_pickled() -> None:
    point = Point(1, [2, 3])
    assert (point.sum, Point(4).y, Point(4).y is Point(4).y) == (3, [], False)
    again = pickle.loads(pickle.dumps(point))
    assert (again, again.sum) == (point, 3)
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'x'"):
        point.x = 2  # type: ignore[misc]


def test_own_methods_and_inherited_fields() -> None:
    named = Named(1, name="n")
    assert (repr(named), hash(named), named.sum, Named(1, name="n") == named, named == Point(1)) == ("n", 7, 1, True, False)
    with pytest.raises(TypeError, match=r"Point\.__init__\(\) missing 1 required positional argument: 'x'"):
        Point()  # type: ignore[call-arg]
