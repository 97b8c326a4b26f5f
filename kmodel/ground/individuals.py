"""Which individuals a check has: those read from manifests, those of its scope; and what was assumed for it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from kmodel.manifests.instance import Given, Instance
from kmodel.records import dataclass
from kmodel.typed.module import CheckSymbol, EntitySymbol, Program, ScopeItem
from kmodel.typed.values import Individual


@dataclass(frozen=True, slots=True)
class Population:
    """Individuals by entity; `first` says how many of a pool exist at first; `given` is what manifests say of an individual."""

    individuals: Mapping[str, tuple[Individual, ...]]
    first: Mapping[str, int]
    given: Mapping[Individual, Given]
    scope: Mapping[str, int | str]
    unscoped: frozenset[str]
    assumed: tuple[str, ...]


@dataclass(slots=True)
class _Draft:
    individuals: dict[str, tuple[Individual, ...]] = field(default_factory=dict)
    first: dict[str, int] = field(default_factory=dict)
    given: dict[Individual, Given] = field(default_factory=dict)
    scope: dict[str, int | str] = field(default_factory=dict)
    unscoped: set[str] = field(default_factory=set)
    assumed: list[str] = field(default_factory=list)


def population(program: Program, check: CheckSymbol, instance: Instance | None) -> Population:
    """The individuals of every entity."""
    scopes = {item.entity: item for item in check.scopes}
    draft = _Draft()
    for entity in program.entities.values():
        read = instance.given.get(entity.name, ()) if instance is not None else ()
        _populate(draft, entity, read, scopes.get(entity.name))
    return Population(draft.individuals, draft.first, draft.given, draft.scope, frozenset(draft.unscoped), tuple(draft.assumed))


def _populate(draft: _Draft, entity: EntitySymbol, read: tuple[Given, ...], item: ScopeItem | None) -> None:
    if item is None or (item.unless_given and read):
        made = tuple(each.individual for each in read)
        draft.given.update({each.individual: each for each in read})
        if item is None and not read and not entity.sources:
            draft.unscoped.add(entity.name)
        if read:
            draft.scope[entity.short] = len(read)
    else:
        made = _anonymous(entity, item)
        draft.scope[entity.short] = item.size if item.pool is None else f"{item.size} of {item.pool}"
        if item.unless_given:
            draft.assumed.append(f"{entity.short} = {item.size} (none given)")
    draft.individuals[entity.name] = made
    draft.first[entity.name] = len(made) if item is None or item.pool is None else item.size


def _anonymous(entity: EntitySymbol, item: ScopeItem) -> tuple[Individual, ...]:
    if item.names:
        return tuple(Individual(entity.name, at, name, True) for at, name in enumerate(item.names))
    stem = entity.short[0].lower() + entity.short[1:]
    return tuple(Individual(entity.name, at, f"{stem}{at + 1}", False) for at in range(item.pool or item.size))
