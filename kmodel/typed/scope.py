"""What a name means in a module: its own declarations, those of its imports, qualified names and enum members.

Names of different groups (terms, components, actions, claims, queries, checks, assumptions) never clash. A module's own names
win over imported ones; a name that two imports bring is ambiguous where it is used. Importing is not transitive.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from typing import Protocol

from kmodel.records import dataclass
from kmodel.source import Span
from kmodel.syntax import tree
from kmodel.typed.faults import Fault, fault, silent, suggest_or_list

TERM = "term"
# A declaration's kind, and the group that its name belongs to.
KINDS: Mapping[type, tuple[str, str]] = {
    tree.Enum: ("enum", TERM),
    tree.Record: ("record", TERM),
    tree.TypeAliasDeclaration: ("type", TERM),
    tree.Entity: ("entity", TERM),
    tree.Const: ("const", TERM),
    tree.Var: ("var", TERM),
    tree.Def: ("def", TERM),
    tree.Relation: ("relation", TERM),
    tree.Component: ("component", "component"),
    tree.Action: ("action", "action"),
    tree.Claim: ("claim", "claim"),
    tree.Query: ("query", "query"),
    tree.Check: ("check", "check"),
    tree.Assume: ("assume", "assume"),
}
_UNKNOWN = {"entity": "unknown-entity", "component": "unknown-component", "action": "unknown-action", "relation": "unknown-relation"}


@dataclass(frozen=True, slots=True)
class Named:
    """A declaration with its kind and qualified name."""

    kind: str
    name: str
    module: str
    declared: tree.Declaration


class Elsewhere(Protocol):
    """The modules that may be imported and declare a name, or give the entity `owner` such a field; the likeliest first."""

    def __call__(self, name: str, owner: str | None = None, /) -> Sequence[str]: ...


@dataclass(slots=True)
class Scope:
    """The names that one module sees. `qualifiers` maps what may stand before a dot to modules; `closure` are the modules whose
    fields it sees, itself included; `incomplete`: something that it imports is missing, so an unknown name may be no fault of its own."""

    module: str
    closure: frozenset[str] = frozenset()
    elsewhere: Elsewhere | None = None
    own: dict[tuple[str, str], Named] = field(default_factory=dict)
    imported: dict[tuple[str, str], list[Named]] = field(default_factory=dict)
    qualifiers: dict[str, list[Scope]] = field(default_factory=dict)
    incomplete: bool = False

    def declare(self, declared: tree.Declaration) -> None:
        """Takes in a declaration; a second one of the same name is a fault."""
        if type(declared) not in KINDS:
            return
        kind, group = KINDS[type(declared)]
        first = self.own.get((group, declared.name))
        if first is not None:
            message = f"`{declared.name}` is declared twice in this module"
            also = ((first.declared.name_span, "first declared here"),)
            raise fault("duplicate-name", message, declared.name_span, "give one of them another name", also)
        self.own[group, declared.name] = Named(kind, f"{self.module}.{declared.name}", self.module, declared)

    def open(self, other: Scope, alias: str | None) -> None:
        """Brings the names of another module into scope: bare, and after its last part, its whole name or an alias."""
        if any(other is known for known in self.qualifiers.get(other.module, ())):
            self._qualify(alias, other)
            return
        for qualifier in {other.module, other.module.rsplit(".", 1)[-1]}:
            self._qualify(qualifier, other)
        self._qualify(alias, other)
        for key, named in other.own.items():
            self.imported.setdefault(key, []).append(named)

    def _qualify(self, qualifier: str | None, other: Scope) -> None:
        if qualifier is not None and other not in self.qualifiers.setdefault(qualifier, []):
            self.qualifiers[qualifier].append(other)

    def with_modules(self, others: Iterable[Scope]) -> Scope:
        """This scope with more modules brought in, as a check that uses them sees it."""
        wider = replace(
            self,
            imported={key: list(found) for key, found in self.imported.items()},
            qualifiers={key: list(found) for key, found in self.qualifiers.items()},
        )
        for other in others:
            if other.module != self.module:
                wider.open(other, None)
            wider.closure |= other.closure
        return wider

    def find(self, name: str, span: Span, group: str = TERM) -> Named | None:
        """What the bare name means, or None; two imports that differ are a fault."""
        own = self.own.get((group, name))
        return own if own is not None else _only(self.imported.get((group, name), []), name, span)

    def qualified(self, qualifier: str, name: str, span: Span, group: str = TERM) -> Named | None:
        """`qualifier.name`, where the qualifier is a module's last part, alias or whole name; the module's own goes too."""
        modules = list(self.qualifiers.get(qualifier, ()))
        if qualifier in (self.module, self.module.rsplit(".", 1)[-1]):
            modules.insert(0, self)
        found = [module.own[group, name] for module in modules if (group, name) in module.own]
        return _only(found, f"{qualifier}.{name}", span)

    def dotted(self, name: str, span: Span, group: str = TERM) -> Named | None:
        """A name that may have a module before it."""
        qualifier, _, last = name.rpartition(".")
        return self.qualified(qualifier, last, span, group) if qualifier else self.find(name, span, group)

    def need(self, name: str, kind: str, span: Span) -> Named:
        """What the name means, which must be of this kind."""
        group = TERM if kind in ("entity", "const", "relation") else kind
        named = self.dotted(name, span, group)
        if named is not None and named.kind == kind:
            return named
        if named is None and self.incomplete:
            raise silent()
        message = f"`{name}` means nothing here" if named is None else f"`{name}` is {article(named.kind)}"
        known = (each.declared.name for each in self.visible(kind))
        help_ = (self.to_import(name) if named is None else None) or suggest_or_list(
            name, known, f"{article(kind)} is wanted here; there is"
        )
        raise fault(_UNKNOWN.get(kind, "unknown-name"), message, span, help_)

    def to_import(self, name: str, owner: str | None = None) -> str | None:
        """A help that names the module that declares what is not known here, or the entity's field."""
        found = self.elsewhere(name, owner) if self.elsewhere is not None else ()
        others = [module for module in found if module not in (self.closure if owner is not None else {self.module})]
        options = " or ".join(f"`{module}`" for module in others[:3])
        return f"import {options}, which {'declares' if len(others) == 1 else 'declare'} it" if others else None

    def visible(self, *kinds: str) -> Iterator[Named]:
        """All that a bare name may mean, of these kinds (all where none are given)."""
        for named in (*self.own.values(), *(each for found in self.imported.values() for each in found)):
            if not kinds or named.kind in kinds:
                yield named

    def enums_with(self, member: str) -> list[Named]:
        """The visible enums that have this member: the module's own, else the imported ones."""
        found = [named for named in self.visible("enum") if isinstance(named.declared, tree.Enum) and member in named.declared.members]
        return [named for named in found if named.module == self.module] or found


def _only(found: list[Named], name: str, span: Span) -> Named | None:
    if len(found) > 1:
        raise ambiguous(name, found, span)
    return found[0] if found else None


def ambiguous(name: str, found: Iterable[Named], span: Span) -> Fault:
    listed = list(found)
    places = " or ".join(f"`{named.name}`" for named in listed)
    qualified = listed[0].module.rsplit(".", 1)[-1] + "." + listed[0].declared.name
    also = tuple((named.declared.name_span, "declared here") for named in listed)
    return fault("ambiguous-name", f"`{name}` may be {places}", span, f"write `{qualified}`, or import one of them with an alias", also)


def article(kind: str) -> str:
    return f"an {kind}" if kind[0] in "aeiou" else f"a {kind}"
