"""What a typed expression means where scopes are open: formulas with quantifiers instead of terms.

What there are no words for (sums, lists, texts taken apart, counts beyond small numbers) raises LeftOpen; where `choices` are allowed, the
smallest condition or number around it becomes a *choice* instead: a value that each step may choose anew. What holds for every choice
holds for the one that the expression stands for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field, replace

from kmodel.ground.open.logic import (
    BOOL,
    FALSE,
    TRUE,
    App,
    Formula,
    Lit,
    Sort,
    Symbol,
    Var,
    and_,
    exists,
    forall,
    free_variables,
    implies,
    is_false,
    not_,
    number,
    or_,
    truth,
)
from kmodel.ground.open.operators import no_entries, put
from kmodel.ground.open.worth import NOTHING, SCALARS, Fields, Items, LeftOpen, Shapes, Worth, lifted, scalar
from kmodel.records import dataclass
from kmodel.source import Span
from kmodel.typed import expressions as typed
from kmodel.typed.expressions import Expr
from kmodel.typed.module import CheckSymbol, FieldSymbol, Program, Rule, Setting
from kmodel.typed.types import (
    BoolType,
    EntityType,
    EnumType,
    MapType,
    OptionalType,
    RangeType,
    SetType,
    TupleType,
    Type,
)
from kmodel.typed.values import Individual, MapValue, Member, RecordValue, Value


@dataclass(frozen=True, slots=True)
class At:
    """Where an expression is evaluated: what names are worth, on what path, in which state, below which quantifiers."""

    env: Mapping[str, Worth] = field(default_factory=dict)
    path: Formula = TRUE
    after: bool = False
    bound: tuple[Var, ...] = ()

    def bind(self, name: str, value: Worth) -> At:
        return replace(self, env={**self.env, name: value})

    def under(self, condition: Formula) -> At:
        return replace(self, path=and_(self.path, condition))

    def over(self, variables: Sequence[Var]) -> At:
        return replace(self, bound=(*self.bound, *variables))


@dataclass(slots=True)
class Meaning:
    """Translates expressions of one check. `notes` are conditions under which what was translated is undefined, `left` what became a
    choice, `constants` the symbols of constant values that were met."""

    program: Program
    check: CheckSymbol
    shapes: Shapes = field(init=False)
    notes: list[Formula] = field(default_factory=list)
    left: dict[str, Span | None] = field(default_factory=dict)
    choices: bool = False
    constants: dict[Value, Symbol] = field(default_factory=dict)
    settings: Mapping[tuple[str | None, str], Setting] = field(init=False)
    told: frozenset[tuple[str, str]] = field(init=False)
    open_consts: dict[str, bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.shapes = Shapes(self.program, self.bounds)
        self.settings = {(each.entity, each.name): each for each in self.check.settings if each.individual is None}
        self.told = frozenset((each.entity or "", each.name) for each in self.check.settings if each.individual is not None)

    # ---- conditions

    def value(self, expr: Expr, at: At) -> Worth:
        return FORMS[type(expr)](self, expr, at)

    def formula(self, expr: Expr, at: At) -> Formula:
        """A condition; a choice where there are no words for it."""
        try:
            return scalar(self.value(expr, at), expr.span)
        except LeftOpen as left:
            return self.choice(BOOL, at, left, expr.span)

    def choice(self, sort: Sort, at: At, left: LeftOpen, span: Span | None) -> Formula:
        if not self.choices:
            raise left
        self.left.setdefault(left.what, left.span or span)
        over = dict.fromkeys([*at.bound, *(var for each in at.env.values() if isinstance(each, SCALARS) for var in free_variables(each))])
        name = f"choice#{next(self.shapes.numbers)}"
        return App(Symbol(name, tuple(var.sort for var in over), sort, "choice"), tuple(over))

    def condition(self, expr: Expr, at: At) -> tuple[Formula, At]:
        """A condition, and where what follows from it is evaluated."""
        match expr:
            case typed.Apply("and", (left, right)):
                first, there = self.condition(left, at)
                if is_false(first):
                    return FALSE, there
                second, inside = self.condition(right, there)
                return and_(first, second), inside
            case typed.Is(operand, name):
                return self._is(operand, name, at)
            case _:
                made = self.formula(expr, at)
                return made, at.under(made)

    def _is(self, operand: Expr, name: str, at: At) -> tuple[Formula, At]:
        try:
            value = lifted(self.value(operand, at))
        except LeftOpen as left:
            made = self.choice(BOOL, at, left, operand.span)
            return made, at.under(made)
        inside = at.under(value.present)
        return value.present, inside if value.item is None else inside.bind(name, value.item)

    def note(self, at: At, condition: Formula) -> None:
        """What is undefined, and when."""
        when = exists(at.bound, and_(at.path, condition))
        if not is_false(when):
            self.notes.append(when)

    # ---- individuals

    def exists(self, who: Formula, after: bool = False) -> Formula:
        """That an individual is there: of a pool, in the state; of another entity, in the scope."""
        pool = self.program.entities[who.sort.name].pool
        name = f"{who.sort.name}.exists"
        return App(self.shapes.symbol(name, (who.sort,), BoolType(), "state" if pool else "rigid"), (who,), after and pool)

    def field_of(self, who: Formula, symbol: FieldSymbol, at: At) -> Worth:
        entity = who.sort.name
        if self.program.entities[entity].pool:
            self.note(at, not_(self.exists(who, at.after)))
        if symbol.kind == "var":
            return self.shapes.held(symbol.type, f"{entity}.{symbol.name}", (who,), "state", at.after)
        written = self.written(self.settings.get((entity, symbol.name)), symbol.default, (entity, symbol.name) in self.told)
        if written is not None:
            found = self._constant(
                f"{entity}.{symbol.name}", lambda: self.value(written, At({"self": who}, after=at.after, bound=at.bound))
            )
            if found is not None:
                return found
        return self.shapes.held(symbol.type, f"{entity}.{symbol.name}", (who,), "rigid")

    def written(self, setting: Setting | None, default: Expr | None, told: bool) -> Expr | None:
        """The one expression that gives a constant its value, if there is one for all individuals."""
        if told or (setting is not None and (setting.each or setting.value is None)):
            if setting is not None and setting.each:
                self.left.setdefault(f"gives `{setting.name}` for a number of individuals", setting.span)
            return None
        return default if setting is None else setting.value

    def _constant(self, name: str, make: Callable[[], Worth]) -> Worth | None:
        """A constant's value where there are words for it; else it may have any."""
        if self.open_consts.get(name):
            return None
        kept, self.choices = self.choices, False
        try:
            return make()
        except LeftOpen as left:
            self.open_consts[name] = True
            self.left.setdefault(left.what, left.span)
            return None
        finally:
            self.choices = kept

    def const(self, name: str, at: At) -> Worth:
        symbol = self.program.consts[name]
        written = self.written(self.settings.get((None, name)), symbol.value, False)
        if written is not None:
            found = self._constant(name, lambda: self.value(written, At(bound=at.bound)))
            if found is not None:
                return found
        return self.shapes.held(symbol.type, name, (), "rigid")

    def bounds(self, type_: RangeType) -> tuple[int | None, int | None]:
        return self._bound(type_.low), self._bound(type_.high)

    def _bound(self, bound: int | str) -> int:
        if isinstance(bound, int):
            return bound
        found = self.const(bound, At())
        if not (isinstance(found, Lit) and isinstance(found.value, int)):
            raise LeftOpen(f"has a range that ends at `{bound.rsplit('.', 1)[-1]}`, which has any value", self.program.consts[bound].span)
        return found.value

    # ---- constants

    def constant(self, value: Value, type_: Type, span: Span | None) -> Worth:
        match value:
            case bool():
                return truth(value)
            case int():
                return number(value)
            case Member(enum, name):
                return Lit(name, Sort(enum, "enum", self.program.enums[enum].members))
            case None:
                return NOTHING
            case frozenset():
                item = type_.item if isinstance(type_, SetType) else BoolType()
                known = [self.constant(each, item, span) for each in sorted(value, key=str)]
                return Items(item, lambda each: or_(*(self.shapes.equal(each, one) for one in known)))
            case RecordValue(_, fields):
                types = dict(self.shapes.fields(type_.item if isinstance(type_, OptionalType) else type_))
                return Fields({name: self.constant(each, types[name], span) for name, each in fields})
            case tuple() if isinstance(type_, TupleType):
                return Fields(
                    {str(at): self.constant(each, item, span) for at, (each, item) in enumerate(zip(value, type_.items, strict=True))}
                )
            case MapValue(pairs) if isinstance(type_, MapType):
                table = no_entries(type_, span)
                for key, each in pairs:
                    table = put(self.shapes, table, self.constant(key, type_.key, span), self.constant(each, type_.value, span))
                return table
            case tuple() | MapValue():
                raise LeftOpen("reads a list that is written out", span)
            case _:
                return App(self._named(value, type_), ())

    def _named(self, value: Value, type_: Type) -> Symbol:
        """The symbol of an individual, an address, a range or a text."""
        if value not in self.constants:
            sort_ = EntityType(value.entity) if isinstance(value, Individual) else type_.item if isinstance(type_, OptionalType) else type_
            self.constants[value] = self.shapes.symbol(f"`{value}`", (), sort_, "rigid")
        return self.constants[value]

    # ---- binders

    def ranging(self, bounds: Sequence[typed.Bound], where: Expr | None, at: At) -> list[tuple[list[Var], Formula, At]]:
        """The ways in which variables range: for all values of the `Var`s for which the condition holds, the body is evaluated there."""
        if not bounds:
            if where is None:
                return [([], TRUE, at)]
            condition, inside = self.condition(where, at)
            return [([], condition, inside)]
        found = []
        for variables, condition, inside in self.items(bounds[0], at):
            for more, further, innermost in self.ranging(bounds[1:], where, inside):
                found.append(([*variables, *more], and_(condition, further), innermost))
        return found

    def items(self, bound: typed.Bound, at: At) -> list[tuple[list[Var], Formula, At]]:
        domain = bound.domain
        if isinstance(domain, typed.All) and isinstance(domain.of, EnumType | BoolType):
            return [([], TRUE, at.bind(bound.name, each)) for each in self.members(domain.of)]
        value, variables, condition = self.any_item(domain, bound.name, at)
        return [(variables, condition, at.over(variables).under(condition).bind(bound.name, value))]

    def any_item(self, domain: Expr, name: str, at: At) -> tuple[Worth, list[Var], Formula]:
        """Any item of a set: its value, the variables that it is made of, and that it is one."""
        if isinstance(domain, typed.All):
            return self.any_value(domain.of, name, at)
        made = self.value(domain, at)
        if not isinstance(made, Items):
            raise LeftOpen("goes through a list", domain.span)
        value, variables = self.shapes.variables(made.item, name)
        return value, variables, made.has(value)

    def any_value(self, type_: Type, name: str, at: At) -> tuple[Worth, list[Var], Formula]:
        """Any value of a type that there is."""
        value, variables = self.shapes.variables(type_, name)
        there = [self.exists(each, at.after) for each in variables if each.sort.name in self.program.entities]
        return value, variables, and_(*there, self.shapes.within(type_, value))

    def members(self, type_: Type) -> list[Worth]:
        if isinstance(type_, EnumType):
            return [self.constant(Member(type_.name, each), type_, None) for each in self.program.enums[type_.name].members]
        return [FALSE, TRUE]

    def quantified(self, expr: typed.Quantified, at: At) -> Worth:
        universal = expr.op == "forall"
        found = []
        for variables, condition, inside in self.ranging(expr.bound, expr.where, at):
            body = self.formula(expr.body, inside)
            found.append(forall(variables, implies(condition, body)) if universal else exists(variables, and_(condition, body)))
        return and_(*found) if universal else or_(*found)

    def at_least(self, expr: Expr, least: int, at: At) -> Formula:
        """That an aggregate counts, or a set has, so many; for small numbers."""
        if least <= 0:
            return TRUE
        ways = [self.one_counted(expr, at) for _ in range(least)]
        differ = []
        for later, (mine, _, _) in enumerate(ways):
            differ += [or_(*(not_(self.shapes.equal(a, b)) for a, b in zip(mine, other, strict=True))) for other, _, _ in ways[:later]]
        variables = [each for _, vars_, _ in ways for each in vars_]
        return exists(variables, and_(*(condition for _, _, condition in ways), *differ))

    def one_counted(self, expr: Expr, at: At) -> tuple[list[Worth], list[Var], Formula]:
        """One of what is counted: its parts, their variables, and that it is counted."""
        if isinstance(expr, typed.Aggregate):
            rows = self.ranging(expr.bound, expr.where, at)
            if len(rows) != 1:
                raise LeftOpen("counts members of an enum", expr.span)
            variables, condition, inside = rows[0]
            return [inside.env[each.name] for each in expr.bound], variables, condition
        assert isinstance(expr, typed.Apply)
        value, variables, condition = self.any_item(expr.arguments[0], "e", at)
        return [value], variables, condition

    # ---- calls and facts

    def call(self, expr: typed.CallDef, at: At) -> Worth:
        definition = self.program.defs[expr.name]
        env = {each.name: self.value(value, at) for each, value in zip(definition.parameters, expr.arguments, strict=True)}
        lifted_ = {
            each.name: lifted(env[each.name]) if isinstance(each.type, OptionalType) else env[each.name] for each in definition.parameters
        }
        return self.value(definition.body, replace(at, env=lifted_))

    def holds(self, expr: typed.Holds, at: At) -> Worth:
        if self.program.relations[expr.relation].recursive:
            raise LeftOpen(f"follows the recursive relation `{expr.relation.rsplit('.', 1)[-1]}`", expr.span)
        values = [self.value(argument, at) for argument in expr.arguments]
        rules = [rule for rule in self.program.rules if rule.relation == expr.relation and rule.module in self.check.active]
        return or_(*(self._by_rule(rule, values, replace(at, env={})) for rule in rules))

    def _by_rule(self, rule: Rule, values: Sequence[Worth], at: At) -> Formula:
        variables, conditions = dict(rule.variables), []
        for pattern, value in zip(rule.head, values, strict=True):
            if isinstance(pattern, typed.Local) and pattern.name in variables and pattern.name not in at.env:
                at = at.bind(pattern.name, value)
            else:
                equal = self.shapes.equal(self.value(pattern, at), value)
                conditions.append(equal)
                at = at.under(equal)
        free: list[Var] = []
        for name, type_ in rule.variables:
            if name not in at.env:
                value, made, there = self.any_value(type_, name, at)
                at = at.over(made).under(there).bind(name, value)
                conditions.append(there)
                free += made
        body = TRUE if rule.condition is None else self.formula(rule.condition, at)
        return exists(free, and_(*conditions, body))


FORMS: dict[type, Callable[..., Worth]] = {}
"""One function a form of expression: (the meaning, the expression, where) to its worth. Filled by `forms`."""
