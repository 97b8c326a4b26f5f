"""From what the grammar matched to the types of the tree: one function a rule."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from kmodel.syntax.reading import Children, Part, Reading, Rules, nodes
from kmodel.syntax.tree import AppliedType, NamedType, OptionalType, RangeType, TupleType


def _named(reading: Reading, children: Children) -> NamedType:
    return NamedType(str(children[0]), span=reading.at(children[0]))


def _applied(reading: Reading, children: Children) -> AppliedType:
    name, _, *rest = children
    arguments = tuple(
        reading.number(child) if isinstance(child, str) else child
        for child in rest
        if not isinstance(child, str) or child.type == "INT"  # type: ignore[attr-defined] # a token
    )
    return AppliedType(str(name), arguments, span=reading.span(children))


def _optional(reading: Reading, children: Children) -> OptionalType:
    return OptionalType(children[0], span=reading.span(children))


def _range(reading: Reading, children: Children) -> RangeType:
    low, _, high = children
    return RangeType(low.value, high.value, span=reading.span(children))


def _tuple(reading: Reading, children: Children) -> TupleType:
    return TupleType(nodes(children), span=reading.span(children))


def _grouped(reading: Reading, children: Children) -> Any:
    return replace(children[1], span=reading.span(children))


def _int_bound(reading: Reading, children: Children) -> Part:
    return Part("bound", reading.number(children[0]), reading.span(children))


def _negative_bound(reading: Reading, children: Children) -> Part:
    return Part("bound", -reading.number(children[1]), reading.span(children))


def _name_bound(reading: Reading, children: Children) -> Part:
    return Part("bound", str(children[0]), reading.span(children))


TYPES: Rules = {
    "named_type": _named,
    "applied_type": _applied,
    "optional_type": _optional,
    "range_type": _range,
    "tuple_type": _tuple,
    "grouped_type": _grouped,
    "int_bound": _int_bound,
    "negative_bound": _negative_bound,
    "name_bound": _name_bound,
}
