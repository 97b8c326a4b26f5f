"""Laws of syntax: what is shown is read back as the same tree, and shown as the same text."""

from __future__ import annotations

from hypothesis import given

from kmodel.source import Source
from kmodel.syntax import Tree, parse, show, show_expression
from kmodel.syntax.tree import Const, Expr
from tests.strategies.trees import expressions, files


def _value(text: str) -> Expr:
    (declaration,) = parse(Source("hand.km", f"const x: int = {text}\n")).declarations
    assert isinstance(declaration, Const)
    assert declaration.value is not None
    return declaration.value


@given(expressions)
def test_an_expression_is_read_back(expression: Expr) -> None:
    shown = show_expression(expression)
    assert "\n" not in shown
    assert _value(shown) == expression


@given(files)
def test_a_file_is_read_back(tree: Tree) -> None:
    shown = show(tree)
    again = parse(Source("hand.km", shown))
    assert again == tree
    assert show(again) == shown
