"""Declarations on a page."""

from __future__ import annotations

import json
import re
from itertools import zip_longest
from typing import assert_never

from kmodel.source import Span
from kmodel.syntax.show_checks import show_check_items
from kmodel.syntax.show_expressions import binder, expression, show_type
from kmodel.syntax.show_layout import LINE, Group, Layout, enclosed, flat, group, joined, nest, row
from kmodel.syntax.show_page import Page
from kmodel.syntax.show_statements import show_block
from kmodel.syntax.tree import (
    Action,
    Assume,
    Attribute,
    Binder,
    Check,
    Claim,
    Component,
    Const,
    Declaration,
    Def,
    Entity,
    Enum,
    Expr,
    Extend,
    FieldDeclaration,
    From,
    Init,
    Parameter,
    Query,
    Record,
    Relation,
    Rule,
    TypeAliasDeclaration,
    TypeNode,
    Unless,
    Var,
)
from kmodel.syntax.wording import WORDS

_CONTINUE = frozenset(["at", "of", "in", "is", "and", "or", "not", "mod", "with", "implies", "iff", "leads_to", "until", "where"])


def show_declaration(page: Page, declaration: Declaration) -> int:
    """Writes it; gives at least the number of its lines without comments, and 1 only where it is one line."""
    match declaration:
        case Record() | Entity() | Extend():
            return _with_fields(page, declaration)
        case Init() | Assume():
            return _conditions(page, declaration)
        case Action():
            _block(page, declaration, _action(declaration), declaration.body[0].span.start if declaration.body else None)
            show_block(page, declaration.body, declaration.span.end - 1)
            return len(declaration.body) + 2
        case Check():
            _block(page, declaration, f"check {declaration.name}", declaration.items[0].span.start if declaration.items else None)
            show_check_items(page, declaration.items)
            page.close(declaration.span.end - 1)
            return len(declaration.items) + 2
        case _:
            return page.item(_attributed(declaration, _plain(declaration)), declaration.span)


def _plain(
    declaration: Enum | TypeAliasDeclaration | Const | Var | Def | Query | Relation | Rule | Component | Claim,
) -> Layout:
    match declaration:
        case Enum():
            return group(f"enum {declaration.name} {{", nest(LINE, joined(declaration.members, row(",", LINE))), LINE, "}")
        case TypeAliasDeclaration():
            return f"type {declaration.name} = {show_type(declaration.type)}"
        case Const():
            return _valued("const", declaration)
        case Var():
            return _valued("var", declaration)
        case Def():
            return _defined("def", declaration)
        case Query():
            return _defined("query", declaration)
        case Relation():
            return row("relation ", _called(declaration.name, declaration.parameters))
        case Rule():
            return _rule(declaration)
        case Component():
            return _component(declaration)
        case Claim():
            parameters = _called(declaration.name, declaration.parameters) if declaration.parameters else declaration.name
            return group(f"{declaration.kind} ", parameters, " {", nest(LINE, expression(declaration.body)), LINE, "}")
        case _:
            assert_never(declaration)


# ---- heads


def _attributed(declaration: Declaration, layout: Layout) -> Layout:
    """Attributes are on the line above, several on one where they fit."""
    if not declaration.attributes:
        return layout
    return row(joined(map(_attribute, declaration.attributes), Group(LINE)), LINE, layout)


def _attribute(attribute: Attribute) -> Layout:
    value = "" if attribute.value is None else flat(row("(", expression(attribute.value), ")"))
    return f"@{attribute.name}{value}"


def _block(page: Page, declaration: Declaration, head: Layout, body: int | None) -> None:
    """The head of a block of several lines; an empty one ends where it begins."""
    page.head(_attributed(declaration, row(head, " {")), declaration.span, declaration.span.end - 1 if body is None else body)


def _called(name: str, parameters: tuple[Parameter, ...]) -> Layout:
    return enclosed(f"{name}(", map(_parameter, parameters), ")")


def _parameter(parameter: Parameter) -> Layout:
    if parameter.type is not None:
        return f"{parameter.name}: {show_type(parameter.type)}"
    assert parameter.domain is not None, "a parameter has a type or a domain"
    return binder(Binder((parameter.name,), parameter.domain, span=parameter.span))


def _valued(word: str, declaration: Const | Var) -> Layout:
    return row(f"{word} {declaration.name}: {show_type(declaration.type)}", _value(declaration.value))


def _value(value: Expr | None) -> Layout:
    return "" if value is None else row(" = ", expression(value))


def _defined(word: str, declaration: Def | Query) -> Layout:
    head = row(f"{word} ", _called(declaration.name, declaration.parameters), _result(declaration.result), " =")
    return group(head, nest(LINE, expression(declaration.body)))


def _result(result: TypeNode | None) -> Layout:
    return "" if result is None else f": {show_type(result)}"


def _rule(rule: Rule) -> Layout:
    head = enclosed(f"rule {rule.name}(", map(expression, rule.head), ")")
    return head if rule.condition is None else group(head, " when", nest(LINE, expression(rule.condition)))


