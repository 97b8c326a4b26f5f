"""Actions where scopes are open: any choice of the parameters, a guard, and what each symbol that is written is worth afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field, replace
from functools import partial
from typing import TypeAlias

from kmodel.ground.open.logic import (
    FALSE,
    TRUE,
    App,
    Formula,
    Sort,
    Symbol,
    Var,
    and_,
    forall,
    implies,
    is_false,
    not_,
    number,
)
from kmodel.ground.open.meaning import At, Meaning
from kmodel.ground.open.updates import OpenAction, Update, Write, conflicts, merged
from kmodel.ground.open.worth import (
    ITEM,
    KEY,
    PRESENT,
    VALUE,
    Entries,
    Fields,
    Items,
    LeftOpen,
    Shapes,
    Worth,
    add,
    at_most,
    in_bounds,
    lifted,
    scalar,
)
from kmodel.records import dataclass
from kmodel.typed import expressions as typed
from kmodel.typed.expressions import Expr, Statement
from kmodel.typed.module import ActionSymbol, FieldSymbol, Parameter
from kmodel.typed.types import BoolType, EntityType, IntType, MapType, OptionalType, RecordType, SetType, TupleType, Type

Part: TypeAlias = tuple[Symbol, tuple[Var, ...], Formula, Formula]
"""A symbol of a place, the variables for the items of sets and maps in it, its value, and when it means anything."""


@dataclass(slots=True)
class Stepper:
    """Runs the statements of one action. `at.path` holds the branch that a statement is on, `at.bound` the variables of loops."""

    meaning: Meaning
    guard: list[Formula] = field(default_factory=list)
    writes: list[Write] = field(default_factory=list)
    parameters: list[Var] = field(default_factory=list)
    created: list[Formula] = field(default_factory=list)

    @property
    def shapes(self) -> Shapes:
        return self.meaning.shapes

    def action(self, symbol: ActionSymbol) -> OpenAction:
        at = At()
        for each in symbol.parameters:
            value, condition = self._parameter(each, at)
            at = at.bind(each.name, value)
            self.guard.append(condition)
        self._limit(symbol)
        self.block(symbol.body, at)
        updates = dict(merged(self.meaning, self.writes))
        guard = and_(*self.guard, *(not_(each) for each in (*self.meaning.notes, *conflicts(self.writes))))
        self.meaning.notes = []
        return OpenAction(symbol.name, tuple(self.parameters), guard, updates, span=symbol.span)

    def _parameter(self, parameter: Parameter, at: At) -> tuple[Worth, Formula]:
        if parameter.domain is None:
            value, variables, condition = self.meaning.any_value(parameter.type, parameter.name, at)
        else:
            value, variables, condition = self.meaning.any_item(parameter.domain, parameter.name, at)
        self.parameters += variables
        return value, condition

    def _limit(self, symbol: ActionSymbol) -> None:
        """A budget is a number that counts up to it."""
        most = self.meaning.check.limits.get(symbol.name)
        if most is not None:
            spent = self.shapes.symbol(f"#{symbol.short}", (), IntType(), "state")
            self.guard.append(at_most(App(spent, ()), number(most - 1)))
            self.writes.append(Write(spent, (), (), add(App(spent, ()), number(1)), TRUE, ()))

    # ---- statements

    def block(self, statements: Sequence[Statement], at: At) -> At:
        for statement in statements:
            at = _STATEMENTS[type(statement)](self, statement, at)
        return at

    def need(self, at: At, condition: Formula) -> None:
        """That the condition holds wherever the statement is come to."""
        self.guard.append(forall(at.bound, implies(at.path, condition)))

    def require(self, node: typed.Require, at: At) -> At:
        condition, inside = self.meaning.condition(node.condition, at)
        self.need(at, condition)
        return replace(inside, path=at.path)

    def assert_(self, node: typed.Assert, at: At) -> At:
        self.need(at, self.meaning.formula(node.condition, at))
        return at

    def let(self, node: typed.LetStatement, at: At) -> At:
        try:
            return at.bind(node.name, self.meaning.value(node.value, at))
        except LeftOpen as left:
            self.meaning.left.setdefault(left.what, left.span or node.span)
            return at

    def if_(self, node: typed.IfStatement, at: At) -> At:
        condition, inside = self.meaning.condition(node.condition, at)
        self.block(node.then, inside)
        self.block(node.otherwise, at.under(not_(condition)))
        return at

    def for_(self, node: typed.ForStatement, at: At) -> At:
        for _, _, inside in self.meaning.ranging(node.bound, node.where, at):
            self.block(node.body, inside)
        return at

    def choose(self, node: typed.Choose, at: At) -> At:
        value, variables, condition = self.meaning.any_item(node.bound.domain, node.bound.name, at)
        if at.bound:
            raise LeftOpen("chooses in a loop", node.span)
        self.parameters += variables
        inside = at.bind(node.bound.name, value)
        self.need(at, condition)
        if node.where is not None:
            may, inside = self.meaning.condition(node.where, inside)
            self.need(at, may)
        if node.score is not None:
            self._best(node, at, inside)
        self.block(node.body, inside)
        return at

    def _best(self, node: typed.Choose, at: At, inside: At) -> None:
        """That no other candidate has a better score; left out where there are no words for scores."""
        assert node.score is not None
        try:
            mine = scalar(self.meaning.value(node.score, inside))
            value, variables, condition = self.meaning.any_item(node.bound.domain, node.bound.name, at)
            other = at.over(variables).under(condition).bind(node.bound.name, value)
            may, there = (TRUE, other) if node.where is None else self.meaning.condition(node.where, other)
            theirs = scalar(self.meaning.value(node.score, there))
        except LeftOpen as left:
            self.meaning.left.setdefault(left.what, left.span or node.span)
            return
        best = at_most(theirs, mine) if node.optimum == "maximizing" else at_most(mine, theirs)
        self.need(at, forall(variables, implies(and_(condition, may), best)))

    # ---- writing

    def assign(self, node: typed.Assign, at: At) -> At:
        type_, arguments, name = self._root(node.root, at)
        self._inward(type_, name, arguments, node.path, node.value, at)
        return at

    def _root(self, root: typed.VarRef | typed.FieldRef, at: At) -> tuple[Type, tuple[Formula, ...], str]:
        if isinstance(root, typed.VarRef):
            return self.meaning.program.vars[root.name].type, (), root.name
        who = scalar(self.meaning.value(root.target, at))
        if self.meaning.program.entities[root.entity].pool and who not in self.created:
            self.meaning.note(at, not_(self.meaning.exists(who)))
        symbol = next(each for each in self.meaning.program.entities[root.entity].fields if each.name == root.field_name)
        return symbol.type, (who,), f"{root.entity}.{symbol.name}"

    def _inward(self, type_: Type, name: str, arguments: tuple[Formula, ...], path: Sequence[str | Expr], value: Expr, at: At) -> None:
        """Follows the path to the place that is meant."""
        if not path:
            self.give(type_, name, arguments, self._worth(value, at), at)
            return
        step, *rest = path
        if isinstance(step, str):
            inner = dict(self.shapes.fields(type_))[step]
            self._inward(inner, f"{name}.{step}", arguments, rest, value, at)
            return
        assert isinstance(type_, MapType)
        key = tuple(self.shapes.key(self.meaning.value(step, at), type_.key))
        there = self.shapes.symbol(name + KEY, [each.sort for each in (*arguments, *key)], BoolType(), "state")
        if rest:
            self.meaning.note(at, not_(App(there, (*arguments, *key))))
        else:
            self.writes.append(Write(there, (*arguments, *key), (), TRUE, at.path, at.bound))
        self._inward(type_.value, name + VALUE, (*arguments, *key), rest, value, at)

    def _worth(self, value: Expr, at: At) -> Worth | LeftOpen:
        try:
            return self.meaning.value(value, at)
        except LeftOpen as left:
            self.meaning.left.setdefault(left.what, left.span or value.span)
            return left

    def give(self, type_: Type, name: str, arguments: tuple[Formula, ...], value: Worth | LeftOpen, at: At, soft: bool = False) -> None:
        """Writes a value of the type to the place; what there are no words for makes it any value."""
        for symbol, rest, worth, meant in self._parts(type_, name, arguments, value, at):
            if symbol.low is not None or symbol.high is not None:
                self.need(at.over(rest).under(meant), in_bounds(worth, symbol.low, symbol.high))
            self.writes.append(Write(symbol, arguments, tuple(rest), worth, and_(at.path, meant), at.bound, soft))

    def _parts(
        self,
        type_: Type,
        name: str,
        arguments: tuple[Formula, ...],
        value: Worth | LeftOpen,
        at: At,
        rest: tuple[Var, ...] = (),
        meant: Formula = TRUE,
    ) -> Iterator[Part]:
        """The symbols of a place, with what each is worth after the step."""

        def inner(
            part: Type, suffix: str, of: Callable[[Worth], Worth | None], more: Sequence[Var] = (), when: Formula = TRUE
        ) -> Iterator[Part]:
            inside = value if isinstance(value, LeftOpen) else of(value)
            if inside is not None:
                yield from self._parts(part, name + suffix, arguments, inside, at, (*rest, *more), and_(meant, when))

        match type_:
            case OptionalType(item):
                present = TRUE if isinstance(value, LeftOpen) else lifted(value).present
                yield from inner(BoolType(), PRESENT, lambda it: lifted(it).present)
                yield from inner(item, ITEM, lambda it: lifted(it).item, (), present)
            case RecordType() | TupleType():
                for each, part in self.shapes.fields(type_):
                    yield from inner(part, f".{each}", partial(_field, each))
            case SetType(item):
                key, variables = self.shapes.variables(item, "k")
                yield from inner(BoolType(), "", lambda it: has(it, key), variables)
            case MapType(of, part):
                key, variables = self.shapes.variables(of, "k")
                present = TRUE if isinstance(value, LeftOpen) else has(value, key)
                yield from inner(BoolType(), KEY, lambda it: has(it, key), variables)
                yield from inner(part, VALUE, lambda it: entry(it, key), variables, present)
            case _:
                symbol = self.shapes.symbol(name, [each.sort for each in (*arguments, *rest)], type_, "state")
                worth = self._any(symbol, at.over(rest), value) if isinstance(value, LeftOpen) else scalar(value)
                yield symbol, rest, worth, meant

    def _any(self, symbol: Symbol, at: At, left: LeftOpen) -> Formula:
        return self.meaning.choice(symbol.result, at, left, None)

    # ---- pools

    def create(self, node: typed.Create, at: At) -> At:
        if at.bound:
            raise LeftOpen("creates in a loop", node.span)
        sort = self.shapes.sort(EntityType(node.entity))
        assert sort is not None
        who = self.shapes.fresh(node.name, sort)
        self.parameters.append(who)
        self.created.append(who)
        self.need(at, not_(self.meaning.exists(who)))
        self.writes.append(Write(self._existence(who), (who,), (), TRUE, at.path, ()))
        given = dict(node.values)
        for symbol in self.meaning.program.entities[node.entity].fields:
            if symbol.kind == "var":
                self._fill(node, symbol, given, who, at)
        self.block(node.body, at.bind(node.name, who))
        return at

    def _fill(self, node: typed.Create, symbol: FieldSymbol, given: Mapping[str, Expr], who: Formula, at: At) -> None:
        expr, name = given.get(symbol.name, symbol.default), f"{node.entity}.{symbol.name}"
        inside = at.bind("self", who)
        left = LeftOpen(f"leaves `{symbol.name}` of a new individual open", node.span)
        value = left if expr is None else self._worth(expr, inside)
        self.give(symbol.type, name, (who,), value, inside, soft=symbol.name not in given)

    def _existence(self, who: Formula) -> Symbol:
        made = self.meaning.exists(who)
        assert isinstance(made, App)
        return made.symbol

    def delete(self, node: typed.Delete, at: At) -> At:
        who = scalar(self.meaning.value(node.target, at))
        self.meaning.note(at, not_(self.meaning.exists(who)))
        self.writes.append(Write(self._existence(who), (who,), (), FALSE, at.path, at.bound))
        return at

    # ---- actions that there are no words for

    def anything(self, symbol: ActionSymbol) -> OpenAction:
        """The action as one that may do anything to whatever it assigns to."""
        updates: dict[Symbol, Update] = {}
        for type_, name, sorts in _assigned(self.meaning, symbol.body):
            arguments = tuple(self.shapes.fresh("y", sort) for sort in sorts)
            for made, rest, value, _ in self._parts(type_, name, arguments, LeftOpen("", None), At(bound=arguments)):
                updates[made] = Update((*arguments, *rest), value)
        self.meaning.left.pop("", None)
        return OpenAction(symbol.name, (), TRUE, updates, span=symbol.span)


def _field(name: str, value: Worth) -> Worth:
    assert isinstance(value, Fields)
    return value.fields[name]


def has(value: Worth, key: Worth) -> Formula:
    assert isinstance(value, Items | Entries)
    return value.has(key)


def entry(value: Worth, key: Worth) -> Worth | None:
    """The value at the key; None: the map has no entries."""
    assert isinstance(value, Entries)
    return None if is_false(value.has(key)) else value.at(key)


def _assigned(meaning: Meaning, body: Sequence[Statement]) -> Iterator[tuple[Type, str, Sequence[Sort]]]:
    """The places that statements assign to: type, name, and the sorts of what they belong to."""
    for node in body:
        match node:
            case typed.Assign(typed.VarRef(name)):
                yield meaning.program.vars[name].type, name, ()
            case typed.Assign(typed.FieldRef(_, entity, name)):
                symbol = next(each for each in meaning.program.entities[entity].fields if each.name == name)
                yield symbol.type, f"{entity}.{name}", [Sort(entity, "free")]
            case typed.Create(_, entity) | typed.Delete(typed.Typed(type=EntityType(entity))):
                yield BoolType(), f"{entity}.exists", [Sort(entity, "free")]
                if isinstance(node, typed.Create):
                    fields = (each for each in meaning.program.entities[entity].fields if each.kind == "var")
                    yield from ((each.type, f"{entity}.{each.name}", [Sort(entity, "free")]) for each in fields)
                    yield from _assigned(meaning, node.body)
            case typed.IfStatement(_, then, otherwise):
                yield from _assigned(meaning, (*then, *otherwise))
            case typed.ForStatement(body=inner) | typed.Choose(body=inner):
                yield from _assigned(meaning, inner)
            case _:
                pass


_STATEMENTS: dict[type, Callable[..., At]] = {
    typed.Require: Stepper.require,
    typed.Assert: Stepper.assert_,
    typed.LetStatement: Stepper.let,
    typed.Assign: Stepper.assign,
    typed.IfStatement: Stepper.if_,
    typed.ForStatement: Stepper.for_,
    typed.Choose: Stepper.choose,
    typed.Create: Stepper.create,
    typed.Delete: Stepper.delete,
}
