"""Typing built-in functions by the signatures that `operators.py` writes: `map[K, V], K -> V?`.

A single capital letter stands for any type, the same one throughout; `set`, `list`, `map`, `entity` and `enum` alone for any of the
sort; `|` between alternatives. What a letter stands for is the least type that all its arguments fit.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence

from kmodel.records import dataclass
from kmodel.syntax import tree
from kmodel.typed.expressions import Expr
from kmodel.typed.faults import Fault, fault
from kmodel.typed.operate import quotient
from kmodel.typed.operators import OPERATORS
from kmodel.typed.relate import BOTTOM, INT, PLAIN, fits, join, optional, wording
from kmodel.typed.typer import Typer
from kmodel.typed.types import BottomType, EntityType, EnumType, ListType, MapType, OptionalType, SetType, TupleType, Type


@dataclass(frozen=True, slots=True)
class Pattern:
    """A type as a signature writes it. `name` is a word, a letter, `?` or `|`."""

    name: str
    parts: tuple[Pattern, ...] = ()

    @property
    def is_letter(self) -> bool:
        return len(self.name) == 1 and self.name.isupper()


Letters = dict[str, Type]
_SORTS: Mapping[str, type] = {"set": SetType, "list": ListType, "map": MapType, "entity": EntityType, "enum": EnumType}


def _inner(type_: Type) -> tuple[Type, ...]:
    """What stands in the brackets of a collection's type."""
    match type_:
        case SetType(item) | ListType(item):
            return (item,)
        case MapType(key, value):
            return key, value
        case _:
            return ()


def takes(pattern: Pattern, type_: Type, letters: Letters) -> bool:
    """Whether the type is one that the pattern means; letters that are met get their meaning."""
    if isinstance(type_, BottomType):
        return True
    if pattern.is_letter:
        both = join(letters.get(pattern.name, BOTTOM), type_)
        letters[pattern.name] = letters[pattern.name] if both is None else both
        return both is not None
    match pattern:
        case Pattern("|", parts):
            return any(takes(part, type_, letters) for part in parts)
        case Pattern("?", (part,)):
            return isinstance(type_, OptionalType) and takes(part, type_.item, letters)
        case Pattern(name, parts) if name in _SORTS:
            inner = _inner(type_) if parts else ()
            return isinstance(type_, _SORTS[name]) and all(takes(part, each, letters) for part, each in zip(parts, inner, strict=True))
        case _:
            return fits(type_, PLAIN[pattern.name])


def meant(pattern: Pattern, letters: Mapping[str, Type]) -> Type | None:
    """The type that the pattern means, when all its letters are known and it has one meaning."""
    if pattern.is_letter:
        return letters.get(pattern.name)
    parts = [meant(part, letters) for part in pattern.parts]
    known = [part for part in parts if part is not None]
    if pattern.name == "|" or len(known) < len(parts) or (pattern.name in _SORTS and not parts):
        return None
    match pattern.name, known:
        case "?", [item]:
            return optional(item)
        case "set", [item]:
            return SetType(item)
        case "list", [item]:
            return ListType(item)
        case "map", [key, value]:
            return MapType(key, value)
        case _:
            return PLAIN[pattern.name]


def show(pattern: Pattern) -> str:
    match pattern:
        case Pattern("|", parts):
            return " or ".join(map(show, parts))
        case Pattern("?", (part,)):
            return f"{show(part)}?"
        case Pattern(name, parts):
            return f"{name}[{', '.join(map(show, parts))}]" if parts else name


# ---- reading signatures

_TOKENS = re.compile(r"->|\w+|[\[\],|?]")


def _read(signature: str) -> tuple[tuple[Pattern, ...], Pattern]:
    """The patterns of the arguments and of the result."""
    tokens = _TOKENS.findall(signature)
    arrow = tokens.index("->")
    arguments, rest = _list(tokens[:arrow])
    results, after = _list(tokens[arrow + 1 :])
    assert [*rest, *after] == [], signature
    assert len(results) == 1, signature
    return arguments, results[0]


