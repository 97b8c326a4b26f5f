"""Statements of actions on a page."""

from __future__ import annotations

from typing import assert_never

from kmodel.syntax.comments import skip
from kmodel.syntax.show_expressions import assigned, binder, binders, expression, where
from kmodel.syntax.show_layout import LINE, Layout, enclosed, group, nest, row
from kmodel.syntax.show_page import Page
from kmodel.syntax.tree import (
    Assert,
    Assign,
    Choose,
    Create,
    Delete,
    ForStatement,
    IfStatement,
    Let,
    Require,
    Statement,
)


def show_block(page: Page, body: tuple[Statement, ...], closing: int) -> None:
    """The content of a block whose head is written, and its `}`."""
    for statement in body:
        show_statement(page, statement)
    page.close(closing)


def show_statement(page: Page, statement: Statement) -> None:
    match statement:
        case IfStatement():
            page.head(_condition("if ", statement), statement.span, _body_start(statement))
            _branches(page, statement)
        case ForStatement() | Choose() | Create():
            _block_statement(page, statement)
        case _:
            page.item(_line(statement), statement.span)


def _line(statement: Require | Assert | Let | Assign | Delete) -> Layout:
    match statement:
        case Require():
            return row("require ", nest(expression(statement.condition)))
        case Assert():
            return row("assert ", nest(expression(statement.condition)))
        case Let():
            return row("let ", statement.name, " = ", nest(expression(statement.value)))
        case Assign():
            return row(expression(statement.place), " := ", nest(expression(statement.value)))
        case Delete():
            return row("delete ", nest(expression(statement.target)))
        case _:
            assert_never(statement)


def _block_statement(page: Page, statement: ForStatement | Choose | Create) -> None:
    opening = _opening(statement)
    if isinstance(statement, Create) and not statement.body:
        page.item(opening, statement.span)
        return
    closing = statement.span.end - 1
    page.head(row(opening, " {"), statement.span, statement.body[0].span.start if statement.body else closing)
    show_block(page, statement.body, closing)


def _opening(statement: ForStatement | Choose | Create) -> Layout:
    match statement:
        case ForStatement():
            return group("for ", nest(binders(statement.binders), *where(statement.where)))
        case Choose():
            score = () if statement.score is None else (LINE, f"{statement.optimum} ", expression(statement.score))
            return group("choose ", nest(binder(statement.binder), *where(statement.where), *score))
        case Create():
            values = (" with ", enclosed("{", map(assigned, statement.values), "}")) if statement.values else ()
            return row(f"create {statement.name} in {statement.entity}", *values)
        case _:
            assert_never(statement)


# ---- if


def _condition(words: str, statement: IfStatement) -> Layout:
    return row(words, nest(expression(statement.condition)), " {")


def _branches(page: Page, statement: IfStatement) -> None:
    """What follows the head: `else if` is an `if` alone in the other branch."""
    closing = statement.span.end - 1
    for inner in statement.then:
        show_statement(page, inner)
    if not statement.otherwise:
        page.close(closing)
        return
    page.end(_then_closing(statement))
    first = statement.otherwise[0]
    if isinstance(first, IfStatement) and len(statement.otherwise) == 1:
        page.turn(_condition("} else if ", first), _body_start(first))
        _branches(page, first)
    else:
        page.turn("} else {", first.span.start)
        show_block(page, statement.otherwise, closing)


def _body_start(statement: IfStatement) -> int:
    return statement.then[0].span.start if statement.then else _then_closing(statement)


def _then_closing(statement: IfStatement) -> int:
    """Where the `}` of the first branch stands."""
    text = statement.span.source.text
    if statement.then:
        return skip(text, statement.then[-1].span.end)
    return skip(text, skip(text, statement.condition.span.end) + 1)
