"""What typing an expression needs to know of the program's declarations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from kmodel.source import Span
from kmodel.typed.expressions import Stage
from kmodel.typed.module import FieldSymbol
from kmodel.typed.scope import Named
from kmodel.typed.types import Type


class Library(Protocol):
    """Types of what is declared, by its name."""

    def type_of(self, named: Named) -> Type: ...

    def fields(self, qualified: str) -> Mapping[str, FieldSymbol]: ...

    def parameters(self, named: Named) -> tuple[Type, ...]: ...

    def result(self, named: Named, span: Span) -> tuple[Type, Stage]: ...

    def alias(self, named: Named) -> Type: ...

    def visible_field(self, symbol: FieldSymbol, module: str) -> bool: ...
