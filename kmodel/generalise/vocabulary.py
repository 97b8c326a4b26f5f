"""What small scopes may suggest invariants in: conditions in the spec's own words about one individual, or two, or two and a third of
another kind.

A path leads from a variable through fields to a value, opening optionals on its way (`p.node is n and n.up`). Conditions are what a path
to a bool or an enum says, that an optional is there, and how two paths relate: the same value, an item of a set, an address of a range.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from itertools import combinations, permutations
from typing import TypeAlias

from kmodel.generalise.guards import Said
from kmodel.records import dataclass
from kmodel.typed.module import FieldSymbol, Program, Symbol
from kmodel.typed.types import (
    BoolType,
    CidrType,
    EntityType,
    EnumType,
    IntType,
    IpType,
    OptionalType,
    RangeType,
    RecordType,
    SetType,
    StringType,
    Type,
)

DEPTH = 2
MOST_ATOMS = 48
MOST_GUARDS = 12
GUARD_WEIGHT = 4
_SCALAR = (EntityType, IpType, StringType, CidrType)


Place: TypeAlias = tuple[int, tuple[str, ...]]
Key: TypeAlias = tuple[str, tuple[Place, ...]]


@dataclass(frozen=True, slots=True)
class Path:
    """From variable `start` by `steps`. `openings` are the optionals on the way, each with its binder; `text` is the value."""

    start: int
    steps: tuple[str, ...]
    openings: tuple[str, ...]
    text: str
    type: Type

    @property
    def key(self) -> Place:
        return self.start, self.steps


@dataclass(frozen=True, slots=True)
class Atom:
    """A condition as text, with its binders in «»; `key` says what it is about without names, for the same condition on other variables."""

    text: str
    key: Key
    weight: int


@dataclass(frozen=True, slots=True)
class Words:
    """Variables (name and entity) and the conditions about them."""

    variables: tuple[tuple[str, str], ...]
    atoms: tuple[Atom, ...]

    @property
    def alike(self) -> bool:
        """Whether the first two variables are of one entity; those are taken to be different."""
        return len(self.variables) > 1 and self.variables[0][1] == self.variables[1][1]

    def about(self, chosen: Iterable[int]) -> frozenset[int]:
        """Which of the variables the chosen conditions speak of."""
        return frozenset(start for at in chosen for start, _ in self.atoms[at].key[1] if start >= 0)


@dataclass(slots=True)
class Vocabulary:
    """The conditions over the fields that matter (`relevant`: by entity; and modules' names by type). `seen` are the modules among
    whose names a name must be told apart, `said` what guards say of individuals."""

    program: Program
    seen: frozenset[str]
    relevant: dict[str, list[FieldSymbol]]
    named: dict[str, Type] = field(default_factory=dict)
    said: Sequence[Said] = ()

    def words(self) -> Iterator[Words]:
        entities = [entity for entity in self.relevant if self.relevant[entity] or entity in self._held()]
        if self.named:
            yield self._about([])
        for entity in entities:
            yield self._about([entity])
        for one, other in [*((each, each) for each in entities), *combinations(entities, 2)]:
            yield self._about([one, other])
        for one, third in permutations(entities, 2):
            if third in self._held(one):
                yield self._about([one, one, third])

    def _held(self, owner: str | None = None) -> set[str]:
        """The entities whose individuals the sets of an individual hold (`owner` None: of any, or of none)."""
        tables = [self.relevant[owner]] if owner is not None else self.relevant.values()
        types = [field.type for fields in tables for field in fields] + ([] if owner is not None else list(self.named.values()))
        return {type_.item.name for type_ in types if isinstance(type_, SetType) and isinstance(type_.item, EntityType)}

    def _about(self, entities: Sequence[str]) -> Words:
        letters = dict.fromkeys(_letter(entity) for entity in entities)
        names = [f"{letter}{at or ''}" for letter in letters for at in range(sum(_letter(each) == letter for each in entities))]
        variables = tuple(zip(names, entities, strict=True))
        paths = [path for at, (name, entity) in enumerate(variables) for path in self._paths(at, name, entity)]
        paths += [Path(-1, (name,), (), self.word(name), type_) for name, type_ in self.named.items()]
        atoms = {atom.key: atom for path in paths for atom in self._alone(path)}
        atoms |= {atom.key: atom for one, other in combinations(paths, 2) for atom in self._together(one, other)}
        least = sorted(atoms.values(), key=lambda atom: atom.weight)[:MOST_ATOMS]
        guards = [
            Atom(text, (f"guard {number}", tuple((at, ()) for at in order)), GUARD_WEIGHT)
            for number, each in enumerate(self.said)
            for order, text in each.of(variables)
        ]
        return Words(variables, (*least, *guards[:MOST_GUARDS]))

    def word(self, name: str) -> str:
        """How a qualified name is written where everything is imported."""
        short = name.rsplit(".", 1)[-1]
        tables: Iterable[Mapping[str, Symbol]] = (
            self.program.entities,
            self.program.enums,
            self.program.consts,
            self.program.vars,
            self.program.defs,
        )
        alike = [
            each for table in tables for each, symbol in table.items() if symbol.module in self.seen and each.rsplit(".", 1)[-1] == short
        ]
        return short if len(alike) < 2 else ".".join(name.rsplit(".", 2)[-2:])

    # ---- paths

    def _paths(self, start: int, name: str, entity: str) -> Iterator[Path]:
        here = Path(start, (), (), name, EntityType(entity))
        yield here
        yield from self._further(here, DEPTH)

    def _further(self, path: Path, depth: int) -> Iterator[Path]:
        """The paths that go on from one to an individual."""
        assert isinstance(path.type, EntityType)
        for each in self.relevant.get(path.type.name, ()) if depth else ():
            yield from self._opened(Path(path.start, (*path.steps, each.name), path.openings, f"{path.text}.{each.name}", each.type), depth)

    def _opened(self, path: Path, depth: int) -> Iterator[Path]:
        yield path
        match path.type:
            case OptionalType(item):
                binder = f"«{path.steps[-1][0]}_{path.start}_{'_'.join(path.steps).replace('?', '')}»"
                inner = Path(path.start, (*path.steps, "?"), (*path.openings, f"{path.text} is {binder}"), binder, item)
                yield from self._opened(inner, depth)
            case RecordType(name):
                for each in self.program.records[name].fields:
                    inside = Path(path.start, (*path.steps, each.name), path.openings, f"{path.text}.{each.name}", each.type)
                    yield from self._opened(inside, depth)
            case EntityType():
                yield from self._further(path, depth - 1)
            case _:
                return

    # ---- conditions

    def _alone(self, path: Path) -> Iterator[Atom]:
        match path.type:
            case BoolType():
                yield _atom("is", (path,), path.text)
            case EnumType(name):
                for member in self.program.enums[name].members:
                    yield _atom(member, (path,), f"{path.text} == {self.word(name)}.{member}")
            case SetType(EnumType(name)):
                for member in self.program.enums[name].members:
                    yield _atom(f"has {member}", (path,), f"{self.word(name)}.{member} in {path.text}")
            case OptionalType():
                yield _atom("there", (path,), f"{path.text} != none")
            case RangeType(int(low), int(high)):
                yield _atom("least", (path,), f"{path.text} == {low}")
                yield _atom("most", (path,), f"{path.text} == {high}")
            case _:
                return

    def _together(self, one: Path, other: Path) -> Iterator[Atom]:
        for a, b in ((one, other), (other, one)):
            if isinstance(b.type, SetType) and b.type.item == a.type:
                yield _atom("in", (a, b), f"{a.text} in {b.text}")
            if isinstance(a.type, IpType) and isinstance(b.type, CidrType):
                yield _atom("in", (a, b), f"{a.text} in {b.text}")
            if _kind(a.type) is not None and _kind(a.type) == _kind(b.type):
                yield _atom("<=", (a, b), f"{a.text} <= {b.text}")
        if not one.steps and not other.steps:
            return
        if one.type == other.type and isinstance(one.type, _SCALAR):
            yield _atom("==", (one, other), f"{one.text} == {other.text}", symmetric=True)
        if isinstance(one.type, CidrType) and isinstance(other.type, CidrType):
            yield _atom("overlaps", (one, other), f"overlaps({one.text}, {other.text})", symmetric=True)


def _kind(type_: Type) -> str | None:
    """What a number counts; None of what is no number."""
    return type_.kind if isinstance(type_, IntType) else "int" if isinstance(type_, RangeType) else None


def _letter(entity: str) -> str:
    return entity.rsplit(".", 1)[-1][0].lower()


def _atom(what: str, paths: tuple[Path, ...], says: str, symmetric: bool = False) -> Atom:
    openings = dict.fromkeys(opening for path in paths for opening in path.openings)
    keys = tuple(path.key for path in paths)
    key = what, tuple(sorted(keys) if symmetric else keys)
    return Atom(" and ".join([*openings, says]), key, sum(1 + len(path.steps) for path in paths))


def moved(key: Key, swap: Mapping[int, int]) -> Key:
    """The key of the same condition where variables are exchanged."""
    what, places = key
    there = [(swap.get(start, start), steps) for start, steps in places]
    return what, tuple(sorted(there) if what in ("==", "overlaps") else there)
