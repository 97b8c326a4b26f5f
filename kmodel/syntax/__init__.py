"""Text to Tree and back."""

from kmodel.syntax.parse import parse
from kmodel.syntax.tree import Tree

__all__ = ["Tree", "parse"]
