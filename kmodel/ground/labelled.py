"""Conditions of a spec that may be given up: each says what it says where its label holds, and nothing else.

A condition is what a conjunct of a claim, of an assumption or of a `require` says, however deep in definitions, where it counts positively.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

from kmodel.ground.evaluate import At, Evaluator
from kmodel.ground.evaluate.evaluator import FORMS
from kmodel.ground.symbolic import BOTTOM, Sym, ordered, settle
from kmodel.ground.terms import Term, not_, or_
from kmodel.records import dataclass
from kmodel.source import Span
from kmodel.typed import expressions as typed
from kmodel.typed.expressions import Expr, Stage, Statement, Typed
from kmodel.typed.module import Program
from kmodel.typed.values import Individual

Labels = Callable[[Span, tuple[Individual, ...]], Term]
"""The label of what is written at a place, and of the individuals that it is said of there."""


@dataclass(frozen=True, slots=True)
class Labelled(Typed):
    inner: Expr
    labels: Labels


@dataclass(frozen=True, slots=True)
class Inlined(Typed):
    """A definition's body where its parameters have these values."""

    parameters: tuple[str, ...]
    arguments: tuple[Expr, ...]
    body: Expr


def _labelled(self: Evaluator, expr: Labelled, at: At) -> Sym:
    label = expr.labels(expr.span, tuple(dict.fromkeys(who for value in at.env.values() for who in _individuals(value))))
    return settle(or_(not_(label), self.term(expr.inner, at.under(label))))


def _inlined(self: Evaluator, expr: Inlined, at: At) -> Sym:
    values = [self.value(argument, at) for argument in expr.arguments]
    if any(value is BOTTOM for value in values):
        return BOTTOM
    return self.value(expr.body, At(dict(zip(expr.parameters, values, strict=True)), at.path, at.after))


FORMS.update({Labelled: _labelled, Inlined: _inlined})


@dataclass(frozen=True, slots=True)
class Labeller:
    program: Program
    labels: Labels

    def condition(self, expr: Expr) -> Expr:
        """The expression with a label for each of its conditions. One that binds a name has none: what follows speaks of it. Where a
        conjunction is one of several ways, it is its parts that may be given up."""
        match expr:
            case typed.Apply("and", (left, right)):
                return replace(expr, arguments=(self.condition(left), self.condition(right)))
            case typed.Apply("or", parts) if any(map(_is_conjunction, parts)):
                return replace(expr, arguments=tuple(self.condition(part) if _is_conjunction(part) else part for part in parts))
            case typed.Apply("implies", (left, right)):
                return replace(expr, arguments=(left, self.condition(right)))
            case typed.Quantified(body=body) | typed.Let(body=body):
                return replace(expr, body=self.condition(body))
            case typed.If(_, then, otherwise):
                return replace(expr, then=self.condition(then), otherwise=self.condition(otherwise))
            case typed.CallDef(name, arguments) if expr.stage is not Stage.STEP:
                definition = self.program.defs[name]
                names = tuple(parameter.name for parameter in definition.parameters)
                return Inlined(names, arguments, self.condition(definition.body), type=expr.type, stage=expr.stage, span=expr.span)  # type: ignore[return-value] # a form of this stage
            case typed.Is() | typed.Constant():
                return expr
            case _:
                return Labelled(expr, self.labels, type=expr.type, stage=expr.stage, span=expr.span)  # type: ignore[return-value] # a form of this stage

    def statements(self, body: tuple[Statement, ...]) -> Iterator[Statement]:
        """The statements, in which what is required at the top is labelled."""
        for each in body:
            yield replace(each, condition=self.condition(each.condition)) if isinstance(each, typed.Require) else each


def _is_conjunction(expr: Expr) -> bool:
    return isinstance(expr, typed.Apply) and expr.op == "and"


def _individuals(value: Sym) -> list[Individual]:
    """The individual, or those in a set."""
    if isinstance(value, frozenset):
        return [item for item in ordered(value) if isinstance(item, Individual)]
    return [value] if isinstance(value, Individual) else []
