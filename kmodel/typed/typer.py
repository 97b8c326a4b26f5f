"""Typing expressions: the state of it, and what names and fields mean.

A Typer is made for one declaration. `locals` maps each local in sight to its type and stage: no local shadows another, so an
environment is a flat mapping; a local wins over a field of `self`, over an individual that a check names, and over declared names.
How each form of the tree is typed stands in the table `forms` of the Library, which `forms.py` puts together.

A fault in a part is reported once and the part taken as BottomType, which fits everywhere; a fault of a whole whose part is so
broken is a consequence and not reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import field
from typing import Protocol

from kmodel.records import dataclass
from kmodel.source import Diagnostic, Span
from kmodel.syntax import tree
from kmodel.typed import expressions as typed
from kmodel.typed.expressions import Expr, Stage
from kmodel.typed.faults import Fault, fault, silent, word
from kmodel.typed.module import FieldSymbol, Parameter
from kmodel.typed.relate import BOOL, BOTTOM, TEMPORAL, fits, number_kind, present, wording
from kmodel.typed.scope import Named, Scope
from kmodel.typed.types import BottomType, OptionalType, Type
from kmodel.typed.values import Individual

Locals = Mapping[str, tuple[Type, Stage]]


class Library(Protocol):
    """What typing needs to know of the program's declarations."""

    @property
    def forms(self) -> Forms: ...

    def type_of(self, named: Named) -> Type:
        """A const's or var's type."""

    def alias(self, named: Named) -> Type: ...

    def fields(self, owner: str, closure: frozenset[str]) -> Mapping[str, FieldSymbol]:
        """The fields of an entity or record (qualified) that modules of this closure bring, without their defaults."""

    def default(self, symbol: FieldSymbol, owner: str) -> Expr | None:
        """A field's default."""

    def members(self, enum: str) -> tuple[str, ...]: ...

    def is_pool(self, entity: str) -> bool: ...

    def signature(self, named: Named) -> tuple[Parameter, ...]: ...

    def result(self, named: Named, span: Span) -> tuple[Type, Stage]:
        """A def's, for constant arguments."""

    def relation_stage(self, relation: str) -> Stage: ...

    def unexplained(self, module: str, span: Span) -> None:
        """A part that could not be typed, for a reason that is told elsewhere."""


