"""Operators on values while regions are computed: on plain ones by the table of definitions, on axes as intervals, on cases one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import product
from typing import Any

from kmodel.ground.evaluate.constants import CONSTANT, UndefinedValue
from kmodel.regions.axes import ADDRESSES, Axis, block
from kmodel.regions.diagrams import Diagrams, Node, Region
from kmodel.regions.values import Cases, Map, Members, Store
from kmodel.typed.values import Value

MOST_LISTED = 4096


class NotByRanges(Exception):
    """What is asked of an axis does not cut it into intervals, and it has too many values to try them all."""


def _index(of: Any, at: Any) -> Any:
    if isinstance(of, Map):
        if at not in of.data:
            raise UndefinedValue("missing-key", "there is no such key")
        return of.data[at]
    if not 0 <= at < len(of):
        raise UndefinedValue("missing-key", f"there is no position {at} in a list of {len(of)}")
    return of[at]


def plain(store: Store) -> Mapping[str, Callable[..., Any]]:
    """The operators on values that depend on no axis."""

    def changed(of: Map, key: Any, value: Any) -> Map:
        return store.map({**of.data, key: value})

    def without(of: Map, keys: frozenset[Any]) -> Map:
        return store.map({key: value for key, value in of.data.items() if key not in keys})

    own: dict[str, Callable[..., Any]] = {
        "index": _index,
        "get": lambda m, k: m.data.get(k),
        "put": changed,
        "remove": lambda m, k: without(m, frozenset((k,))),
        "restrict": lambda m, keys: without(m, m.data.keys() - keys),
        "keys": lambda m: frozenset(m.data),
        "values": lambda m: frozenset(m.data.values()),
        "member": lambda item, of: item in (of.data if isinstance(of, Map) else of),
        "size": lambda of: len(of.data) if isinstance(of, Map) else CONSTANT["size"](of),
        "name": lambda e: e.individual.name if hasattr(e, "individual") else e.name,
    }
    return {**CONSTANT, **own}


def split(diagrams: Diagrams, values: tuple[Any, ...], law: Callable[..., Any]) -> Any:
    """The law's value for each combination of cases; arguments that are no cases are passed as they are."""
    listed = [value.parts if isinstance(value, Cases) else ((value, True),) for value in values]
    found: list[tuple[Any, Region]] = []
    for row in product(*listed):
        where: Region = True
        for _, region in row:
            where = diagrams.and_(where, region)
        if where is not False:
            found.append((law(*(value for value, _ in row)), where))
    return joined(diagrams, found)


def joined(diagrams: Diagrams, parts: list[tuple[Any, Region]]) -> Any:
    """One value that is each of these in its region: a region itself, if they are bools."""
    if parts and all(isinstance(value, bool | Node) for value, _ in parts):
        whole: Region = False
        for value, where in parts:
            whole = diagrams.or_(whole, diagrams.and_(where, value))
        return whole
    regions: dict[Any, Region] = {}
    for value, where in parts:
        for each, inner in value.parts if isinstance(value, Cases) else ((value, True),):
            regions[each] = diagrams.or_(regions.get(each, False), diagrams.and_(where, inner))
    kept = tuple((value, region) for value, region in regions.items() if region is not False)
    return kept[0][0] if len(kept) == 1 else Cases(kept)


def compared(diagrams: Diagrams, op: str, a: Any, b: Any) -> Region | None:
    """A comparison of an axis with a constant as a region; None: it is no such comparison."""
    if isinstance(a, Axis) and isinstance(b, Axis):
        return True if a is b and op in ("equal", "at_most") else False if a is b and op in ("not_equal", "less") else None
    if isinstance(a, Axis):
        return _against(diagrams, op, a, b)
    if isinstance(b, Axis) and op in ("equal", "not_equal"):
        return _against(diagrams, op, b, a)
    if isinstance(b, Axis) and op in ("less", "at_most"):
        return diagrams.not_(_against(diagrams, "at_most" if op == "less" else "less", b, a) or False)
    return None


def _against(diagrams: Diagrams, op: str, axis: Axis, other: Any) -> Region | None:
    match op:
        case "equal" | "not_equal":
            same = False if other is None else _point(diagrams, axis, other)
            return diagrams.not_(same) if op == "not_equal" else same
        case "less":
            return diagrams.interval(axis, 0, axis.number(other) - 1)
        case "at_most":
            return diagrams.interval(axis, 0, axis.number(other))
        case "within" if axis.size == ADDRESSES:
            return diagrams.interval(axis, *block(other))
        case "member" if isinstance(other, frozenset | tuple):
            region: Region = False
            for each in other:
                region = diagrams.or_(region, _point(diagrams, axis, each))
            return region
        case _:
            return None


def _point(diagrams: Diagrams, axis: Axis, value: Value) -> Region:
    number = axis.number(value)
    return diagrams.interval(axis, number, number)


def listed(diagrams: Diagrams, axis: Axis) -> Cases:
    """An axis as one case for each of its values. Raises NotByRanges where there are too many."""
    if axis.size > MOST_LISTED:
        raise NotByRanges
    return Cases(tuple((axis.value(number), diagrams.interval(axis, number, number)) for number in range(axis.size)))


def conditional(diagrams: Diagrams, op: str, values: tuple[Any, ...]) -> Region | None:
    """What can be said of a set whose members are there in a region each."""
    if op == "member" and isinstance(values[1], Members):
        region: Region = False
        for item, there in values[1].parts:
            same = compared(diagrams, "equal", values[0], item) if isinstance(values[0], Axis) else values[0] == item
            if same is None:
                return None
            region = diagrams.or_(region, diagrams.and_(there, same))
        return region
    if op in ("equal", "not_equal") and len(values) == 2 and frozenset() in [value for value in values if isinstance(value, frozenset)]:
        of = next((value for value in values if isinstance(value, Members)), Members(()))
        some: Region = False
        for _, there in of.parts:
            some = diagrams.or_(some, there)
        return some if op == "not_equal" else diagrams.not_(some)
    return None
