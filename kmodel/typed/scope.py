"""What a name means in a module: its own declarations, those of its imports, qualified names and enum members."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from kmodel.source import Span
from kmodel.syntax import tree
from kmodel.typed.faults import fault, suggest

KINDS: Mapping[type, str] = {
    tree.Enum: "enum",
    tree.Record: "record",
    tree.TypeAliasDeclaration: "type",
    tree.Entity: "entity",
    tree.Const: "const",
    tree.Var: "var",
    tree.Def: "def",
    tree.Relation: "relation",
    tree.Component: "component",
    tree.Action: "action",
    tree.Claim: "claim",
    tree.Query: "query",
    tree.Check: "check",
}


@dataclass(frozen=True, slots=True)
class Named:
    """A declaration with its kind and qualified name."""

    kind: str
    name: str
    module: str
    declared: tree.Declaration


@dataclass(slots=True)
class Scope:
    """The names that one module sees. `qualifiers` maps what may stand before a dot to a module."""

    module: str
    own: dict[str, Named] = field(default_factory=dict)
    imported: dict[str, list[Named]] = field(default_factory=dict)
    qualifiers: dict[str, str] = field(default_factory=dict)
    others: Mapping[str, Scope] = field(default_factory=dict)

    def declare(self, declared: tree.Declaration) -> None:
        """Takes in a declaration; a second one of the same name is a fault."""
        kind = KINDS.get(type(declared))
        if kind is None:
            return
        first = self.own.get(declared.name)
        if first is not None:
            raise fault(
                "duplicate-name",
                f"`{declared.name}` is declared twice in this module",
                declared.name_span,
                "give one of them another name",
                ((first.declared.name_span, "first declared here"),),
            )
        self.own[declared.name] = Named(kind, f"{self.module}.{declared.name}", self.module, declared)

    def open(self, other: Scope, alias: str | None) -> None:
        """Brings the names of an imported module into scope."""
        self.qualifiers[alias or other.module.rsplit(".", 1)[-1]] = other.module
        self.qualifiers[other.module] = other.module
        for name, named in other.own.items():
            self.imported.setdefault(name, []).append(named)

    def find(self, name: str, span: Span) -> Named | None:
        """What the name means, or None; own names come first, and two imports that differ are a fault."""
        if name in self.own:
            return self.own[name]
        found = self.imported.get(name, [])
        if len(found) > 1:
            places = " and ".join(f"`{named.name}`" for named in found)
            short = found[0].module.rsplit(".", 1)[-1]
            raise fault("ambiguous-name", f"`{name}` may be {places}", span, f"write `{short}.{name}`, or import one of them with an alias")
        return found[0] if found else None

    def qualified(self, qualifier: str, name: str) -> Named | None:
        """`qualifier.name`, where the qualifier is a module's last part, alias or whole name."""
        module = self.qualifiers.get(qualifier) or (self.module if qualifier in (self.module, self.module.rsplit(".", 1)[-1]) else None)
        return None if module is None else self.others[module].own.get(name)

    def dotted(self, name: str, span: Span) -> Named | None:
        """A name that may have a module before it."""
        qualifier, _, last = name.rpartition(".")
        return self.qualified(qualifier, last) if qualifier else self.find(name, span)

    def need(self, name: str, kind: str, span: Span) -> Named:
        """What the name means, which must be of this kind."""
        named = self.dotted(name, span)
        if named is None or named.kind != kind:
            known = [each.declared.name for each in self.visible() if each.kind == kind]
            what = "is not" if named is None else f"is a {named.kind}, not"
            raise fault(f"unknown-{kind}", f"`{name}` {what} a known {kind}", span, suggest(name, known))
        return named

    def visible(self) -> Iterator[Named]:
        yield from self.own.values()
        for found in self.imported.values():
            yield from found

    def enums_with(self, member: str) -> list[str]:
        """Qualified names of the visible enums that have this member."""
        return sorted(
            {named.name for named in self.visible() if isinstance(named.declared, tree.Enum) and member in named.declared.members}
        )
