"""Random systems with interchangeable individuals: whatever one of them does, every other does too.

    @given(symmetric_systems())

Two or three individuals of `a` and none to two of `b` have some of: a number, a bool, a reference to one of either entity, a set of
individuals. Actions and claims are drawn as templates over placeholders and made for all choices of individuals, so that every exchange
of two individuals of one entity is a symmetry: `System.symmetric` has both groups (found by `kmodel.ground`, not by this module).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product

from hypothesis import assume
from hypothesis import strategies as st

from kmodel.ground.rebuild import Rewriter
from kmodel.ground.symmetry import symmetric_groups
from kmodel.ground.system import (
    Action,
    BoolShape,
    ChoiceShape,
    Claim,
    ClaimKind,
    Fairness,
    Formula,
    NumberShape,
    Place,
    SetShape,
    System,
)
from kmodel.ground.terms import Term, Variable, and_, count, equal, modulo, number, or_, primed, variable
from kmodel.typed.types import BoolType
from kmodel.typed.values import Individual
from tests.strategies.handmade import action, bool_variable, claim, defined, int_variable, place, system, undefined
from tests.strategies.systems import draw_formula
from tests.strategies.terms import draw_term

_COINS = st.integers(0, 3)
_SIZES = tuple(st.integers(0, most) for most in range(6))
_BOOLS = st.booleans()
HIGH = 2

Chosen = tuple[Individual, ...]


@dataclass(slots=True)
class _World:
    """The individuals and their variables. `links[i, j]` says in a term that i refers to j; `members[i, j]` that j is in i's set."""

    groups: dict[str, list[Individual]]
    variables: list[Variable] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    starts: list[int | None] = field(default_factory=list)
    numbers: dict[Individual, Variable] = field(default_factory=dict)
    flags: dict[Individual, Variable] = field(default_factory=dict)
    links: dict[tuple[Individual, str], tuple[Variable, tuple[Individual | None, ...]]] = field(default_factory=dict)
    members: dict[tuple[Individual, Individual], Variable] = field(default_factory=dict)

    def add(self, which: Variable, start: int | None) -> Variable:
        self.variables.append(which)
        self.starts.append(start)
        return which

    def refers(self, one: Individual, other: Individual) -> Term | None:
        found = self.links.get((one, other.entity))
        return None if found is None else equal(variable(found[0]), number(found[1].index(other)))


def _world(draw: st.DrawFn, linked: bool) -> _World:
    sizes = {"a": 2 + draw(_SIZES[1]), "b": draw(_SIZES[2])}
    made = _World({kind: [Individual(kind, at, f"{kind}{at}") for at in range(size)] for kind, size in sizes.items()})
    shared = made.add(bool_variable("g", 0), 0)
    made.places.append(place(shared))
    for kind, who in made.groups.items():
        _fields(draw, made, kind, who, linked)
    return made


def _fields(draw: st.DrawFn, made: _World, kind: str, group: Sequence[Individual], linked: bool) -> None:
    """Some fields for all individuals of an entity; `linked`: those of `a` refer to some, whatever was drawn."""
    free = draw(_COINS) == 3
    every = [each for members in made.groups.values() for each in members]
    chosen = [draw(_COINS) for _ in range(4)]
    inside = made.groups["b"] if made.groups["b"] and draw(_BOOLS) else every
    for who in group:
        if chosen[0] >= 2:
            made.numbers[who] = which = made.add(int_variable(f"{who}.n", len(made.variables), 0, HIGH), None if free else 0)
            made.places.append(Place(f"{kind}.n", who, BoolType(), NumberShape(which), False))
        if chosen[1] >= 2 or max(chosen) < 2:
            made.flags[who] = which = made.add(bool_variable(f"{who}.f", len(made.variables)), 0)
            made.places.append(Place(f"{kind}.f", who, BoolType(), BoolShape(which), False))
        if chosen[2] >= 2 or (linked and kind == "a"):
            target = "b" if chosen[2] == 3 and made.groups["b"] else kind
            values = (None, *made.groups[target])
            which = made.add(int_variable(f"{who}.r", len(made.variables), 0, len(values) - 1), 0)
            made.links[who, target] = which, values
            made.places.append(Place(f"{kind}.r", who, BoolType(), ChoiceShape(which, values), False))
        if chosen[3] == 3 and len(inside) < 4:
            items = [(each, made.add(bool_variable(f"{each} in {who}.s", len(made.variables)), 0)) for each in inside]
            made.members.update({(who, each): which for each, which in items})
            made.places.append(Place(f"{kind}.s", who, BoolType(), SetShape(tuple(items)), False))


# ---- templates


