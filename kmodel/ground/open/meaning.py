"""What a typed expression means where scopes are open: formulas with quantifiers instead of terms.

What there are no words for (sums, lists, texts taken apart, counts beyond small numbers) raises LeftOpen; where `choices` are allowed, the
smallest condition or number around it becomes a *choice* instead: a value that each step may choose anew. What holds for every choice
holds for the one that the expression stands for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

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
    iff,
    implies,
    is_false,
    is_true,
    not_,
    number,
    or_,
    truth,
)
from kmodel.ground.open.operators import OPERATIONS, put
from kmodel.ground.open.worth import NOTHING, SCALARS, Entries, Fields, Items, LeftOpen, Shapes, Worth, lifted, scalar
from kmodel.source import Span
from kmodel.typed import expressions as typed
from kmodel.typed.expressions import Expr
from kmodel.typed.module import CheckSymbol, FieldSymbol, Program, Rule, Setting
from kmodel.typed.types import (
    BoolType,
    EntityType,
    EnumType,
    IntType,
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
        return _FORMS[type(expr)](self, expr, at)

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
                table = Entries(type_, lambda _: FALSE, lambda _: _no_entry(span))
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


# ---- forms


def _field(self: Meaning, expr: typed.FieldRef, at: At) -> Worth:
    who = scalar(self.value(expr.target, at), expr.span)
    symbol = next(each for each in self.program.entities[expr.entity].fields if each.name == expr.field_name)
    return self.field_of(who, symbol, at)


def _project(self: Meaning, expr: typed.Project, at: At) -> Worth:
    target = self.value(expr.target, at)
    assert isinstance(target, Fields)
    return target.fields[expr.field_name]


def _all(self: Meaning, expr: typed.All, at: At) -> Worth:
    def has(value: Worth) -> Formula:
        of = expr.of
        there = self.exists(scalar(value), at.after) if isinstance(of, EntityType) else TRUE
        return and_(there, self.shapes.within(of, value))

    return Items(IntType() if isinstance(expr.of, RangeType) else expr.of, has)


def _or(self: Meaning, expr: typed.Apply, at: At) -> Formula:
    first = self.formula(expr.arguments[0], at)
    return TRUE if is_true(first) else or_(first, self.formula(expr.arguments[1], at.under(not_(first))))


def _implies(self: Meaning, expr: typed.Apply, at: At) -> Formula:
    condition, inside = self.condition(expr.arguments[0], at)
    return TRUE if is_false(condition) else implies(condition, self.formula(expr.arguments[1], inside))


_CONNECTIVES: Mapping[str, Callable[[Meaning, typed.Apply, At], Formula]] = {
    "and": lambda self, expr, at: self.condition(expr, at)[0],
    "or": _or,
    "implies": _implies,
    "not": lambda self, expr, at: not_(self.formula(expr.arguments[0], at)),
    "iff": lambda self, expr, at: iff(self.formula(expr.arguments[0], at), self.formula(expr.arguments[1], at)),
}


def _apply(self: Meaning, expr: typed.Apply, at: At) -> Worth:
    if expr.op in _CONNECTIVES:
        return _CONNECTIVES[expr.op](self, expr, at)
    if expr.op in _COMPARED and (found := _counted(self, expr, at)) is not None:
        return found
    law = OPERATIONS.get(expr.op)
    if law is None:
        raise LeftOpen(f"{'counts' if expr.op == 'size' else 'needs'} `{' '.join(expr.span.text.split())}`", expr.span)
    values = [self.value(argument, at) for argument in expr.arguments]
    return law(self.shapes, values, lambda condition: self.note(at, condition), expr.span)


_COMPARED = ("equal", "not_equal", "less", "at_most")
_FEW = 3
"""Comparisons of counts with numbers up to this are written out with quantifiers."""


def _counted(self: Meaning, expr: typed.Apply, at: At) -> Formula | None:
    """A comparison of a count with a small number; None: it is none."""
    left, right = expr.arguments
    for one, other, swapped in ((left, right, False), (right, left, True)):
        is_count = (isinstance(one, typed.Aggregate) and one.op == "count") or (isinstance(one, typed.Apply) and one.op == "size")
        if is_count and isinstance(other, typed.Constant) and isinstance(other.value, int) and other.value <= _FEW:
            return _compared(self, expr.op, one, other.value, swapped, at)
    return None


def _compared(self: Meaning, op: str, one: Expr, number_: int, swapped: bool, at: At) -> Formula:
    def least(bound: int) -> Formula:
        return self.at_least(one, bound, at)

    if op in ("equal", "not_equal"):
        exactly = and_(least(number_), not_(least(number_ + 1)))
        return exactly if op == "equal" else not_(exactly)
    if swapped:
        return least(number_ + (op == "less"))
    return not_(least(number_ + (op == "at_most")))


def _if(self: Meaning, expr: typed.If, at: At) -> Worth:
    condition, inside = self.condition(expr.condition, at)
    if is_true(condition):
        return self.value(expr.then, inside)
    if is_false(condition):
        return self.value(expr.otherwise, at)
    return self.shapes.choose(condition, self.value(expr.then, inside), self.value(expr.otherwise, at.under(not_(condition))))


def _comprehension(self: Meaning, expr: typed.Comprehension, at: At) -> Worth:
    if not isinstance(expr.type, SetType):
        raise LeftOpen("makes a list", expr.span)
    item = expr.type.item

    def has(value: Worth) -> Formula:
        over = at.over([each for part in self.shapes.key(value, item) for each in free_variables(part)])
        rows = self.ranging(expr.bound, expr.where, over)
        return or_(
            *(
                exists(vars_, and_(condition, self.shapes.equal(self.value(expr.element, inside), value)))
                for vars_, condition, inside in rows
            )
        )

    if len(expr.bound) == 1 and isinstance(expr.element, typed.Local) and expr.element.name == expr.bound[0].name:
        return Items(item, lambda value: _chosen(self, expr, value, at))
    return Items(item, has)


def _chosen(self: Meaning, expr: typed.Comprehension, value: Worth, at: At) -> Formula:
    """That `{x in s where c}` has the value."""
    domain = self.value(expr.bound[0].domain, at)
    if not isinstance(domain, Items):
        raise LeftOpen("goes through a list", expr.span)
    inside = domain.has(value)
    over = at.over([each for part in self.shapes.key(value, domain.item) for each in free_variables(part) if each not in at.bound])
    there = over.under(inside).bind(expr.bound[0].name, value)
    return inside if expr.where is None else and_(inside, self.condition(expr.where, there)[0])


def _make_items(self: Meaning, expr: typed.MakeItems, at: At) -> Worth:
    values = [self.value(item, at) for item in expr.items]
    if isinstance(expr.type, SetType):
        return Items(expr.type.item, lambda each: or_(*(self.shapes.equal(each, one) for one in values)))
    if isinstance(expr.type, TupleType):
        return Fields({str(place): value for place, value in enumerate(values)})
    raise LeftOpen("makes a list", expr.span)


def _make_map(self: Meaning, expr: typed.MakeMap, at: At) -> Worth:
    assert isinstance(expr.type, MapType)
    made = Entries(expr.type, lambda _: FALSE, lambda _: _no_entry(expr.span))
    for key, value in expr.pairs:
        made = put(self.shapes, made, self.value(key, at), self.value(value, at))
    return made


def _no_entry(span: Span | None) -> Worth:
    raise LeftOpen("reads a map without entries", span)


def _with(self: Meaning, expr: typed.WithFields, at: At) -> Worth:
    target = self.value(expr.target, at)
    assert isinstance(target, Fields)
    return Fields({**target.fields, **{name: self.value(value, at) for name, value in expr.changes}})


def _aggregate(self: Meaning, expr: typed.Aggregate, at: At) -> Worth:
    what = "counts" if expr.op == "count" else "adds up" if expr.op == "sum" else f"takes the {expr.op} of"
    left = LeftOpen(f"{what} `{' '.join(expr.span.text.split())}`", expr.span)
    sort = self.shapes.sort(expr.type)
    if sort is None:
        raise left
    return self.choice(sort, at, left, expr.span)


def _temporal(self: Meaning, expr: Expr, at: At) -> Worth:
    raise LeftOpen("speaks of whole behaviours", expr.span)


def _local(self: Meaning, expr: typed.Local, at: At) -> Worth:
    if expr.name not in at.env:
        raise LeftOpen(f"uses `{expr.name}`, which there are no words for", expr.span)
    return at.env[expr.name]


_FORMS: dict[type, Callable[..., Worth]] = {
    typed.Constant: lambda self, expr, at: self.constant(expr.value, expr.type, expr.span),
    typed.Local: _local,
    typed.ConstRef: lambda self, expr, at: self.const(expr.name, at),
    typed.VarRef: lambda self, expr, at: self.shapes.held(self.program.vars[expr.name].type, expr.name, (), "state", at.after),
    typed.FieldRef: _field,
    typed.Project: _project,
    typed.All: _all,
    typed.Apply: _apply,
    typed.Is: lambda self, expr, at: self.condition(expr, at)[0],
    typed.If: _if,
    typed.Let: lambda self, expr, at: self.value(expr.body, at.bind(expr.name, self.value(expr.value, at))),
    typed.Quantified: Meaning.quantified,
    typed.Aggregate: _aggregate,
    typed.Comprehension: _comprehension,
    typed.CallDef: Meaning.call,
    typed.Holds: Meaning.holds,
    typed.MakeRecord: lambda self, expr, at: Fields({name: self.value(value, at) for name, value in expr.fields}),
    typed.MakeItems: _make_items,
    typed.MakeMap: _make_map,
    typed.WithFields: _with,
    typed.Next: lambda self, expr, at: self.value(expr.operand, replace(at, after=True)),
    typed.Temporal: _temporal,
}
