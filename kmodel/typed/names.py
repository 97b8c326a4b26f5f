"""Typing names and fields.

A bare name means, in this order: a local; a sibling field, in the default of an entity's field; an individual that the check names;
a member of the enum that is expected; a declaration of the module, else of an import; a member of an enum, the module's own first.
Before a dot stands a value, an enum (`Phase.Running`), or a module's last part, whole name or alias (`cluster.running(p)`).
"""

from __future__ import annotations

from kmodel.source import Span
from kmodel.syntax import tree
from kmodel.typed import expressions as typed
from kmodel.typed.expressions import Expr, Stage
from kmodel.typed.faults import Fault, fault, last_word, short, silent, suggest, suggest_or_list
from kmodel.typed.module import FieldSymbol
from kmodel.typed.relate import INT, IP, STRING, present, wording
from kmodel.typed.scope import TERM, Named, ambiguous, article
from kmodel.typed.typer import Typer
from kmodel.typed.types import (
    BottomType,
    CidrType,
    EntityType,
    EnumType,
    IntOrStringType,
    OptionalType,
    RangeType,
    RecordType,
    SetType,
    Type,
)
from kmodel.typed.values import Member

_TERMS = ("const", "var", "entity", "enum", "def", "relation", "record", "type")

# Attributes without parentheses, by the type that has them: operator and result.
ATTRIBUTES: dict[tuple[type, str], tuple[str, Type]] = {
    (CidrType, "first"): ("first_address", IP),
    (CidrType, "last"): ("last_address", IP),
    (CidrType, "prefix"): ("prefix_length", INT),
    (IntOrStringType, "int"): ("as_int", OptionalType(INT)),
    (IntOrStringType, "percent"): ("as_percent", OptionalType(INT)),
    (IntOrStringType, "text"): ("as_text", OptionalType(STRING)),
}


def name(typer: Typer, node: tree.Name, expected: Type | None) -> Expr:
    if node.name in typer.locals:
        return _local(typer, node)
    sibling = None if typer.own is None else typer.fields(typer.own).get(node.name)
    if sibling is not None:
        assert typer.own is not None
        return _field_of(typed.Local("self", type=EntityType(typer.own), stage=Stage.CONSTANT, span=node.span), sibling, node.span)
    if node.name in typer.individuals:
        who = typer.individuals[node.name]
        return typed.Constant(who, type=EntityType(who.entity), stage=Stage.CONSTANT, span=node.span)
    wanted = None if expected is None else present(expected)
    if isinstance(wanted, EnumType) and node.name in typer.library.members(wanted.name):
        return _member(wanted.name, node.name, node.span)
    named = typer.scope.find(node.name, node.span)
    return _member_by_name(typer, node) if named is None else declared(typer, named, node.span)


def means_nothing(typer: Typer, node: tree.Name, wanted: Type) -> bool:
    """Whether a name could be a variable of a rule: no local, no constant, no member of the wanted enum, no `var`."""
    if node.name in typer.locals:
        return False
    if isinstance(wanted, EnumType) and node.name in typer.library.members(wanted.name):
        return False
    named = typer.scope.find(node.name, node.span)
    return named is None or named.kind not in ("const", "var")


def _local(typer: Typer, node: tree.Name) -> Expr:
    type_, stage = typer.locals[node.name]
    if node.name in typer.past:
        help_ = "bind it with `forall … in` an entity, and compare: `forall n in Node: p.node == n implies …`"
        raise fault("past-name", f"`{node.name}` is a value of an earlier state here", node.span, help_)
    return typed.Local(node.name, type=type_, stage=stage, span=node.span)


def declared(typer: Typer, named: Named, span: Span) -> Expr:
    """What a declared name is worth."""
    match named.kind:
        case "const":
            return typed.ConstRef(named.name, type=typer.library.type_of(named), stage=Stage.CONSTANT, span=span)
        case "var":
            return typed.VarRef(named.name, type=typer.library.type_of(named), stage=Stage.STATE, span=span)
        case "entity":
            stage = Stage.STATE if typer.library.is_pool(named.name) else Stage.CONSTANT
            return typed.All(EntityType(named.name), type=SetType(EntityType(named.name)), stage=stage, span=span)
        case "enum":
            return typed.All(EnumType(named.name), type=SetType(EnumType(named.name)), stage=Stage.CONSTANT, span=span)
        case "type":
            return _range_alias(typer, named, span)
        case _:
            name_ = named.declared.name
            help_ = f"write `{name_}(…)`" if named.kind in ("def", "relation", "record") else None
            raise fault("misplaced-name", f"`{name_}` is {article(named.kind)}, and a value is wanted", span, help_)


def _range_alias(typer: Typer, named: Named, span: Span) -> Expr:
    alias = typer.library.alias(named)
    if isinstance(alias, RangeType):
        return typed.All(alias, type=SetType(alias), stage=Stage.CONSTANT, span=span)
    if isinstance(alias, EntityType | EnumType):
        pool = isinstance(alias, EntityType) and typer.library.is_pool(alias.name)
        return typed.All(alias, type=SetType(alias), stage=Stage.STATE if pool else Stage.CONSTANT, span=span)
    if isinstance(alias, BottomType):
        raise silent()
    message = f"`{named.declared.name}` is {wording(alias)}, whose values are not listed"
    raise fault("misplaced-name", message, span, "name an entity, an enum or a range")


