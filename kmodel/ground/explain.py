"""Why a claim fails in a state: which individuals, which conjunct, which values. The claim is evaluated once more, on constants."""

from __future__ import annotations

from collections.abc import Iterator

from kmodel.ground.describe import describe
from kmodel.ground.evaluate import At, Evaluator
from kmodel.ground.symbolic import BOTTOM, is_constant
from kmodel.ground.terms import FALSE, TRUE
from kmodel.records import dataclass
from kmodel.source import Span
from kmodel.typed import expressions as typed
from kmodel.typed.expressions import Expr
from kmodel.typed.values import Value


@dataclass(frozen=True, slots=True)
class Witness:
    """One way in which a claim fails: what its variables stand for, the conjunct that is false there (`span`), and what its parts are
    worth: pairs of how they are written and their values as text."""

    bindings: tuple[tuple[str, Value], ...]
    span: Span
    values: tuple[tuple[str, str], ...]


def failures(evaluator: Evaluator, body: Expr, at: At, bindings: tuple[tuple[str, Value], ...] = ()) -> Iterator[Witness]:
    """The ways in which the expression is false, first the outermost quantifiers' choices."""
    match body:
        case typed.Quantified("forall", bound, where, inner):
            for condition, inside in evaluator.ranging(bound, where, at):
                if condition is TRUE and evaluator.term(inner, inside) is FALSE:
                    names = tuple((each.name, value) for each in bound if is_constant(value := inside.env[each.name]))
                    yield from failures(evaluator, inner, inside, (*bindings, *names))
        case typed.Apply("and", (left, right)):
            holds, inside = evaluator.condition(left, at)
            yield from failures(evaluator, left, at, bindings) if holds is FALSE else failures(evaluator, right, inside, bindings)
        case typed.Apply("implies", (left, right)):
            _, inside = evaluator.condition(left, at)
            found = tuple((name, value) for name, value in inside.env.items() if name not in at.env and is_constant(value))
            yield from failures(evaluator, right, inside, (*bindings, *found))
        case typed.Let(name, value, inner):
            yield from failures(evaluator, inner, at.bind(name, evaluator.value(value, at)), bindings)
        case typed.If(condition, then, otherwise):
            holds, inside = evaluator.condition(condition, at)
            yield from failures(evaluator, then, inside, bindings) if holds is TRUE else failures(evaluator, otherwise, at, bindings)
        case _:
            yield Witness(bindings, body.span, tuple(_values(evaluator, body, at)))


def _values(evaluator: Evaluator, body: Expr, at: At) -> Iterator[tuple[str, str]]:
    """What the compared parts are worth."""
    match body:
        case typed.Apply("not", (operand,)):
            yield from _values(evaluator, operand, at)
        case typed.Apply(_, arguments):
            for each in arguments:
                value = evaluator.value(each, at)
                if not isinstance(each, typed.Constant | typed.Local | typed.All) and value is not BOTTOM and is_constant(value):
                    yield " ".join(each.span.text.split()), describe(value, each.type)
        case _:
            return