@dataclass(slots=True)
class _Template:
    """Placeholders, each with what stands for it once individuals are chosen for the parameters."""

    world: _World
    meaning: dict[Variable, Callable[[Chosen], Term]] = field(default_factory=dict)

    def hole(self, sort: str, high: int, meaning: Callable[[Chosen], Term]) -> None:
        at = len(self.meaning)
        which = bool_variable(f"hole{at}", at) if sort == "bool" else int_variable(f"hole{at}", at, 0, high)
        self.meaning[which] = meaning

    @property
    def holes(self) -> list[Variable]:
        return list(self.meaning)

    def filled(self, term: Term, chosen: Chosen) -> Term:
        def leaf(given: Term) -> Term:
            assert isinstance(given.value, Variable)
            meant = self.meaning[given.value](chosen)
            return (
                meant
                if given.op == "variable"
                else Rewriter(lambda each: primed(each.value) if isinstance(each.value, Variable) else None)(meant)
            )

        return Rewriter(leaf)(term)


def _template(world: _World, kinds: Sequence[str]) -> _Template:
    """Over parameters of these entities: their fields, what they say of each other, and two things about all."""
    made = _Template(world)
    made.hole("bool", 1, lambda chosen: variable(world.variables[0]))
    for at, kind in enumerate(kinds):
        one = world.groups[kind][0]
        if one in world.numbers:
            made.hole("int", HIGH, lambda chosen, at=at: variable(world.numbers[chosen[at]]))  # type: ignore[misc]
        if one in world.flags:
            made.hole("bool", 1, lambda chosen, at=at: variable(world.flags[chosen[at]]))  # type: ignore[misc]
        for to, other in enumerate(kinds):
            if (one, other) in world.links:
                made.hole("bool", 1, lambda chosen, at=at, to=to: _referring(world, chosen[at], chosen[to]))  # type: ignore[misc]
            if (one, world.groups[other][0]) in world.members:
                made.hole("bool", 1, lambda chosen, at=at, to=to: variable(world.members[chosen[at], chosen[to]]))  # type: ignore[misc]
    _about_all(made)
    return made


def _referring(world: _World, one: Individual, other: Individual) -> Term:
    found = world.refers(one, other)
    assert found is not None
    return found


def _about_all(made: _Template) -> None:
    world = made.world
    flags = [variable(which) for which in world.flags.values()]
    if flags:
        made.hole("int", len(flags), lambda chosen: count(*flags))
    referring = [equal(variable(which), number(0)) for which, _ in world.links.values()]
    if referring:
        made.hole("bool", 1, lambda chosen: or_(*referring))


Update = tuple[Callable[[Chosen], Variable], Callable[[Chosen], Term]]


def _updates(draw: st.DrawFn, made: _Template, kinds: Sequence[str]) -> list[Update]:
    """Something that an action can change of its first parameter, or what is shared by all."""
    world, one = made.world, made.world.groups[kinds[0]][0]
    found: list[Update] = []
    if one in world.numbers:
        value = modulo(draw_term(draw, "int", made.holes, 1), number(HIGH + 1))
        found.append((lambda chosen: world.numbers[chosen[0]], lambda chosen: made.filled(value, chosen)))
    if one in world.flags:
        flag = draw_term(draw, "bool", made.holes, 1)
        found.append((lambda chosen: world.flags[chosen[0]], lambda chosen: made.filled(flag, chosen)))
    for target in ("a", "b"):
        if (one, target) in world.links:
            places = [at for at, kind in enumerate(kinds) if kind == target]
            to = places[-1] if places and draw(_COINS) else None
            found.append((lambda chosen, target=target: world.links[chosen[0], target][0], _index(world, target, to)))  # type: ignore[misc]
    other = world.groups[kinds[-1]][0]
    if (one, other) in world.members:
        into = draw_term(draw, "bool", made.holes, 1)
        found.append((lambda chosen: world.members[chosen[0], chosen[-1]], lambda chosen: made.filled(into, chosen)))
    if draw(_COINS) == 3 or not found:
        shared = draw_term(draw, "bool", made.holes, 1)
        found.append((lambda chosen: world.variables[0], lambda chosen: made.filled(shared, chosen)))
    first = draw(_SIZES[min(5, len(found) - 1)])
    return found[first : first + 2]


def _index(world: _World, target: str, to: int | None) -> Callable[[Chosen], Term]:
    def index(chosen: Chosen) -> Term:
        return number(0 if to is None else world.links[chosen[0], target][1].index(chosen[to]))

    return index


def _choices(world: _World, kinds: Sequence[str]) -> Iterator[Chosen]:
    """All choices of different individuals."""
    for chosen in product(*(world.groups[kind] for kind in kinds)):
        if len(set(chosen)) == len(chosen):
            yield chosen