def _list(tokens: list[str]) -> tuple[tuple[Pattern, ...], list[str]]:
    found: list[Pattern] = []
    while tokens:
        made, tokens = _alternatives(tokens)
        found.append(made)
        if tokens[:1] != [","]:
            break
        tokens = tokens[1:]
    return tuple(found), tokens


def _alternatives(tokens: list[str]) -> tuple[Pattern, list[str]]:
    first, tokens = _one(tokens)
    parts = [first]
    while tokens[:1] == ["|"]:
        made, tokens = _one(tokens[1:])
        parts.append(made)
    return (first if len(parts) == 1 else Pattern("|", tuple(parts))), tokens


def _one(tokens: list[str]) -> tuple[Pattern, list[str]]:
    name, tokens = tokens[0], tokens[1:]
    parts: tuple[Pattern, ...] = ()
    if tokens[:1] == ["["]:
        parts, tokens = _list(tokens[1:])
        tokens = tokens[1:]
    made = Pattern(name, parts)
    return (Pattern("?", (made,)), tokens[1:]) if tokens[:1] == ["?"] else (made, tokens)


# ---- functions

Typing = Callable[[Typer, tuple[Expr, ...], tree.Call], Expr]


@dataclass(frozen=True, slots=True)
class Function:
    """How a built-in function is typed: how many arguments, in the light of what each is read, and the whole."""

    count: int
    hint: Callable[[Sequence[Expr]], Type | None]
    typed: Typing


def _function(op: str) -> Function:
    wanted, result = _read(OPERATORS[op].signature)

    def hint(made: Sequence[Expr]) -> Type | None:
        letters: Letters = {}
        for pattern, each in zip(wanted, made, strict=False):
            takes(pattern, each.type, letters)
        return meant(wanted[len(made)], letters)

    def typed(typer: Typer, arguments: tuple[Expr, ...], node: tree.Call) -> Expr:
        letters: Letters = {}
        for pattern, each in zip(wanted, arguments, strict=True):
            if not takes(pattern, each.type, letters):
                raise _mismatch(typer, each, pattern, letters)
        return typer.apply(op, arguments, meant(result, letters) or BOTTOM, node.span)

    return Function(len(wanted), hint, typed)


def _mismatch(typer: Typer, found: Expr, pattern: Pattern, letters: Letters) -> Fault:
    if pattern.name == "?" and not isinstance(found.type, BottomType):
        return fault("not-optional", f"this is {wording(found.type)}, which always has a value", found.span, "leave `or_else` out")
    type_ = meant(pattern, letters)
    return typer.wrong(found, show(pattern)) if type_ is None else typer.mismatch(found, type_)


def _item(at: int) -> Function:
    def typed(typer: Typer, arguments: tuple[Expr, ...], node: tree.Call) -> Expr:
        (target,) = arguments
        if not isinstance(target.type, TupleType) or len(target.type.items) <= at:
            raise typer.wrong(target, f"a tuple of {max(at + 1, 2)} or more")
        return typer.apply("item", (target, typer.constant(at, INT, node.span)), target.type.items[at], node.span)

    return Function(1, _no_hint, typed)


def _ceil_div(typer: Typer, arguments: tuple[Expr, ...], node: tree.Call) -> Expr:
    return quotient(typer, "ceil_div", arguments[0], arguments[1], node)


def _no_hint(made: Sequence[Expr]) -> Type | None:
    return None


_ORDINARY = (
    *("size", "get", "put", "remove", "restrict", "keys", "values", "to_set", "or_else", "overlaps", "addresses", "parse_ip", "parse_cidr"),
    *("starts_with", "ends_with", "matches", "split", "lower", "to_int", "text", "name", "ordinal"),
)

# By the name that is written.
BUILT_IN: Mapping[str, Function] = {
    **{OPERATORS[op].written.partition("(")[0]: _function(op) for op in _ORDINARY},
    "ceil_div": Function(2, _no_hint, _ceil_div),
    "first": _item(0),
    "second": _item(1),
    "third": _item(2),
}