def _member(enum: str, name_: str, span: Span) -> Expr:
    return typed.Constant(Member(enum, name_), type=EnumType(enum), stage=Stage.CONSTANT, span=span)


def _member_by_name(typer: Typer, node: tree.Name) -> Expr:
    enums = typer.scope.enums_with(node.name)
    if not enums:
        raise unknown(typer, node.name, node.span)
    if len(enums) > 1:
        options = " or ".join(f"`{enum.declared.name}.{node.name}`" for enum in enums)
        also = tuple((enum.declared.name_span, "declared here") for enum in enums)
        raise fault("ambiguous-name", f"`{node.name}` is a member of several enums", node.span, f"write {options}", also)
    return _member(enums[0].name, node.name, node.span)


def unknown(typer: Typer, name_: str, span: Span) -> Fault:
    """Why a name means nothing; what is missing anyway explains it."""
    if typer.scope.incomplete:
        return silent()
    members = (each for named in typer.scope.visible("enum") for each in typer.library.members(named.name))
    siblings = () if typer.own is None else tuple(typer.fields(typer.own))
    declared_ = (each.declared.name for each in typer.scope.visible(*_TERMS))
    known = (*typer.locals, *siblings, *typer.individuals, *members, *declared_)
    help_ = typer.scope.to_import(name_) or suggest(name_, known) or "declare it, or import the module that does"
    if typer.rule is not None:
        help_ += "; a variable of a rule is first met in its head, or as a whole argument of a relation or def that its condition asserts"
    return fault("unknown-name", f"`{name_}` means nothing here", span, help_)


# ---- fields


def field(typer: Typer, node: tree.Field, expected: Type | None) -> Expr:
    qualified = _qualified(typer, node)
    if qualified is not None:
        return qualified
    target = typer.expression(node.target)
    attribute = ATTRIBUTES.get((type(target.type), node.name))
    if attribute is not None:
        return typer.apply(attribute[0], (target,), attribute[1], node.span)
    place = last_word(node.span, node.name)
    if isinstance(target.type, OptionalType) and not isinstance(target.type.item, BottomType):
        help_ = f"write `x is y and y.{node.name}`, which binds its value"
        raise fault("optional-value", f"this may be `none`, which has no `{node.name}`", target.span, help_)
    if isinstance(target.type, BottomType):
        raise silent()
    if not isinstance(target.type, EntityType | RecordType):
        known = [name_ for type_, name_ in ATTRIBUTES if type_ is type(target.type)]
        message = f"{wording(target.type)} has no `{node.name}`"
        raise fault("unknown-field", message, place, suggest_or_list(node.name, known, "it has") if known else "it has no fields")
    symbol = typer.fields(target.type.name).get(node.name)
    if symbol is None:
        raise no_field(typer, target.type.name, node.name, place)
    return _field_of(target, symbol, node.span)


def no_field(typer: Typer, owner: str, name_: str, span: Span) -> Fault:
    """Why an entity or record has no such field."""
    if typer.scope.incomplete:
        return silent()
    help_ = typer.scope.to_import(name_, owner) or suggest_or_list(name_, typer.fields(owner), "it has")
    return fault("unknown-field", f"`{short(owner)}` has no field `{name_}`", span, help_)


def _field_of(target: Expr, symbol: FieldSymbol, span: Span) -> Expr:
    if isinstance(target.type, RecordType):
        return typed.Project(target, symbol.name, type=symbol.type, stage=target.stage, span=span)
    assert isinstance(target.type, EntityType)
    stage = Stage.STATE if symbol.kind == "var" and target.stage is Stage.CONSTANT else target.stage
    return typed.FieldRef(target, target.type.name, symbol.name, type=symbol.type, stage=stage, span=span)


def _qualified(typer: Typer, node: tree.Field) -> Expr | None:
    """`module.name` and `Enum.Member`, where the first part is no local."""
    path = dotted(node.target)
    if path is None or path.split(".")[0] in typer.locals:
        return None
    named = typer.scope.qualified(path, node.name, node.span)
    if named is not None:
        return declared(typer, named, node.span)
    enums = [enum for enum in _enums(typer, path, node.span) if enum.kind == "enum"]
    if not enums:
        return None
    having = [enum for enum in enums if node.name in typer.library.members(enum.name)]
    if len(having) > 1:
        raise ambiguous(path, having, node.target.span)
    if not having:
        members = typer.library.members(enums[0].name)
        place = last_word(node.span, node.name)
        raise fault("unknown-name", f"`{path}` has no member `{node.name}`", place, suggest_or_list(node.name, members, "it has"))
    return _member(having[0].name, node.name, node.span)


def _enums(typer: Typer, path: str, span: Span) -> list[Named]:
    """What may be meant by the name before the dot: of several imports, the enum that has the member."""
    if "." in path:
        named = typer.scope.dotted(path, span)
        return [] if named is None else [named]
    own = typer.scope.own.get((TERM, path))
    return [own] if own is not None else typer.scope.imported.get((TERM, path), [])


def dotted(node: tree.Expr) -> str | None:
    """The text of a name with dots, where it is one."""
    match node:
        case tree.Name(name_):
            return name_
        case tree.Field(target, name_):
            before = dotted(target)
            return None if before is None else f"{before}.{name_}"
        case _:
            return None
