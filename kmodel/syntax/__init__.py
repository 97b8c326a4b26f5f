"""Text to Tree and back."""

from kmodel.syntax.parse import parse
from kmodel.syntax.show import show
from kmodel.syntax.show_expressions import show_expression
from kmodel.syntax.tree import Tree

__all__ = ["Tree", "parse", "show", "show_expression"]
