"""Strongly connected components, used wherever something must be ordered or a cycle found."""

from kmodel.graphs.components import components

__all__ = ["components"]
