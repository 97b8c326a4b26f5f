"""From what the grammar matched to the statements of actions: one function a rule."""

from __future__ import annotations

from typing import Any

from kmodel.syntax.reading import Children, Part, Reading, Rule, Rules, nodes, part, words
from kmodel.syntax.tree import (
    Assert,
    Assign,
    Assigned,
    Choose,
    Create,
    Delete,
    Field,
    ForStatement,
    IfStatement,
    Index,
    Let,
    Name,
    Require,
)


def _of_one(class_: type[Require] | type[Assert] | type[Delete]) -> Rule:
    def build(reading: Reading, children: Children) -> Any:
        return class_(children[1], span=reading.span(children))

    return build


def _let(reading: Reading, children: Children) -> Let:
    return Let(str(children[1]), children[3], span=reading.span(children))


def _assign(reading: Reading, children: Children) -> Assign:
    return Assign(children[0], children[2], span=reading.span(children))


def _place_name(reading: Reading, children: Children) -> Name:
    return Name(str(children[0]), span=reading.at(children[0]))


def _place_field(reading: Reading, children: Children) -> Field:
    return Field(children[0], str(children[2]), span=reading.span(children))


def _place_index(reading: Reading, children: Children) -> Index:
    return Index(children[0], children[2], span=reading.span(children))


def _block(reading: Reading, children: Children) -> Part:
    return Part("block", nodes(children), reading.span(children))


def _if_statement(reading: Reading, children: Children) -> IfStatement:
    _, condition, then, _, otherwise = children
    other: tuple[Any, ...] = () if otherwise is None else otherwise.value if isinstance(otherwise, Part) else (otherwise,)
    return IfStatement(condition, then.value, other, span=reading.span(children))


def _for_statement(reading: Reading, children: Children) -> ForStatement:
    _, binders, _, where, body = children
    return ForStatement(binders.value, where, body.value, span=reading.span(children))


def _choose(reading: Reading, children: Children) -> Choose:
    _, binder, _, where, optimum, score, body = children
    best = str(optimum) if optimum is not None else None
    return Choose(binder, where, best, score, body.value, span=reading.span(children))


def _create(reading: Reading, children: Children) -> Create:
    name, entity = words(children)
    values = tuple(child for child in children if isinstance(child, Assigned))
    return Create(name, entity, values, part(children, "block", ()), span=reading.span(children))


STATEMENTS: Rules = {
    "require": _of_one(Require),
    "assert_": _of_one(Assert),
    "delete": _of_one(Delete),
    "let": _let,
    "assign": _assign,
    "place_name": _place_name,
    "place_field": _place_field,
    "place_index": _place_index,
    "block": _block,
    "if_statement": _if_statement,
    "for_statement": _for_statement,
    "choose": _choose,
    "create": _create,
}
