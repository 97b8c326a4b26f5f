"""Typed expressions as Python functions of an environment. What depends on axes becomes a region; everything else is computed as it is.

A bool that depends on axes is a `Node`, another value that does is `Cases`. A def or relation is remembered by its arguments, which are
one object for each value: so what one policy says of one peer is worked out once, whatever the pairs it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Any, TypeAlias

from kmodel.ground.evaluate import Free, Known, Surroundings, Written
from kmodel.ground.evaluate.constants import UndefinedValue
from kmodel.ground.symbolic import is_constant
from kmodel.records import dataclass
from kmodel.regions.axes import ADDRESSES, Axis
from kmodel.regions.diagrams import Diagrams, Node, Region
from kmodel.regions.operations import NotByRanges, compared, conditional, joined, listed, plain, split
from kmodel.regions.values import DEPENDENT, Cases, Members, Store, Thing
from kmodel.source import Diagnostic, Rejected, Span
from kmodel.typed import expressions as typed
from kmodel.typed.expressions import Expr
from kmodel.typed.module import Rule
from kmodel.typed.types import IpType, RangeType, Type

Env: TypeAlias = dict[str, Any]
Code: TypeAlias = Callable[[Env], Any]
Call: TypeAlias = Callable[[tuple[Any, ...]], Any]

FIRST_ASKED = 50_000
MOST_LOOPED = 64


@dataclass(slots=True)
class Compiler:
    """`world` says what names mean. Axes are made for parameters, and for bound variables with too many values to try."""

    world: Surroundings
    bounds: Callable[[RangeType], tuple[int, int]]
    diagrams: Diagrams = field(default_factory=Diagrams)
    store: Store = field(default_factory=Store)
    plain: Mapping[str, Callable[..., Any]] = field(init=False)
    codes: dict[int, tuple[Expr, Code]] = field(default_factory=dict)
    calls: dict[str, Call] = field(default_factory=dict)
    consts: dict[str, Any] = field(default_factory=dict)
    axes: int = 0
    laws: dict[str, Callable[..., Any]] = field(default_factory=dict)
    unsettled: tuple[frozenset[str], dict[tuple[Any, ...], Region]] | None = None

    def __post_init__(self) -> None:
        self.plain = plain(self.store)

    def code(self, expr: Expr) -> Code:
        key = id(expr)
        if key not in self.codes:
            self.codes[key] = expr, FORMS[type(expr)](self, expr)
        return self.codes[key][1]

    def axis(self, name: str, type_: Type, span: Span) -> Axis:
        """A new axis for a type whose values are numbers, addresses or few."""
        self.axes += 1
        match type_:
            case IpType():
                return Axis(name, type_, self.axes, ADDRESSES)
            case RangeType():
                low, high = self.bounds(type_)
                return Axis(name, type_, self.axes, high - low + 1, low)
            case _:
                values = tuple(self.world.values(type_, span))
                return Axis(name, type_, self.axes, len(values), 0, values)

    # ---- individuals and constants

    def field_of(self, thing: Thing, name: str, span: Span) -> Any:
        if name not in thing.fields:
            thing.fields[name] = self.defined(self.world.field(thing.individual, name, span), span)
        return thing.fields[name]

    def const(self, name: str, span: Span) -> Any:
        if name not in self.consts:
            self.consts[name] = self.defined(self.world.const(name, span), span)
        return self.consts[name]

    def defined(self, definition: Known | Written | Free, span: Span) -> Any:
        match definition:
            case Known(value):
                assert is_constant(value)
                return self.store.enter(value)
            case Written(expr, individual, item):
                made = self.code(expr)({} if individual is None else {"self": self.store.thing(individual)})
                return made if item is None else made[item]
            case Free():
                help_ = "`set` every constant in the check"
                raise Rejected([Diagnostic("query-needs-state", "this depends on the state", span, (), help_)])

    def things(self, type_: Type, span: Span) -> tuple[Any, ...]:
        return tuple(map(self.store.enter, self.world.values(type_, span)))

    # ---- operators

    def operate(self, op: str, values: tuple[Any, ...], span: Span) -> Any:
        """An operator on values, some of which depend on axes."""
        if len(values) == 2:
            region = compared(self.diagrams, op, *values)
            if region is None:
                region = conditional(self.diagrams, op, values)
            if region is not None:
                return region
        if any(isinstance(value, Members) for value in values):
            raise not_by_ranges(span)
        try:
            cases = tuple(self.cases(value) for value in values)
        except NotByRanges:
            raise not_by_ranges(span) from None
        law = self.plain[op]
        return split(self.diagrams, cases, lambda *row: self.guarded(law, row, span))

    def cases(self, value: Any) -> Any:
        if isinstance(value, Axis):
            return listed(self.diagrams, value)
        return Cases(((True, value), (False, self.diagrams.not_(value)))) if isinstance(value, Node) else value

    def guarded(self, law: Callable[..., Any], values: Sequence[Any], span: Span) -> Any:
        try:
            return law(*values)
        except UndefinedValue as undefined:
            raise Rejected([Diagnostic(undefined.code, undefined.message, span, (), "this must have a value")]) from None

    # ---- calls

    def remembered(self, law: Callable[..., Any]) -> Call:
        """The law, its values kept by its arguments; what is found while a fixpoint is not reached is not kept.

        A law that is hardly ever asked the same again is not remembered any more: that costs more than it gains.
        """
        kept: dict[tuple[Any, ...], Any] = {}
        asked, known = 0, 0

        def call(arguments: tuple[Any, ...]) -> Any:
            nonlocal asked, known
            asked += 1
            found = kept.get(arguments, kept)
            if found is not kept:
                known += 1
                return found
            if Cases in [*map(type, arguments)]:
                return split(self.diagrams, arguments, lambda *row: call(row))
            made = law(*arguments)
            if self.unsettled is None and (asked < FIRST_ASKED or known * 8 > asked):
                kept[arguments] = made
            elif asked == FIRST_ASKED:
                kept.clear()
            return made

        return call

    def least(self, relation: str, law: Callable[..., Any]) -> Call:
        """A recursive relation: the least fixpoint of the facts that a question leads to, from none on."""
        self.laws[relation] = law
        solved: dict[tuple[Any, ...], Region] = {}

        def call(arguments: tuple[Any, ...]) -> Region:
            key = (relation, *arguments)
            if key in solved:
                return solved[key]
            outer = self.unsettled
            if outer is not None and relation in outer[0]:
                return outer[1].setdefault(key, False)
            table: dict[tuple[Any, ...], Region] = {key: False}
            self.unsettled = frozenset(self.world.stratum(relation)), table
            try:
                self._settle(table)
            finally:
                self.unsettled = outer
            solved.update({fact: region for fact, region in table.items() if fact[0] == relation})
            return table[key]

        return call

    def _settle(self, table: dict[tuple[Any, ...], Region]) -> None:
        before: dict[tuple[Any, ...], Region] = {}
        while before.keys() != table.keys() or any(before[fact] is not table[fact] for fact in table):
            before = dict(table)
            for fact in before:
                table[fact] = self.laws[fact[0]](*fact[1:])

    def definition(self, name: str) -> Call:
        """A def, compiled when first called."""
        if name not in self.calls:
            symbol = self.world.definition(name)
            names = [parameter.name for parameter in symbol.parameters]
            lazy: list[Code] = []

            def law(*arguments: Any) -> Any:
                if not lazy:
                    lazy.append(self.code(symbol.body))
                return lazy[0](dict(zip(names, arguments, strict=True)))

            self.calls[name] = self.remembered(law)
        return self.calls[name]

    def relation(self, name: str) -> Call:
        key = f"relation {name}"
        if key not in self.calls:
            lazy: list[list[Callable[..., Region]]] = []

            def law(*arguments: Any) -> Region:
                if not lazy:
                    lazy.append([self.rule(rule) for rule in self.world.rules(name)])
                found: Region = False
                for each in lazy[0]:
                    found = self.diagrams.or_(found, each(*arguments))
                    if found is True:
                        break
                return found

            recursive = self.world.relation(name).recursive
            self.calls[key] = self.least(name, law) if recursive else self.remembered(law)
        return self.calls[key]

    def rule(self, rule: Rule) -> Callable[..., Region]:
        """What a rule says of arguments: its head fits them, and its condition holds for some values of its other variables."""
        variables = dict(rule.variables)
        bound: dict[str, int] = {}
        fitting: list[tuple[int, Code, Span]] = []
        for at, pattern in enumerate(rule.head):
            if isinstance(pattern, typed.Local) and pattern.name in variables and pattern.name not in bound:
                bound[pattern.name] = at
            else:
                fitting.append((at, self.code(pattern), pattern.span))
        free = [(name, type_) for name, type_ in rule.variables if name not in bound]
        exists = self.exists_over(free, rule)

        def law(*arguments: Any) -> Region:
            env = {name: arguments[at] for name, at in bound.items()}
            fits: Region = True
            for at, code, span in fitting:
                fits = self.diagrams.and_(fits, self.same(code(env), arguments[at], span))
                if fits is False:
                    return False
            return self.diagrams.and_(fits, exists(env))

        return law

    def same(self, a: Any, b: Any, span: Span) -> Region:
        if a.__class__ in DEPENDENT or b.__class__ in DEPENDENT:
            found: Region = self.operate("equal", (a, b), span)
            return found
        return bool(a == b)

    def exists_over(self, free: Sequence[tuple[str, Type]], rule: Rule) -> Code:
        """Whether the rule's condition holds for some values of these."""
        if not free:
            return self.code(rule.condition) if rule.condition is not None else lambda env: True
        (name, type_), *rest = free
        inner = self.exists_over(rest, rule)
        values = self.bound_values(name, type_, rule.span)

        def run(env: Env) -> Region:
            found: Region = False
            for value in values:
                env[name] = value
                found = self.diagrams.or_(found, inner(env))
                if found is True:
                    break
            return found

        if len(values) == 1 and isinstance(values[0], Axis):
            axis = values[0]
            return lambda env: self.diagrams.some(run(env), axis)
        return run

    def bound_values(self, name: str, type_: Type, span: Span) -> tuple[Any, ...]:
        """The values of a type, or one axis in the place of too many."""
        if isinstance(type_, IpType):
            return (self.axis(name, type_, span),)
        if isinstance(type_, RangeType):
            low, high = self.bounds(type_)
            if high - low >= MOST_LOOPED:
                return (self.axis(name, type_, span),)
        return self.things(type_, span)

    def chosen(self, condition: Region, then: Any, otherwise: Any) -> Any:
        """`then` in the region and `otherwise` outside of it."""
        if isinstance(then, bool | Node) and isinstance(otherwise, bool | Node):
            return self.diagrams.choose(condition, then, otherwise)
        return joined(self.diagrams, [(self._listed(then), condition), (self._listed(otherwise), self.diagrams.not_(condition))])

    def _listed(self, value: Any) -> Any:
        return listed(self.diagrams, value) if isinstance(value, Axis) else value

    def spread(self, values: tuple[Any, ...], law: Callable[..., Any], span: Span) -> Any:
        """A function of values, case by case where they depend on axes."""
        if not any(value.__class__ in DEPENDENT for value in values):
            return law(*values)
        if any(isinstance(value, Members) for value in values):
            raise not_by_ranges(span)
        try:
            return split(self.diagrams, tuple(map(self.cases, values)), law)
        except NotByRanges:
            raise not_by_ranges(span) from None


def not_by_ranges(span: Span) -> Rejected:
    message = "what is computed here depends on a number or address with too many values to try"
    help_ = "compare it with constants, by `==`, `<`, `<=` or `in`: such conditions cut its values into ranges"
    return Rejected([Diagnostic("not-by-ranges", message, span, (), help_)])


FORMS: dict[type, Callable[[Compiler, Any], Code]] = {}
