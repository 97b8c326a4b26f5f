"""Why a condition holds or does not, at one point: the individuals and defs that decide it, as a tree.

The condition is computed once more by the compiled code, on constants, part by part. Of what is true the parts that make it so are given,
of what is false those that do not. A condition that a def names is a part of its own where the def is described, else only what is inside;
of a def that gives another value, that value's reasons are looked into where it is described.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any

from kmodel.records import dataclass
from kmodel.regions.binders import loop_over
from kmodel.regions.compiler import Compiler, Env
from kmodel.regions.values import Thing
from kmodel.typed import expressions as typed
from kmodel.typed.expressions import Expr
from kmodel.typed.module import Rule
from kmodel.typed.types import EntityType, SetType
from kmodel.typed.values import Individual

MOST_CANDIDATES = 8


@dataclass(frozen=True, slots=True)
class Reason:
    """`text` is a def's or relation's name, or empty: then `individuals` are what decides. `holds`: whether it is so."""

    text: str
    holds: bool
    individuals: tuple[Individual, ...]
    parts: tuple[Reason, ...]


@dataclass(slots=True)
class Why:
    compiler: Compiler

    def of(self, expr: Expr, env: Env) -> tuple[Reason, ...]:
        """What decides the value of the expression in this environment of constants."""
        match expr:
            case typed.Apply("and" | "or" as op, parts):
                return self._junction(parts, env, op == "or")
            case typed.Apply("implies", (left, right)):
                first = self.of(left, env)
                return first if self.value(left, env) is False else (*first, *self.of(right, env))
            case typed.Apply(_, arguments):
                return self._all(arguments, env)
            case typed.Quantified():
                return self._quantified(expr, env)
            case typed.Aggregate():
                return self._best(expr, env)
            case typed.CallDef():
                return self._call(expr, env)
            case typed.Holds():
                return self._fact(expr, env)
            case typed.If(condition, then, otherwise):
                chosen = then if self.value(condition, env) else otherwise
                return (*self.of(condition, env), *self.of(chosen, env))
            case typed.Let(name, value, body):
                env[name], env[_written(name)] = self.value(value, env), value
                return self.of(body, env)
            case typed.Local(name) if _written(name) in env:
                return self.of(env[_written(name)], env)
            case typed.Is(operand):
                self.value(expr, env)
                return self.of(operand, env)
            case _:
                return ()

    def value(self, expr: Expr, env: Env) -> Any:
        return self.compiler.code(expr)(env)

    def _all(self, exprs: Sequence[Expr], env: Env) -> tuple[Reason, ...]:
        return tuple(reason for each in exprs for reason in self.of(each, env))

    def _junction(self, parts: Sequence[Expr], env: Env, deciding: bool) -> tuple[Reason, ...]:
        """The first part that decides by itself; where none does, all of them."""
        for each in parts:
            if self.value(each, env) is deciding:
                return self.of(each, env)
        return self._all(parts, env)

    def _quantified(self, expr: typed.Quantified, env: Env) -> tuple[Reason, ...]:
        """The choice that decides; where none does, why each of the candidates does not."""
        deciding = expr.op == "exists"
        candidates: list[Reason] = []
        for _ in loop_over(self.compiler, expr.bound, expr.where)(env):
            holds = self.value(expr.body, env)
            where = () if expr.where is None else self.of(expr.where, env)
            reason = Reason("", bool(holds), _things(env, expr.bound), (*where, *self.of(expr.body, env)))
            if holds is deciding:
                return tuple(_lifted(reason))
            candidates.append(reason)
        shown = [each for reason in candidates[:MOST_CANDIDATES] for each in _lifted(reason)]
        return (*self._all([bound.domain for bound in expr.bound[:1]], env), *shown)

    def _best(self, expr: typed.Aggregate, env: Env) -> tuple[Reason, ...]:
        if expr.op not in ("min", "max") or expr.body is None:
            return ()
        best: tuple[Any, Reason] | None = None
        for _ in loop_over(self.compiler, expr.bound, expr.where)(env):
            rank = self.value(expr.body, env)
            if best is None or (rank < best[0] if expr.op == "min" else rank > best[0]):
                where = () if expr.where is None else self.of(expr.where, env)
                best = rank, Reason("", True, _things(env, expr.bound), where)
        return () if best is None else (best[1],)

    def _call(self, expr: typed.CallDef, env: Env) -> tuple[Reason, ...]:
        symbol = self.compiler.world.definition(expr.name)
        values = [self.value(argument, env) for argument in expr.arguments]
        result = self.value(expr, env)
        before = self._all([each for each in expr.arguments if not isinstance(each, typed.Local)], env)
        if isinstance(result, frozenset):
            members = tuple(sorted(each.individual for each in result if isinstance(each, Thing)))
            told = symbol.doc is not None and isinstance(symbol.result, SetType) and isinstance(symbol.result.item, EntityType)
            return (*before, Reason(symbol.short, bool(result), members, ())) if told else before
        if symbol.doc is None and not isinstance(result, bool):
            return before
        inside = self.of(symbol.body, dict(zip([each.name for each in symbol.parameters], values, strict=True)))
        if symbol.doc is None or not isinstance(result, bool):
            return (*before, *inside)
        return (*before, Reason(symbol.short, result, (), inside))

    def _fact(self, expr: typed.Holds, env: Env) -> tuple[Reason, ...]:
        holds = self.value(expr, env)
        values = [self.value(argument, env) for argument in expr.arguments]
        inside = [reason for rule in self.compiler.world.rules(expr.relation) for reason in self._rule(rule, values, bool(holds))]
        return (Reason(expr.relation.rpartition(".")[2], bool(holds), (), tuple(inside)),)

    def _rule(self, rule: Rule, values: Sequence[Any], wanted: bool) -> Iterator[Reason]:
        """Why a rule without variables of its own holds of these, or does not."""
        if rule.condition is None or not all(isinstance(pattern, typed.Local) for pattern in rule.head):
            return
        env = {pattern.name: value for pattern, value in zip(rule.head, values, strict=True) if isinstance(pattern, typed.Local)}
        if {name for name, _ in rule.variables} <= env.keys() and self.value(rule.condition, env) is wanted:
            yield from self.of(rule.condition, env)


def _written(name: str) -> str:
    """Where an environment keeps the expression of a `let`: no variable is called so."""
    return f"let {name}"


def _things(env: Env, bounds: Sequence[typed.Bound]) -> tuple[Individual, ...]:
    return tuple(env[each.name].individual for each in bounds if isinstance(env[each.name], Thing))


def _lifted(reason: Reason) -> Iterator[Reason]:
    """A choice that names no individual says nothing itself: its parts do."""
    if reason.individuals:
        yield replace(reason, parts=tuple(dict.fromkeys(reason.parts)))
    else:
        yield from reason.parts
