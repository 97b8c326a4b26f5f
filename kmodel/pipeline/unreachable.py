"""Why nothing leads to what a witness describes: the conditions of a spec without any of which something would.

A condition is a conjunct of a `require`, of the witness, of an `init` or an `assume`, or the value that a variable starts with. One after
the other is left out, and the check run without it: where the witness stays unreachable, it is no reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import TypeVar

from kmodel.records import dataclass
from kmodel.source import Span
from kmodel.typed import expressions as typed
from kmodel.typed.expressions import Constant, Expr, Stage, Statement
from kmodel.typed.module import CheckSymbol, FieldSymbol, Program, VarSymbol
from kmodel.typed.types import BoolType

_Started = TypeVar("_Started", VarSymbol, FieldSymbol)

StillUnreachable = Callable[[Program, CheckSymbol], bool]
"""Whether the witness is proved to be unreachable in a changed program."""


@dataclass(frozen=True, slots=True)
class Needed:
    """Conditions that keep the witness unreachable together; `minimal`: without any one of them something may lead there."""

    spans: tuple[Span, ...]
    minimal: bool


def needed(program: Program, check: CheckSymbol, claim: str, holds: StillUnreachable, goes_on: Callable[[], bool]) -> Needed:
    """Groups of conditions are left out first, then single ones; `goes_on` says whether there is time."""
    gone: frozenset[Span] = frozenset()
    kept: list[Span] = []
    for group in _groups(program, check, claim):
        whole = gone | frozenset(group)
        if goes_on() and holds(*without(program, check, whole)):
            gone = whole
            continue
        for span in group if len(group) > 1 else ():
            if goes_on() and holds(*without(program, check, gone | {span})):
                gone |= {span}
        kept += [span for span in group if span not in gone]
    return Needed(tuple(kept), goes_on())


def _groups(program: Program, check: CheckSymbol, claim: str) -> Iterator[list[Span]]:
    """The conditions of each action, of the first states, of the witness."""
    for action in program.actions.values():
        if action.module in check.active and check.limits.get(action.name) != 0:
            yield [part.span for statement in action.body if isinstance(statement, typed.Require) for part in _free(statement.condition)]
    yield [part.span for each in program.inits if each.module in check.active for part in _free(each.condition)]
    yield [each.span for each in program.vars.values() if each.module in check.active and each.default is not None]
    for entity in program.entities.values():
        fields = (each for each in entity.fields if each.kind == "var" and each.module in check.active)
        yield [each.span for each in fields if each.default is not None]
    assumed = [*(each.condition for each in program.assumptions if each.module in check.active), *check.assumptions]
    yield [part.span for each in assumed for part in _free(each)]
    yield [part.span for part in _free(program.claims[claim].body)]


def without(program: Program, check: CheckSymbol, gone: frozenset[Span]) -> tuple[Program, CheckSymbol]:
    """The program and its check where these conditions are not there."""
    changed = replace(
        program,
        actions={name: replace(each, body=tuple(_statement(part, gone) for part in each.body)) for name, each in program.actions.items()},
        inits=tuple(replace(each, condition=_left(each.condition, gone)) for each in program.inits),
        assumptions=tuple(replace(each, condition=_left(each.condition, gone)) for each in program.assumptions),
        vars={name: _started(each, gone) for name, each in program.vars.items()},
        entities={name: replace(each, fields=tuple(_started(one, gone) for one in each.fields)) for name, each in program.entities.items()},
        claims={name: replace(each, body=_left(each.body, gone)) for name, each in program.claims.items()},
    )
    return changed, replace(check, assumptions=tuple(_left(each, gone) for each in check.assumptions))


def _started(symbol: _Started, gone: frozenset[Span]) -> _Started:
    return replace(symbol, default=None) if symbol.span in gone else symbol


def _statement(statement: Statement, gone: frozenset[Span]) -> Statement:
    return replace(statement, condition=_left(statement.condition, gone)) if isinstance(statement, typed.Require) else statement


def _left(expr: Expr, gone: frozenset[Span]) -> Expr:
    """What is left of a conjunction."""
    if expr.span in gone and not isinstance(expr, typed.Is):
        return Constant(True, type=BoolType(), stage=Stage.CONSTANT, span=expr.span)
    if isinstance(expr, typed.Apply) and expr.op == "and":
        return replace(expr, arguments=tuple(_left(each, gone) for each in expr.arguments))
    return expr


def _free(expr: Expr) -> Sequence[Expr]:
    """The conjuncts that bind no name, so that what follows them does not need them."""
    if isinstance(expr, typed.Apply) and expr.op == "and":
        return [part for each in expr.arguments for part in _free(each)]
    return [] if isinstance(expr, typed.Is) else [expr]
