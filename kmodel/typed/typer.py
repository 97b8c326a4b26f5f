"""Typing expressions: names resolved, kinds checked, `is` bindings carried along.

A Typer is made for one declaration. `locals` maps each local in sight to its type and stage; typing an operand that binds (`p.node is n`)
gives the locals for what it lets follow.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from kmodel.source import Span
from kmodel.syntax import tree
from kmodel.typed import expressions as typed
from kmodel.typed.expressions import Expr, Stage
from kmodel.typed.faults import fault, suggest
from kmodel.typed.flow import bound_by, latest
from kmodel.typed.library import Library
from kmodel.typed.literals import literal
from kmodel.typed.module import FieldSymbol
from kmodel.typed.relate import BOOL, TEMPORAL, fits, item_type, join, number_kind, wording
from kmodel.typed.scope import Named, Scope
from kmodel.typed.types import (
    EntityType,
    EnumType,
    ListType,
    OptionalType,
    RecordType,
    SetType,
    TemporalType,
    TupleType,
    Type,
)
from kmodel.typed.values import Individual, Member

Locals = Mapping[str, tuple[Type, Stage]]


@dataclass(slots=True)
class Typer:
    """Types the expressions of one declaration. `temporal` and `steps` say whether temporal operators and `next` may stand here;
    `rule` collects the variables of a rule (None elsewhere); `own` is the entity whose field default this is."""

    scope: Scope
    library: Library
    locals: dict[str, tuple[Type, Stage]] = field(default_factory=dict)
    temporal: bool = False
    steps: bool = False
    rule: dict[str, Type] | None = None
    own: str | None = None
    individuals: Mapping[str, Individual] = field(default_factory=dict)
    counter: int = 0

    # ---- entry points

    def expression(self, node: tree.Expr, expected: Type | None = None) -> Expr:
        """The typed expression, which fits `expected` if that is given."""
        made = FORMS[type(node)](self, node, expected)
        if expected is not None and not fits(made.type, expected):
            raise self.mismatch(made, expected)
        return made

    def mismatch(self, found: Expr, expected: Type) -> Exception:
        if isinstance(found.type, OptionalType) and fits(found.type.item, expected):
            return fault(
                "optional-value",
                f"this may be `none`, and {wording(expected)} is wanted",
                found.span,
                "bind its value: `x is v and …`, or give one: `or_else(x, d)`",
            )
        a, b = number_kind(found.type), number_kind(expected)
        code = "kind-mismatch" if a and b else "type-mismatch"
        return fault(code, f"this is {wording(found.type)}, where {wording(expected)} is wanted", found.span)

    def hinted(self, node: tree.Expr, hint: Type | None) -> Expr:
        """The typed expression, read in the light of a type that it need not fit."""
        return FORMS[type(node)](self, node, hint)

    def constant(self, value: int, type_: Type, span: Span) -> Expr:
        return typed.Constant(value, type=type_, stage=Stage.CONSTANT, span=span)

    def condition(self, node: tree.Expr) -> Expr:
        return self.expression(node, TEMPORAL if self.temporal else BOOL)

    # ---- locals

    @contextmanager
    def binding(self, names: Mapping[str, tuple[Type, Stage]], span: Span) -> Iterator[None]:
        """These locals are in sight meanwhile."""
        self.bind(names, span)
        yield
        for name in names:
            del self.locals[name]

    def bind(self, names: Mapping[str, tuple[Type, Stage]], span: Span) -> None:
        for name in names:
            if name in self.locals:
                raise fault("shadowed-name", f"`{name}` is already a local name here", span, "give it another name")
        self.locals.update(names)

    def fresh(self) -> str:
        self.counter += 1
        return f"item{self.counter}'"

    # ---- leaves

    def literal(self, node: tree.Literal, expected: Type | None) -> Expr:
        return literal(node, expected)

    def name(self, node: tree.Name, expected: Type | None) -> Expr:
        if node.name in self.locals:
            type_, stage = self.locals[node.name]
            return typed.Local(node.name, type=type_, stage=stage, span=node.span)
        if self.own is not None:
            symbol = self.library.fields(self.own).get(node.name)
            if symbol is not None:
                return self._field_of(
                    typed.Local("self", type=EntityType(self.own), stage=Stage.CONSTANT, span=node.span), symbol, node.span
                )
        if node.name in self.individuals:
            who = self.individuals[node.name]
            return typed.Constant(who, type=EntityType(who.entity), stage=Stage.CONSTANT, span=node.span)
        named = self.scope.find(node.name, node.span)
        if named is not None and named.kind not in ("claim", "check", "action", "component", "query"):
            return self.global_(named, node.span)
        return self._member(node, expected)

    def global_(self, named: Named, span: Span) -> Expr:
        match named.kind:
            case "const":
                return typed.ConstRef(named.name, type=self.library.type_of(named), stage=Stage.CONSTANT, span=span)
            case "var":
                return typed.VarRef(named.name, type=self.library.type_of(named), stage=Stage.STATE, span=span)
            case "entity":
                return typed.All(EntityType(named.name), type=SetType(EntityType(named.name)), stage=Stage.CONSTANT, span=span)
            case "enum":
                return typed.All(EnumType(named.name), type=SetType(EnumType(named.name)), stage=Stage.CONSTANT, span=span)
            case "type":
                alias = self.library.alias(named)
                return typed.All(alias, type=SetType(alias), stage=Stage.CONSTANT, span=span)
            case "def" | "relation":
                return self.call_named(named, (), span)
            case _:
                raise fault("misplaced-name", f"`{named.declared.name}` is a {named.kind}, which has no value", span)

    def _member(self, node: tree.Name, expected: Type | None) -> Expr:
        enums = self.scope.enums_with(node.name)
        wanted = expected.item if isinstance(expected, OptionalType | SetType | ListType) else expected
        if isinstance(wanted, EnumType) and wanted.name in enums:
            enums = [wanted.name]
        if len(enums) > 1:
            options = " or ".join(f"`{enum.rsplit('.', 1)[-1]}.{node.name}`" for enum in enums)
            raise fault("ambiguous-name", f"`{node.name}` is a member of several enums", node.span, f"write {options}")
        if not enums:
            raise self.unknown(node.name, node.span)
        return typed.Constant(Member(enums[0], node.name), type=EnumType(enums[0]), stage=Stage.CONSTANT, span=node.span)

    def unknown(self, name: str, span: Span) -> Exception:
        known = [*self.locals, *(each.declared.name for each in self.scope.visible())]
        help_ = suggest(name, known) or "declare it, or import the module that does"
        return fault("unknown-name", f"`{name}` means nothing here", span, help_)

    # ---- fields

    def field(self, node: tree.Field, expected: Type | None) -> Expr:
        qualified = self._qualified(node)
        if qualified is not None:
            return qualified
        target = self.expression(node.target)
        attribute = ATTRIBUTES.get((type(target.type).__name__, node.name))
        if attribute is not None:
            op, result = attribute
            return self.apply(op, (target,), result, node.span)
        if isinstance(target.type, OptionalType):
            raise fault(
                "optional-value",
                f"this may be `none`, which has no `{node.name}`",
                target.span,
                f"bind its value first: `… is x and x.{node.name}`",
            )
        if not isinstance(target.type, EntityType | RecordType):
            raise fault("unknown-field", f"{wording(target.type)} has no fields", node.span)
        fields = {n: s for n, s in self.library.fields(target.type.name).items() if self.library.visible_field(s, self.scope.module)}
        symbol = fields.get(node.name)
        if symbol is None:
            raise fault("unknown-field", f"{wording(target.type)} has no field `{node.name}`", node.span, suggest(node.name, fields))
        return self._field_of(target, symbol, node.span)

    def _field_of(self, target: Expr, symbol: FieldSymbol, span: Span) -> Expr:
        if isinstance(target.type, RecordType):
            return typed.Project(target, symbol.name, type=symbol.type, stage=target.stage, span=span)
        assert isinstance(target.type, EntityType)
        stage = max(target.stage, Stage.STATE if symbol.kind == "var" else Stage.CONSTANT, key=lambda each: each.value)
        return typed.FieldRef(target, target.type.name, symbol.name, type=symbol.type, stage=stage, span=span)

    def _qualified(self, node: tree.Field) -> Expr | None:
        """`module.name` and `Enum.Member`, where the first part is no value."""
        path = _dotted(node.target)
        if path is None or path.split(".")[0] in self.locals:
            return None
        named = self.scope.qualified(path, node.name)
        if named is not None:
            return self.global_(named, node.span)
        enum = self.scope.dotted(path, node.span)
        if enum is None or not isinstance(enum.declared, tree.Enum):
            return None
        if node.name not in enum.declared.members:
            raise fault("unknown-member", f"`{path}` has no member `{node.name}`", node.span, suggest(node.name, enum.declared.members))
        return typed.Constant(Member(enum.name, node.name), type=EnumType(enum.name), stage=Stage.CONSTANT, span=node.span)

    # ---- forms with bodies

    def if_(self, node: tree.If, expected: Type | None) -> Expr:
        condition = self.expression(node.condition, BOOL)
        with self.binding(bound_by(condition), node.condition.span):
            then = self.expression(node.then, expected)
        otherwise = self.expression(node.otherwise, expected)
        type_ = expected or join(then.type, otherwise.type)
        if type_ is None:
            raise fault(
                "type-mismatch",
                f"this is {wording(otherwise.type)}, and the other branch is {wording(then.type)}",
                otherwise.span,
                also=((then.span, "the other branch"),),
            )
        return typed.If(condition, then, otherwise, type=type_, stage=latest(condition, then, otherwise), span=node.span)

    def let(self, node: tree.LetIn, expected: Type | None) -> Expr:
        value = self.expression(node.value)
        with self.binding({node.name: (value.type, value.stage)}, node.span):
            body = self.expression(node.body, expected)
        return typed.Let(node.name, value, body, type=body.type, stage=latest(value, body), span=node.span)

    def is_(self, node: tree.Is, expected: Type | None) -> Expr:
        operand = self.expression(node.operand)
        if not isinstance(operand.type, OptionalType):
            raise fault(
                "not-optional",
                f"this is {wording(operand.type)}, which always has a value",
                operand.span,
                "`is` is for optionals (`T?`); use `==` or `let`",
            )
        return typed.Is(operand, node.name, type=BOOL, stage=operand.stage, span=node.span)

    def binders(self, nodes: tuple[tree.Binder, ...]) -> tuple[typed.Bound, ...]:
        """Types the domains in order, and leaves their variables bound: callers use `scoped`."""
        bound: list[typed.Bound] = []
        for node in nodes:
            domain = self.expression(node.domain)
            item = item_type(domain.type)
            if item is None:
                help_ = "name an entity or an enum, or give a set, a list, a map or a range"
                raise fault("not-a-set", f"this is {wording(domain.type)}, which has no items", domain.span, help_)
            for name in node.names:
                self.bind({name: (item, domain.stage)}, node.span)
                bound.append(typed.Bound(name, domain, type=item, stage=domain.stage, span=node.span))
        return tuple(bound)

    @contextmanager
    def scoped(self) -> Iterator[None]:
        """What is bound meanwhile is forgotten afterwards."""
        before = dict(self.locals)
        try:
            yield
        finally:
            self.locals.clear()
            self.locals.update(before)

    def where(self, node: tree.Expr | None) -> Expr | None:
        """The filter, with what it binds bound for what follows."""
        if node is None:
            return None
        made = self.expression(node, BOOL)
        self.bind(bound_by(made), node.span)
        return made

    def quantified(self, node: tree.Quantified, expected: Type | None) -> Expr:
        with self.scoped():
            bound, where = self.binders(node.binders), self.where(node.where)
            body = self.condition(node.body)
        parts = (*bound, *((where,) if where else ()), body)
        type_ = TEMPORAL if isinstance(body.type, TemporalType) else BOOL
        return typed.Quantified(node.op, bound, where, body, type=type_, stage=latest(*parts), span=node.span)

    def comprehension(self, node: tree.Comprehension, expected: Type | None) -> Expr:
        with self.scoped():
            bound, where = self.binders(node.binders), self.where(node.where)
            inner = item_type(expected) if expected is not None else None
            element: Expr
            if node.element is None:
                items = [typed.Local(each.name, type=each.type, stage=each.stage, span=each.span) for each in bound]
                element = (
                    items[0]
                    if len(items) == 1
                    else typed.MakeItems(
                        tuple(items), type=TupleType(tuple(each.type for each in items)), stage=latest(*items), span=node.span
                    )
                )
            else:
                element = self.expression(node.element, inner)
        type_: Type = SetType(element.type) if node.kind == "set" else ListType(element.type)
        return typed.Comprehension(
            element, bound, where, type=type_, stage=latest(element, *bound, *((where,) if where else ())), span=node.span
        )

    # ---- calls

    def call_named(self, named: Named, arguments: tuple[tree.Expr, ...], span: Span, receiver: Expr | None = None) -> Expr:
        """A call of a def or a fact of a relation."""
        wanted = self.library.parameters(named)
        count = len(arguments) + (receiver is not None)
        if count != len(wanted):
            raise fault(
                "argument-count",
                f"`{named.declared.name}` takes {len(wanted)}, and {count} are given",
                span,
                None,
                ((named.declared.name_span, "declared here"),),
            )
        if receiver is not None and not fits(receiver.type, wanted[0]):
            raise self.mismatch(receiver, wanted[0])
        made = [receiver] if receiver is not None else []
        made += [self.argument(node, type_) for node, type_ in zip(arguments, wanted[len(made) :], strict=True)]
        if named.kind == "relation":
            return typed.Holds(named.name, tuple(made), type=BOOL, stage=latest(*made), span=span)
        type_, stage = self.library.result(named, span)
        return typed.CallDef(named.name, tuple(made), type=type_, stage=max(stage, latest(*made), key=lambda each: each.value), span=span)

    def argument(self, node: tree.Expr, wanted: Type) -> Expr:
        """An argument; in a rule, a name that means nothing else is a variable of the rule."""
        if self.rule is not None and isinstance(node, tree.Name) and self._means_nothing(node, wanted):
            self.rule[node.name] = wanted
            self.locals[node.name] = (wanted, Stage.CONSTANT)
        return self.expression(node, wanted)

    def _means_nothing(self, node: tree.Name, wanted: Type) -> bool:
        return node.name not in self.locals and self.scope.find(node.name, node.span) is None and not self.scope.enums_with(node.name)

    def apply(self, op: str, arguments: tuple[Expr, ...], result: Type, span: Span) -> Expr:
        return typed.Apply(op, arguments, type=result, stage=latest(*arguments), span=span)


def _dotted(node: tree.Expr) -> str | None:
    match node:
        case tree.Name(name):
            return name
        case tree.Field(target, name):
            before = _dotted(target)
            return None if before is None else f"{before}.{name}"
        case _:
            return None


# Attributes without parentheses, by the type they belong to: operator and result.
ATTRIBUTES: dict[tuple[str, str], tuple[str, Type]] = {}

# How each form is typed; `operate`, `makers` and `calls` add theirs.
FORMS: dict[type, Callable[..., Expr]] = {
    tree.Literal: Typer.literal,
    tree.Name: Typer.name,
    tree.Field: Typer.field,
    tree.If: Typer.if_,
    tree.LetIn: Typer.let,
    tree.Is: Typer.is_,
    tree.Quantified: Typer.quantified,
    tree.Comprehension: Typer.comprehension,
}
