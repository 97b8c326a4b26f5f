"""The forms that bind variables: quantifiers, aggregates, comprehensions. A variable with too many values to try is an axis."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeAlias

from kmodel.regions.axes import Axis
from kmodel.regions.compiler import FORMS, Code, Compiler, Env, not_by_ranges
from kmodel.regions.diagrams import Region
from kmodel.regions.operations import joined, split
from kmodel.regions.values import DEPENDENT, Cases, Members
from kmodel.source import Diagnostic, Rejected, Span
from kmodel.typed import expressions as typed
from kmodel.typed.expressions import Expr
from kmodel.typed.types import IpType, RangeType, SetType

Loop: TypeAlias = Callable[[Env], Iterator[Region]]


def _items(self: Compiler, bound: typed.Bound) -> Callable[[Env], Sequence[tuple[Any, Region]]]:
    """What a variable ranges over: each item and where it is there. Sets are gone through in the order of their declaration."""
    if isinstance(bound.domain, typed.All):
        domain, known = bound.domain, list[Sequence[tuple[Any, Region]]]()

        def everything(env: Env) -> Sequence[tuple[Any, Region]]:
            if not known:
                known.append([(value, True) for value in self.bound_values(bound.name, domain.of, bound.span)])
            return known[0]

        return everything
    code, span = self.code(bound.domain), bound.span
    listed: dict[Any, Sequence[tuple[Any, Region]]] = {}

    def run(env: Env) -> Sequence[tuple[Any, Region]]:
        value = code(env)
        if isinstance(value, Members):
            return value.parts
        if isinstance(value, Cases):
            return [(item, region) for each, region in value.parts for item in each]
        if value.__class__ in DEPENDENT:
            raise not_by_ranges(span)
        found = listed.get(value)
        if found is None:
            found = listed[value] = [(item, True) for item in value]
        return found

    return run


def loop_over(self: Compiler, bounds: Sequence[typed.Bound], where: Expr | None) -> Loop:
    """Goes through the choices of the variables: each time they are in the environment, and their region is given."""
    first, rest = bounds[0], bounds[1:]
    items, name, conjunction = _items(self, first), first.name, self.diagrams.and_
    inner = loop_over(self, rest, where) if rest else None
    condition = self.code(where) if where is not None and not rest else None

    def run(env: Env) -> Iterator[Region]:
        for item, there in items(env):
            env[name] = item
            if inner is not None:
                for region in inner(env):
                    env[name] = item
                    yield conjunction(there, region)
            else:
                region = there if condition is None else conjunction(there, condition(env))
                if region is not False:
                    yield region

    return run


def _quantified(self: Compiler, expr: typed.Quantified) -> Code:
    loop, body, diagrams = loop_over(self, expr.bound, expr.where), self.code(expr.body), self.diagrams
    universal = expr.op == "forall"

    wide = [bound.name for bound in expr.bound if isinstance(bound.domain, typed.All) and isinstance(bound.domain.of, IpType | RangeType)]

    if wide:
        return _over_axes(self, expr, wide)
    if len(expr.bound) == 1 and not universal:
        return _some(self, expr)

    def run(env: Env) -> Region:
        """`forall` is that there is no counterexample."""
        found: list[Region] = []
        for region in loop(env):
            inside = body(env)
            here = diagrams.and_(region, diagrams.not_(inside) if universal else inside)
            if here is True:
                return not universal
            if here is not False:
                found.append(here)
        whole = diagrams.union(found)
        return diagrams.not_(whole) if universal else whole

    return run


def _some(self: Compiler, expr: typed.Quantified) -> Code:
    """The same of one variable: most questions are of this form, and most items are in or out whatever the axes are."""
    (bound,) = expr.bound
    items, name, body, diagrams = _items(self, bound), bound.name, self.code(expr.body), self.diagrams
    condition = self.code(expr.where) if expr.where is not None else None

    def run(env: Env) -> Region:
        found: list[Region] = []
        for item, there in items(env):
            env[name] = item
            here = there if condition is None else diagrams.and_(there, condition(env))
            if here is not False:
                inside = body(env)
                if inside is not False:
                    here = inside if here is True else diagrams.and_(here, inside)
                    if here is True:
                        return True
                    if here is not False:
                        found.append(here)
        return diagrams.union(found) if found else False

    return run


def _over_axes(self: Compiler, expr: typed.Quantified, wide: Sequence[str]) -> Code:
    """The same where a variable may be an axis: it is asked for some point of it."""
    loop, body, diagrams = loop_over(self, expr.bound, expr.where), self.code(expr.body), self.diagrams
    universal = expr.op == "forall"

    def run(env: Env) -> Region:
        whole: Region = False
        axes: dict[Axis, None] = {}
        for region in loop(env):
            axes.update({env[name]: None for name in wide if env[name].__class__ is Axis})
            inside = body(env)
            whole = diagrams.or_(whole, diagrams.and_(region, diagrams.not_(inside) if universal else inside))
        for axis in axes:
            whole = diagrams.some(whole, axis)
        return diagrams.not_(whole) if universal else whole

    return run


def _aggregate(self: Compiler, expr: typed.Aggregate) -> Code:
    loop = loop_over(self, expr.bound, expr.where)
    body = self.code(expr.body) if expr.body is not None else None
    gather = {"count": _count, "sum": _sum}.get(expr.op)

    def run(env: Env) -> Any:
        rows = [(1 if body is None else body(env), region) for region in loop(env)]
        if any(isinstance(env.get(bound.name), Axis) for bound in expr.bound):
            raise not_by_ranges(expr.span)
        if gather is not None:
            return gather(self, rows)
        return _best(self, rows, expr.op == "max", expr.span)

    return run


def _count(self: Compiler, rows: list[tuple[Any, Region]]) -> Any:
    return _sum(self, [(1, region) for _, region in rows])


def _sum(self: Compiler, rows: list[tuple[Any, Region]]) -> Any:
    total: Any = 0
    for value, region in rows:
        if region is True and not isinstance(total, Cases) and not isinstance(value, Cases):
            total += value
        else:
            more = self.chosen(region, value, 0)
            total = split(self.diagrams, (total, more), lambda a, b: a + b)
    return total


def _best(self: Compiler, rows: list[tuple[Any, Region]], greatest: bool, span: Span) -> Any:
    """The first value in order decides where it is there; the next one decides what the first leaves, and so on."""
    flat = [(each, self.diagrams.and_(region, inner)) for value, region in rows for each, inner in _parts(value)]
    left: Region = True
    found: list[tuple[Any, Region]] = []
    for value, region in sorted(flat, key=lambda row: row[0], reverse=greatest):
        here = self.diagrams.and_(left, region)
        if here is not False:
            found.append((value, here))
            left = self.diagrams.and_(left, self.diagrams.not_(region))
    if not found:
        raise Rejected([Diagnostic("no-minimum", "there is nothing to take the least or greatest of", span, (), "this must have a value")])
    return joined(self.diagrams, found)


def _parts(value: Any) -> Sequence[tuple[Any, Region]]:
    return value.parts if isinstance(value, Cases) else ((value, True),)


def _comprehension(self: Compiler, expr: typed.Comprehension) -> Code:
    loop, element = loop_over(self, expr.bound, expr.where), self.code(expr.element)
    as_set = isinstance(expr.type, SetType)

    def run(env: Env) -> Any:
        rows = [(element(env), region) for region in loop(env)]
        if any(isinstance(value, Axis) for value, _ in rows):
            raise not_by_ranges(expr.span)
        if any(region is not True or isinstance(value, Cases) for value, region in rows):
            return Members(tuple((each, self.diagrams.and_(region, inner)) for value, region in rows for each, inner in _parts(value)))
        values = [value for value, _ in rows]
        return frozenset(values) if as_set else tuple(values)

    return run


FORMS.update({typed.Quantified: _quantified, typed.Aggregate: _aggregate, typed.Comprehension: _comprehension})