@dataclass(slots=True)
class Typer:
    """Types the expressions of one declaration.

    `temporal` and `steps` say whether temporal operators and `next` may stand here. `rule` collects the variables of a rule (None
    elsewhere); `free` says whether the next expression may bring one (the condition asserts it), `asserted` whether the one being
    typed may. `own` is the entity whose field's default this is. `past` are the locals that must not be used because a temporal
    operator looks at other states than they were bound in. `broken` counts the parts that could not be typed."""

    scope: Scope
    library: Library
    faults: list[Diagnostic]
    locals: dict[str, tuple[Type, Stage]] = field(default_factory=dict)
    temporal: bool = False
    steps: bool = False
    rule: dict[str, Type] | None = None
    free: bool = False
    asserted: bool = False
    own: str | None = None
    individuals: Mapping[str, Individual] = field(default_factory=dict)
    past: frozenset[str] = frozenset()
    broken: int = 0

    # ---- entry points

    def expression(self, node: tree.Expr, expected: Type | None = None) -> Expr:
        """The typed expression, which fits `expected` if that is given. Faults are collected, and broken parts are BottomType."""
        broken = self.broken
        try:
            made = self._form(node, expected)
            if expected is not None and not fits(made.type, expected):
                raise self.mismatch(made, expected)
        except Fault as found:
            return self.report(found, node.span, broken)
        return made

    def hinted(self, node: tree.Expr, hint: Type | None) -> Expr:
        """The typed expression, read in the light of a type that it need not fit."""
        broken = self.broken
        try:
            return self._form(node, hint)
        except Fault as found:
            return self.report(found, node.span, broken)

    def _form(self, node: tree.Expr, expected: Type | None) -> Expr:
        self.asserted, self.free = self.free, False
        return self.library.forms[type(node)](self, node, expected)

    def note(self, found: Fault) -> None:
        """Collects a fault that does not keep the expression from being typed."""
        if found.diagnostic is not None:
            self.faults.append(found.diagnostic)
        self.broken += 1

    def report(self, found: Fault, span: Span, before: int) -> Expr:
        """Collects a fault, unless a part that was broken since `before` explains it; what stands for the broken expression."""
        if self.broken == before and found.diagnostic is None:
            self.library.unexplained(self.scope.module, span)
        self.note(found if self.broken == before else silent())
        return typed.Constant(None, type=BOTTOM, stage=Stage.CONSTANT, span=span)

    def condition(self, node: tree.Expr) -> Expr:
        return self.expression(node, TEMPORAL if self.temporal else BOOL)

    def mismatch(self, found: Expr, expected: Type) -> Fault:
        """Why the expression does not fit."""
        both = number_kind(found.type) and number_kind(expected)
        if both:
            help_ = "quantities have kinds: `250m` is cpu, `64Mi` bytes, `30s` duration, and `3` a number"
            message = f"this is {wording(found.type)}, and {wording(expected)} is wanted"
            return fault("kind-mismatch", message, found.span, help_)
        return self.wrong(found, wording(expected), fits(present(found.type), expected))

    def wrong(self, found: Expr, wanted: str, value_fits: bool = True) -> Fault:
        """A fault for an expression that is not of a sort that is wanted, in words; `value_fits`: what it may hold would be."""
        if isinstance(found.type, BottomType):
            return silent()
        if isinstance(found.type, OptionalType) and value_fits and not is_none(found):
            help_ = "bind its value, `x is v and …`, or give one for `none`, `or_else(x, d)`"
            return fault("optional-value", f"this may be `none`, and {wanted} is wanted", found.span, help_)
        said = "`none`" if is_none(found) else wording(found.type)
        return fault("type-mismatch", f"this is {said}, and {wanted} is wanted", found.span, f"give {wanted}")

    # ---- locals

    @contextmanager
    def scoped(self) -> Iterator[None]:
        """What is bound meanwhile is forgotten afterwards."""
        before = dict(self.locals)
        try:
            yield
        finally:
            self.locals.clear()
            self.locals.update(before)
            for name, type_ in (self.rule or {}).items():
                self.locals.setdefault(name, (type_, Stage.CONSTANT))

    @contextmanager
    def later(self) -> Iterator[None]:
        """Meanwhile other states are looked at: values bound in this one are out of reach."""
        before = self.past
        self.past = before | {name for name, (_, stage) in self.locals.items() if stage is not Stage.CONSTANT}
        try:
            yield
        finally:
            self.past = before

    def bind(self, names: Locals, span: Span) -> None:
        """Brings locals into sight; a name that is already one is a fault, and then means the new one."""
        for name in names:
            self.shadowed(name, word(span, name))
        self.locals.update(names)

    def follow(self, made: Expr) -> None:
        """Brings into sight what is bound where this is true; each `is` has seen that its name is free."""
        self.locals.update(bound_by(made))

    def shadowed(self, name: str, span: Span) -> None:
        """A fault if the name is a local already."""
        if name in self.locals:
            message = f"`{name}` is already a local name here"
            self.faults.append(Diagnostic("shadowed-name", message, span, (), "give it another name"))

    def fresh(self) -> str:
        """A local name that no text can hold."""
        number = 1
        while f"item{number}'" in self.locals:
            number += 1
        return f"item{number}'"

    # ---- making

    def apply(self, op: str, arguments: tuple[Expr, ...], result: Type, span: Span) -> Expr:
        return typed.Apply(op, arguments, type=result, stage=latest(*arguments), span=span)

    def constant(self, value: int, type_: Type, span: Span) -> Expr:
        return typed.Constant(value, type=type_, stage=Stage.CONSTANT, span=span)

    def fields(self, owner: str) -> Mapping[str, FieldSymbol]:
        return self.library.fields(owner, self.scope.closure)


# By the class of the tree: takes the typer, the node and what is expected.
Forms = Mapping[type, Callable[..., Expr]]


def is_none(made: Expr) -> bool:
    return isinstance(made, typed.Constant) and made.value is None


def latest(*parts: Expr | typed.Bound | None) -> Stage:
    """The latest stage of these (CONSTANT for none)."""
    return max((part.stage for part in parts if part is not None), key=lambda stage: stage.value, default=Stage.CONSTANT)


def bound_by(made: Expr) -> dict[str, tuple[Type, Stage]]:
    """What is bound where this is true: by `is`, and by either side of `and`."""
    match made:
        case typed.Is(operand, name):
            return {name: (operand.type.item if isinstance(operand.type, OptionalType) else BOTTOM, operand.stage)}
        case typed.Apply("and", (left, right)):
            return bound_by(left) | bound_by(right)
        case _:
            return {}
