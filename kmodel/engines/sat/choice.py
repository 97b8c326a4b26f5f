"""Which action a step takes, as bits: a code of its name, and one of each of its arguments.

Actions that have a kind of argument in the same place share its bits, so a step's choice needs few bits and can name at most one
action: the slots of one name are those of all its actions, and an argument that an action has not is absent in it. `Choice.some_of`
says that one of several actions is taken in as few literals as it can: where all values of an argument are among them, the argument
says nothing. That holds of steps that take an action of the system, which the frames demand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from itertools import combinations
from typing import TypeAlias

from kmodel.engines.sat.circuit import FALSE, TRUE, Circuit, Literal
from kmodel.ground.system import Action
from kmodel.records import dataclass
from kmodel.typed.values import Individual

Slot: TypeAlias = Hashable
Key: TypeAlias = tuple[tuple[Slot, int], ...]

_ABSENT = object()
"""The value of an argument that other actions of the name have."""


@dataclass(frozen=True, slots=True)
class Choice:
    """`keys[i]` says which value of which slots means action i; `bits` are the codes of each slot's value, and
    `fitting` counts the actions that fit a key, whole or with slots left out."""

    circuit: Circuit
    keys: tuple[Key, ...]
    bits: Mapping[Slot, tuple[Literal, ...]]
    fitting: Mapping[Key, int]

    @staticmethod
    def of(circuit: Circuit, actions: Sequence[Action]) -> Choice:
        values: dict[Slot, dict[Hashable, int]] = {}
        taken: set[Key] = set()
        arguments = [_arguments(action) for action in actions]
        slots: dict[str, dict[Slot, Hashable]] = {}
        for action, own in zip(actions, arguments, strict=True):
            slots.setdefault(action.name, {}).update(dict.fromkeys(own, _ABSENT))
        keys = [_key(action.name, slots[action.name] | own, values, taken) for action, own in zip(actions, arguments, strict=True)]
        bits = {slot: tuple(circuit.input() for _ in range((len(known) - 1).bit_length())) for slot, known in values.items()}
        return Choice(circuit, tuple(keys), bits, Counter(part for key in keys for part in _parts(key)))

    def taken(self, action: int) -> Literal:
        """That the step takes the action."""
        return self._has(self.keys[action])

    def _has(self, key: Key) -> Literal:
        return self.circuit.and_([literal for slot, value in key for literal in self.code(slot, value)])

    def code(self, slot: Slot, value: int) -> list[Literal]:
        """The bits that say that a slot has this value."""
        return [bit if value >> at & 1 else -bit for at, bit in enumerate(self.bits[slot])]

    def by_name(self) -> Iterator[list[int]]:
        """The actions of each name."""
        found: dict[int, list[int]] = {}
        for at, key in enumerate(self.keys):
            found.setdefault(key[0][1], []).append(at)
        yield from found.values()

    def some_of(self, actions: Iterable[int]) -> Literal:
        """That a step that takes an action takes one of these."""
        wanted = frozenset(actions)
        if len(wanted) == len(self.keys):
            return TRUE
        return self.circuit.or_([self._has(key) for key in self._covered(wanted)]) if wanted else FALSE

    def _covered(self, wanted: Iterable[int]) -> Iterable[Key]:
        """Keys, some of them without a slot, that fit the wanted actions and no others. `found` counts the actions that each fits."""
        found = dict.fromkeys((self.keys[action] for action in wanted), 1)
        for slot in self.bits:
            if slot == "name" or not self.bits[slot]:
                continue
            together: dict[Key, dict[Key, int]] = {}
            for key, size in found.items():
                together.setdefault(_without(key, slot), {})[key] = size
            found = {}
            for short, keys in together.items():
                size = sum(keys.values())
                found.update({short: size} if size == self.fitting[short] else keys)
        return found

    def read(self, values: Mapping[Slot, int]) -> int:
        """The action that the slots' values mean."""
        fitting = (at for at, key in enumerate(self.keys) if all(values[slot] == value for slot, value in key))
        return next(fitting)


def _arguments(action: Action) -> dict[Slot, Hashable]:
    """Each argument in the slot of its kind and its place among those of its kind."""
    places: dict[str, int] = {}
    found: dict[Slot, Hashable] = {}
    for _, value in action.arguments:
        kind = value.entity if isinstance(value, Individual) else type(value).__name__
        places[kind] = places.get(kind, -1) + 1
        found[kind, places[kind]] = value
    return found


def _key(name: str, arguments: Mapping[Slot, Hashable], values: dict[Slot, dict[Hashable, int]], taken: set[Key]) -> Key:
    """The action's name and arguments; where another action has the same ones, with a number that it has not."""
    parts: list[tuple[Slot, Hashable]] = [("name", name), *arguments.items()]
    key = tuple((slot, _numbered(values, slot, value)) for slot, value in parts)
    extra = 0
    while (*key, ("again", extra)) in taken:
        extra += 1
    taken.add((*key, ("again", extra)))
    return (*key, ("again", _numbered(values, "again", extra)))


def _numbered(values: dict[Slot, dict[Hashable, int]], slot: Slot, value: Hashable) -> int:
    known = values.setdefault(slot, {})
    return known.setdefault(value, len(known))


def _parts(key: Key) -> Iterator[Key]:
    """The key, and what is left of it when any slots but the name's are left out."""
    name, *others = key
    for size in range(len(others) + 1):
        yield from ((name, *kept) for kept in combinations(others, size))


def _without(key: Key, slot: Slot) -> Key:
    return tuple(part for part in key if part[0] != slot)