def _parameters(draw: st.DrawFn, world: _World) -> tuple[str, ...]:
    kinds = [("a",), ("a", "a")] + ([("b",), ("a", "b"), ("b", "a")] if world.groups["b"] else [])
    return kinds[draw(_SIZES[len(kinds) - 1])]


def _actions(draw: st.DrawFn, world: _World, name: str) -> list[Action]:
    kinds = _parameters(draw, world)
    made = _template(world, kinds)
    guard = draw_term(draw, "bool", made.holes, 1)
    updates = _updates(draw, made, kinds)
    hole = draw_term(draw, "bool", made.holes, 1) if draw(_COINS) == 3 else None
    return [
        action(
            name,
            made.filled(guard, chosen),
            {which(chosen): value(chosen) for which, value in updates}.items(),
            [undefined(and_(made.filled(guard, chosen), made.filled(hole, chosen)), "absent-optional")] if hole is not None else [],
        )
        for chosen in _choices(world, kinds)
    ]


def _linking(world: _World) -> list[Action]:
    """One action for each individual of `a` and each that it may refer to: so that references come to be, in every combination."""
    (target,) = {other for one, other in world.links if one.entity == "a"}
    return [
        action("link", _unlinked(world, one, target), [(which, number(values.index(other)))])
        for one, other in _choices(world, ("a", target))
        for which, values in [world.links[one, target]]
    ]


def _unlinked(world: _World, one: Individual, target: str) -> Term:
    return equal(variable(world.links[one, target][0]), number(0))


def _claims(draw: st.DrawFn, world: _World, kind: ClaimKind) -> list[Claim]:
    """One claim about all choices of individuals, or one about each."""
    if kind == "defined":
        return [defined()]
    kinds = _parameters(draw, world)
    made = _template(world, kinds)
    choices = list(_choices(world, kinds))
    if kind == "property":
        apart = draw(_BOOLS)
        formula = draw_formula(draw, made.holes, 2 if apart else 1)
        formulas = [_filled(made, formula, chosen) for chosen in choices]
        if apart:
            return [claim(kind, kind, formula=each) for each in formulas]
        return [claim(kind, kind, formula=Formula("and", tuple(formulas)) if len(formulas) > 1 else formulas[0])]
    after = kind == "transition"
    terms, used = (draw_term(draw, "bool", made.holes, depth, after=after) for depth in (2, 1))
    each = [claim(kind, kind, made.filled(terms, chosen), exercised=made.filled(used, chosen)) for chosen in choices]
    if draw(_BOOLS):
        return each
    return [claim(kind, kind, and_(*(one.term for one in each)), exercised=or_(*(one.exercised for one in each)))]


def _filled(made: _Template, formula: Formula, chosen: Chosen) -> Formula:
    term = None if formula.term is None else made.filled(formula.term, chosen)
    return Formula(formula.op, tuple(_filled(made, part, chosen) for part in formula.arguments), term)


def _fairness(draw: st.DrawFn, templates: Mapping[str, Sequence[int]]) -> list[Fairness]:
    """One group of all actions of a name, or a group for each of them."""
    made: list[Fairness] = []
    for name, actions in templates.items():
        coin = draw(_COINS)
        kind = "weak" if draw(_BOOLS) else "strong"
        if coin == 1:
            made.append(Fairness(name, kind, tuple(actions)))  # type: ignore[arg-type]
        if coin == 2:
            made += [Fairness(f"{name} {at}", kind, (at,)) for at in actions]  # type: ignore[arg-type]
    return made


@st.composite
def symmetric_systems(
    draw: st.DrawFn, *, kinds: Sequence[ClaimKind] = ("invariant", "transition", "witness", "defined"), linked: bool = False
) -> System:
    """A random system with its symmetric groups, of which there is one at least. `linked`: individuals of `a` refer to others, and come
    to do so in every combination; permutations must change values then, not only places."""
    world = _world(draw, linked)
    actions: list[Action] = _linking(world) if linked else []
    by_name: dict[str, list[int]] = {}
    for at in range(1 + draw(_SIZES[2])):
        new = _actions(draw, world, f"act{at}")
        by_name[f"act{at}"] = list(range(len(actions), len(actions) + len(new)))
        actions += new
    chosen = [kind for kind in kinds if draw(_BOOLS)] or [kinds[0]]
    claims = [each for kind in chosen for each in _claims(draw, world, kind)]
    fairness = _fairness(draw, by_name) if "property" in chosen else []
    made = system(world.variables, world.starts, actions, claims, fairness=fairness, places=world.places)
    found = symmetric_groups(made)
    assume(found)
    return replace(made, symmetric=found)
