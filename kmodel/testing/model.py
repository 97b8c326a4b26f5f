"""A check of a spec, ground, with states as plain Python values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from itertools import islice
from pathlib import Path
from typing import Any, TypeAlias

from kmodel.ground import decode, ground
from kmodel.ground.system import Claim, State, System
from kmodel.pipeline.decide import instance_of
from kmodel.pipeline.expect import expected_of
from kmodel.pipeline.request import Request
from kmodel.pipeline.sound import only_job
from kmodel.records import dataclass
from kmodel.semantics import Unbounded, holds, initial, successors, undefined, undefined_claim
from kmodel.source import Diagnostic, Rejected
from kmodel.typed.values import Individual, MapValue, Member, RecordValue, Value

Values: TypeAlias = Mapping[str, Any]
"""What the places of a state have, by the labels that traces use: `p1.node`, `paused`. Members and individuals are their names, sets are
frozensets, records and maps are dicts, what is absent is None."""

_MOST_STARTS = 10_000


@dataclass(frozen=True, slots=True)
class Step:
    """An action that was taken, with its arguments by name, and what was there before and after."""

    action: str
    component: str | None
    arguments: Values
    before: Values
    after: Values

    def __str__(self) -> str:
        return f"{self.action}({', '.join(map(str, self.arguments.values()))})"


@dataclass(frozen=True, slots=True)
class Model:
    """A system with its initial states. `laws` are the invariants and transitions that the check expects to hold."""

    system: System = field(repr=False)
    starts: tuple[State, ...] = field(repr=False)
    laws: tuple[Claim, ...] = field(repr=False)

    @property
    def actions(self) -> tuple[str, ...]:
        """The names of all actions."""
        return tuple(dict.fromkeys(_short(action.name) for action in self.system.actions))

    def values(self, state: State) -> Values:
        return {place.label: python(decode(place.shape, state)) for place in self.system.places}

    def successors(self, state: State) -> Iterator[tuple[int, State]]:
        """Every step that is possible: the action's index and the state after it."""
        return successors(self.system, state)

    def step(self, index: int, before: State, after: State) -> Step:
        action = self.system.actions[index]
        arguments = {name: python(value) for name, value in action.arguments}
        component = _short(action.component) if action.component else None
        return Step(_short(action.name), component, arguments, self.values(before), self.values(after))

    def broken(self, state: State, after: State | None = None) -> Iterator[str]:
        """The invariants that do not hold in the state; with `after` the transitions that the step breaks."""
        kind = "invariant" if after is None else "transition"
        for claim in self.laws:
            if claim.kind == kind and (undefined_claim(claim, state, after) or not holds(claim, state, after)):
                yield _short(claim.name)

    def holes(self, state: State) -> tuple[str, ...]:
        """What is undefined of the steps from a state: the spec's own errors."""
        return tuple(
            f"{self.system.actions[action].label}: {self.system.actions[action].undefined[hole].message}"
            for action, hole in undefined(self.system, state)
        )


def open_model(path: str | Path, check: str = "*", manifests: Sequence[str | Path] = ()) -> Model:
    """The check of this name (where there is more than one) of the spec at `path`, on the objects at `manifests`.

    Rejected where the spec has faults, where several checks fit, or where the initial states cannot be enumerated.
    """
    job, program = only_job(Request(paths=tuple(map(str, (path, *manifests))), checks=check), "open")
    instance = instance_of(job, program)
    if instance is not None and instance.diagnostics:
        raise Rejected(instance.diagnostics)
    system = ground(program, job.check, instance)
    try:
        starts = tuple(islice(initial(system, patience=_MOST_STARTS), _MOST_STARTS))
    except Unbounded as unbounded:
        help_ = "`set` its constants, and give its variables defaults"
        raise Rejected(
            [Diagnostic("too-many-starts", f"`{job.check.short}` cannot be opened: {unbounded}", job.check.span, help=help_)]
        ) from None
    laws = tuple(
        claim for claim in system.claims if expected_of(job.check, claim).verdict == "holds" and claim.kind in ("invariant", "transition")
    )
    return Model(system, starts, laws)


def python(value: Value) -> Any:
    """A value of the language as one of Python."""
    match value:
        case Member() | Individual():
            return str(value)
        case RecordValue(fields=fields):
            return {name: python(part) for name, part in fields}
        case MapValue(pairs=pairs):
            return {python(key): python(part) for key, part in pairs}
        case frozenset():
            return frozenset(python(item) for item in value)
        case tuple():
            return tuple(python(item) for item in value)
        case _:
            return value


def _short(name: str) -> str:
    return name.rsplit(".", 1)[-1]