def _component(component: Component) -> Layout:
    fairness = {None: "", "weak": " fair", "strong": " strongly fair"}[component.fairness]
    per = "" if component.per is None else f" per {component.per}"
    return f"component {component.name}{fairness}{per}"


def _action(action: Action) -> Layout:
    by = "" if action.component is None else f" by {action.component}"
    return row("action ", _called(action.name, action.parameters), by)


# ---- blocks of conditions


def _conditions(page: Page, declaration: Init | Assume) -> int:
    head = f"assume {declaration.name}" if isinstance(declaration, Assume) else "init"
    if len(declaration.conditions) == 1:
        only = expression(declaration.conditions[0])
        return page.item(_attributed(declaration, group(f"{head} {{", nest(LINE, only), LINE, "}")), declaration.span)
    _block(page, declaration, head, declaration.conditions[0].span.start)
    for number, condition in enumerate(declaration.conditions):
        page.item(_condition(condition, first=not number), condition.span)
    page.close(declaration.span.end - 1)
    return len(declaration.conditions) + 2


def _condition(condition: Expr, *, first: bool) -> Layout:
    """After another condition, a `-` at its beginning would subtract, and a name like `set` would begin a line of a check."""
    layout = expression(condition)
    text = flat(layout)
    name = re.match(r"\w*", text)
    goes_on = text.startswith("-") or (name is not None and name.group() in WORDS["a line of a check"])
    return row("(", layout, ")") if goes_on and not first else layout


# ---- fields


def _with_fields(page: Page, declaration: Record | Entity | Extend) -> int:
    inline = _inline(declaration)
    if inline is not None:
        return page.item(_attributed(declaration, inline), declaration.span)
    closing = declaration.span.end - 1
    start = declaration.fields[0].span.start if declaration.fields else closing
    if isinstance(declaration, Entity) and len(declaration.sources) > 1:
        _sources(page, declaration, start)
    else:
        _block(page, declaration, _headed(declaration), start)
    for field, following in zip_longest(declaration.fields, declaration.fields[1:]):
        page.item(row(_field(field), "," if _runs_on(field, following) else ""), field.span)
    if declaration.fields:
        page.close(closing)
    return len(declaration.fields) + 2


def _runs_on(field: FieldDeclaration, following: FieldDeclaration | None) -> bool:
    """Whether a record's field of such a name would be read as a part of the field before it."""
    return field.kind == "field" and following is not None and following.name in _CONTINUE


def _sources(page: Page, declaration: Entity, start: int) -> None:
    """Several sources are each on their own line, and then the brace is on its own too."""
    page.head(_attributed(declaration, _named(declaration)), declaration.span, declaration.sources[0].span.start)
    for source in declaration.sources:
        page.item(_source(source), source.span)
    page.end(declaration.sources[-1].span.end)
    if declaration.fields:
        page.turn("{", start)


def _inline(declaration: Record | Entity | Extend) -> Layout | None:
    """On one line: without fields, or with one field where the text had it so."""
    if isinstance(declaration, Entity) and len(declaration.sources) > 1:
        return None
    head = _headed(declaration)
    match declaration.fields:
        case ():
            return head if isinstance(declaration, Entity) else row(head, " {}")
        case (field,) if field.doc is None and _one_line(declaration.name_span.start, declaration.span):
            return group(head, " {", nest(LINE, _field(field)), LINE, "}")
        case _:
            return None


def _one_line(start: int, span: Span) -> bool:
    return "\n" not in span.source.text[start : span.end]


def _headed(declaration: Record | Entity | Extend) -> Layout:
    sources = declaration.sources if isinstance(declaration, Entity) else ()
    return " ".join([_named(declaration), *map(_source, sources)])


def _named(declaration: Record | Entity | Extend) -> str:
    word = type(declaration).__name__.lower()
    pool = " pool" if isinstance(declaration, Entity) and declaration.pool else ""
    return f"{word} {declaration.name}{pool}"


def _source(source: From) -> str:
    at = "" if source.at is None else f" at {source.at}"
    times = "" if source.times is None else f" times {source.times} = {source.times_default}"
    entity = "" if source.times_entity is None else f" times count({source.times_entity})"
    return f"from {source.api_kind}{at}{times}{entity}{''.join(map(_unless, source.unless))}"


def _unless(unless: Unless) -> str:
    values = ", ".join(json.dumps(value, ensure_ascii=False) for value in unless.values)
    return f" unless {unless.path}" + (f" = {values}" if values else "")


def _field(field: FieldDeclaration) -> Layout:
    attributes = [part for each in field.attributes for part in (_attribute(each), " ")]
    kind = "" if field.kind == "field" else f"{field.kind} "
    at = "" if field.at is None else f" at {field.at}"
    of = f" of {', '.join(field.of)}" if field.of else ""
    return row(*attributes, f"{kind}{field.name}: {show_type(field.type)}", _value(field.default), at, of)
