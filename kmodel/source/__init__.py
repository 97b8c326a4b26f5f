"""Texts, places in them, and what is wrong with them. Imports nothing else of kmodel."""

from kmodel.source.data import data
from kmodel.source.diagnostics import Diagnostic, Rejected
from kmodel.source.text import Source, Span

__all__ = ["Diagnostic", "Rejected", "Source", "Span", "data"]
