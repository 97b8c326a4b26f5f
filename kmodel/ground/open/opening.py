"""A check with its scopes left open: what `ground` is for a scope, in first-order formulas for all of them.

Whatever a scope's system does, the open system can do: conditions that there are no words for are left out of what is assumed, of where
it begins and of guards, and values of which there are none may be any. So an invariant of the open system is one for every scope.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import field
from itertools import combinations

from kmodel.ground.open.logic import (
    BOOL,
    TRUE,
    App,
    Formula,
    Op,
    Sort,
    Symbol,
    Var,
    and_,
    forall,
    implies,
    is_true,
    not_,
    number,
    same,
    symbols,
)
from kmodel.ground.open.meaning import At, Meaning
from kmodel.ground.open.operators import INSIDE, OVERLAPS, WITHIN, addressing
from kmodel.ground.open.steps import Stepper
from kmodel.ground.open.updates import OpenAction
from kmodel.ground.open.worth import CIDR, IP, ITEM, KEY, PRESENT, VALUE, LeftOpen, in_bounds
from kmodel.records import dataclass
from kmodel.source import Span
from kmodel.typed.expressions import Expr
from kmodel.typed.module import CheckSymbol, ClaimSymbol, Program
from kmodel.typed.types import EntityType, IntType
from kmodel.typed.values import Individual, Value


@dataclass(frozen=True, slots=True)
class OpenClaim:
    """`formula` is what must hold in every reachable state, or (`stepwise`) of every step, for a witness that it is not so."""

    name: str
    formula: Formula
    stepwise: bool
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class OpenSystem:
    """`facts` hold in every scope and state, `initial` in every first state. `entities` are short names of what there is any number of,
    `left` tells what may be anything here."""

    facts: tuple[Formula, ...]
    initial: tuple[Formula, ...]
    actions: tuple[OpenAction, ...]
    claims: tuple[OpenClaim, ...]
    left: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class NotApplicable:
    """Why a claim cannot be spoken of where scopes are open."""

    reason: str


class Opening:
    """The open system of a check, and its claims as far as there are words for them."""

    def __init__(self, program: Program, check: CheckSymbol) -> None:
        self.program, self.check = program, check
        self.meaning = Meaning(program, check)
        self.actions = tuple(self._actions())
        self.initial = tuple(self._initial())
        self.assumed = tuple(self._assumed())

    def system(self, claims: Sequence[OpenClaim]) -> OpenSystem:
        """The system with these claims, without what has no bearing on them."""
        relevant = self._cone(claims)
        actions = tuple(action for action in self.actions if any(symbol in relevant for symbol in action.updates))
        initial = tuple(each for each in self.initial if any(symbol in relevant for symbol in symbols([each])))
        used = symbols([*initial, *self.assumed, *(each.formula for each in claims), *_formulas(actions)])
        left = tuple(f"{what} ({span})" if span else what for what, span in self.meaning.left.items())
        return OpenSystem((*self.assumed, *self._facts(used)), initial, actions, tuple(claims), left)

    def claim(self, symbol: ClaimSymbol) -> OpenClaim | NotApplicable:
        """The claim, for all choices of its parameters."""
        short = symbol.name.rsplit(".", 1)[-1]
        if symbol.kind == "property":
            return NotApplicable(f"`{short}` is about whole behaviours")
        try:
            return OpenClaim(symbol.name, self._claimed(symbol), symbol.kind == "transition", span=symbol.span)
        except LeftOpen as left:
            return NotApplicable(f"`{short}` {left.what} ({left.span or symbol.span})")

    def _claimed(self, symbol: ClaimSymbol) -> Formula:
        """That the claim holds, and is defined."""
        self.meaning.notes, at, variables = [], At(), list[Var]()
        for each in symbol.parameters:
            domain = each.domain
            value, made, there = (
                self.meaning.any_value(each.type, each.name, at) if domain is None else self.meaning.any_item(domain, each.name, at)
            )
            at = at.over(made).under(there).bind(each.name, value)
            variables += made
        body = self.meaning.formula(symbol.body, at)
        notes, self.meaning.notes = self.meaning.notes, []
        holds = not_(body) if symbol.kind == "witness" else body
        return and_(forall(variables, implies(at.path, holds)), *(not_(note) for note in notes))

    def _cone(self, claims: Sequence[OpenClaim]) -> dict[Symbol, None]:
        """The symbols that have a bearing on the claims: all that are written, where one is about steps."""
        found = symbols(claim.formula for claim in claims)
        if any(claim.stepwise for claim in claims):
            return found | {symbol: None for action in self.actions for symbol in action.updates}
        while True:
            told = [each for action in self.actions for each in _bearing(action, found)]
            more = symbols(told).keys() - found.keys()
            if not more:
                return found
            found |= symbols(told)

    # ---- what happens

    def _actions(self) -> Iterator[OpenAction]:
        for symbol in self.program.actions.values():
            if symbol.module in self.check.active and self.check.limits.get(symbol.name) != 0:
                self.meaning.choices, self.meaning.notes = True, []
                try:
                    yield Stepper(self.meaning).action(symbol)
                except LeftOpen as left:
                    self.meaning.left.setdefault(left.what, left.span or symbol.span)
                    self.meaning.notes = []
                    yield Stepper(self.meaning).anything(symbol)
                finally:
                    self.meaning.choices = False

    # ---- the beginning

    def _initial(self) -> Iterator[Formula]:
        for entity in self.program.entities.values():
            sort = self.meaning.shapes.sort(EntityType(entity.name))
            assert sort is not None
            for field_ in entity.fields:
                if field_.kind == "var" and field_.default is not None:
                    who = self.meaning.shapes.fresh("self", sort)
                    yield from self._starts(entity.name, field_.name, who, field_.default)
        for item in self.check.scopes:
            if self.program.entities[item.entity].pool and item.size == 0:
                yield self._empty(item.entity)
        for var in self.program.vars.values():
            if var.default is not None:
                default = var.default
                yield from self._said(lambda default=default, var=var: self._begins(var.name, (), default, At()))  # type: ignore[misc]
        for each in self.program.inits:
            if each.module in self.check.active:
                yield from self._said(lambda each=each: self.meaning.formula(each.condition, At()))  # type: ignore[misc]
        for name in self.check.limits:
            spent = self.meaning.shapes.symbol(f"#{name.rsplit('.', 1)[-1]}", (), IntType(), "state")
            yield same(App(spent, ()), number(0))

    def _empty(self, entity: str) -> Formula:
        """That none of a pool exist: a pool that begins empty does so in every scope, another one with any number."""
        sort = self.meaning.shapes.sort(EntityType(entity))
        assert sort is not None
        who = self.meaning.shapes.fresh("self", sort)
        return forall([who], not_(self.meaning.exists(who)))

    def _starts(self, entity: str, name: str, who: Var, default: Expr) -> Iterator[Formula]:
        at = At({"self": who}, bound=(who,))
        for said in self._said(lambda: self._begins(f"{entity}.{name}", (who,), default, at)):
            yield forall([who], implies(self.meaning.exists(who), said))

    def _begins(self, name: str, arguments: tuple[Formula, ...], default: Expr, at: At) -> Formula:
        entity, _, field_ = name.rpartition(".")
        if arguments:
            type_ = next(each.type for each in self.program.entities[entity].fields if each.name == field_)
        else:
            type_ = self.program.vars[name].type
        return self.meaning.shapes.equal(self.meaning.shapes.held(type_, name, arguments, "state"), self.meaning.value(default, at))

    def _assumed(self) -> Iterator[Formula]:
        conditions = [each.condition for each in self.program.assumptions if each.module in self.check.active]
        for condition in (*conditions, *self.check.assumptions):
            yield from self._said(lambda condition=condition: self.meaning.formula(condition, At()))  # type: ignore[misc]

    def _said(self, make: Callable[[], Formula]) -> Iterator[Formula]:
        """A condition that may be left out where there are no words for it."""
        try:
            yield make()
        except LeftOpen as left:
            self.meaning.left.setdefault(left.what, left.span)

    # ---- what is always so

    def _facts(self, used: Iterable[Symbol]) -> Iterator[Formula]:
        known = dict.fromkeys(used)
        if any(symbol in known for symbol in (WITHIN, INSIDE, OVERLAPS)):
            yield from addressing()
        yield from self._constants()
        for symbol in list(known):
            yield from self._typing(symbol)

    def _typing(self, symbol: Symbol) -> Iterator[Formula]:
        """Bounds of numbers; and that what is named is there."""
        variables = [Var(f"a{at}", sort) for at, sort in enumerate(symbol.arguments)]
        worth = App(symbol, tuple(variables))
        bounded = in_bounds(worth, symbol.low, symbol.high) if symbol.result.kind == "int" else TRUE
        if not is_true(bounded):
            yield forall(variables, bounded)
        if symbol.kind != "choice" and self._fixed(symbol.result):
            there = and_(*self._there(variables), *self._present(symbol, variables))
            yield forall(variables, implies(there, self.meaning.exists(worth)))
        owners = self.meaning.shapes.owners.get(symbol)
        if owners is not None:
            yield forall(variables, implies(worth, and_(*self._there(variables[owners:]))))

    def _there(self, variables: Sequence[Var]) -> list[Formula]:
        return [self.meaning.exists(each) for each in variables if self._fixed(each.sort)]

    def _present(self, symbol: Symbol, variables: Sequence[Var]) -> Iterator[Formula]:
        """What must be so for the symbol to mean anything: that the optional is there, that the map has the key."""
        for end, companion in ((ITEM, PRESENT), (VALUE, KEY)):
            name = symbol.name
            while end in name:
                name = name[: name.rindex(end)]
                known = next((each for each in self.meaning.shapes.symbols.values() if each.name == name + companion), None)
                if known is not None:
                    yield App(known, tuple(variables[: len(known.arguments)]))

    def _fixed(self, sort: Sort) -> bool:
        """Whether it is an entity whose individuals neither come nor go."""
        entity = self.program.entities.get(sort.name)
        return entity is not None and not entity.pool

    def _constants(self) -> Iterator[Formula]:
        """Constant values are what they are: different ones are different, an address is in a range or not."""
        by_sort: dict[Sort, list[tuple[Value, Formula]]] = {}
        for value, symbol in self.meaning.constants.items():
            by_sort.setdefault(symbol.result, []).append((value, App(symbol, ())))
        for pairs in by_sort.values():
            if len(pairs) > 1:
                yield Op("distinct", tuple(each for _, each in pairs), BOOL)
            yield from (self.meaning.exists(each) for value, each in pairs if isinstance(value, Individual) and self._fixed(each.sort))
        ranges = by_sort.get(CIDR, [])
        for value, each in by_sort.get(IP, []):
            yield from (_as(App(WITHIN, (each, other)), value in known) for known, other in ranges)  # type: ignore[operator]
        for (value, each), (known, other) in combinations(ranges, 2):
            yield _as(App(OVERLAPS, (each, other)), value.version == known.version and value.overlaps(known))  # type: ignore[union-attr, arg-type]


def _as(fact: Formula, holds: bool) -> Formula:
    return fact if holds else not_(fact)


def _bearing(action: OpenAction, found: dict[Symbol, None]) -> list[Formula]:
    """What decides on the values that an action gives to these symbols."""
    values = [update.value for symbol, update in action.updates.items() if symbol in found]
    return [action.guard, *values] if values else []


def _formulas(actions: Iterable[OpenAction]) -> Iterator[Formula]:
    for action in actions:
        yield action.guard
        yield from (update.value for update in action.updates.values())
