"""How each form of expression is typed."""

from __future__ import annotations

from kmodel.syntax import tree
from kmodel.typed import calls, makers, names, operate
from kmodel.typed.expressions import Expr
from kmodel.typed.literals import literal
from kmodel.typed.typer import Forms, Typer
from kmodel.typed.types import Type


def _literal(typer: Typer, node: tree.Literal, expected: Type | None) -> Expr:
    return literal(node, expected)


FORMS: Forms = {
    tree.Literal: _literal,
    tree.Name: names.name,
    tree.Field: names.field,
    tree.Index: operate.index,
    tree.Unary: operate.unary,
    tree.Binary: operate.binary,
    tree.Is: makers.is_,
    tree.If: makers.if_,
    tree.LetIn: makers.let,
    tree.Quantified: makers.quantified,
    tree.Comprehension: makers.comprehension,
    tree.Items: makers.items,
    tree.Pairs: makers.pairs,
    tree.With: makers.with_,
    tree.Call: calls.call,
    tree.Aggregate: calls.aggregate,
}
