"""Programs of declarations alone, made by hand: what reading manifests needs of a program."""

from __future__ import annotations

from collections.abc import Iterable

from kmodel.source import Source, Span
from kmodel.typed.expressions import Constant, Expr, Stage
from kmodel.typed.module import EntitySymbol, EnumSymbol, FieldSymbol, Program, ReadFrom, RecordSymbol
from kmodel.typed.types import Type
from kmodel.typed.values import Value

MODULE = "hand"
SPAN = Span(Source("hand.km", "module hand\n"), 7, 11)


def constant(type_: Type, value: Value) -> Expr:
    return Constant(type=type_, stage=Stage.CONSTANT, span=SPAN, value=value)


def declared(
    name: str, type_: Type, at: str | None = None, *, of: Iterable[str] = (), default: Expr | None = None, module: str = MODULE
) -> FieldSymbol:
    return FieldSymbol(name=name, module=module, span=SPAN, kind="const", type=type_, default=default, at=at, of=tuple(of))


def source(kind: str, at: str | None = None, times: str | None = None, times_default: int = 1, count: str | None = None) -> ReadFrom:
    api_version, _, name = kind.rpartition("/")
    return ReadFrom(api_version, name, at, times, times_default, count, (), SPAN)


def entity(name: str, sources: Iterable[ReadFrom], *fields: FieldSymbol, module: str = MODULE) -> EntitySymbol:
    return EntitySymbol(name=f"{module}.{name}", module=module, span=SPAN, pool=False, sources=tuple(sources), fields=fields)


def record(name: str, *fields: FieldSymbol) -> RecordSymbol:
    return RecordSymbol(name=f"{MODULE}.{name}", module=MODULE, span=SPAN, fields=fields)


def enum(name: str, *members: str) -> EnumSymbol:
    return EnumSymbol(name=f"{MODULE}.{name}", module=MODULE, span=SPAN, members=members)


def program(*symbols: EntitySymbol | RecordSymbol | EnumSymbol) -> Program:
    return Program(
        modules={},
        enums={symbol.name: symbol for symbol in symbols if isinstance(symbol, EnumSymbol)},
        records={symbol.name: symbol for symbol in symbols if isinstance(symbol, RecordSymbol)},
        entities={symbol.name: symbol for symbol in symbols if isinstance(symbol, EntitySymbol)},
        consts={},
        vars={},
        defs={},
        relations={},
        rules=(),
        components={},
        actions={},
        inits=(),
        assumptions=(),
        claims={},
        queries={},
        diagnostics=(),
    )
