"""What a run found, as plain data that crosses processes: one Result per check and claim, and the Report around them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from typing import Literal, TypeAlias

from kmodel.records import dataclass
from kmodel.source import Diagnostic, Span

Word: TypeAlias = Literal["proved", "proved-all-scopes", "holds-to-depth", "violated", "reached", "unreachable", "unknown", "error"]
Standing: TypeAlias = Literal["met", "unmet", "inconclusive", "note", "accepted", "error"]
Acceptor: TypeAlias = Literal["annotation", "config", "baseline"]


@dataclass(frozen=True, slots=True)
class Change:
    """A field that a step changes, with its values as text."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Event:
    """A step of a trace: who did what. `action` is None where nothing happens (the end of a lasso that stands still)."""

    component: str | None
    action: str | None
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class Accepted:
    """Why a finding does not fail: what somebody wrote about it, `by` where; of a baseline `reason` says which."""

    by: Acceptor
    reason: str


@dataclass(frozen=True, slots=True)
class Reason:
    """One way in which a claim fails where its trace ends.

    `text` says of what (`p = pod1, q = pod2`; empty: of nothing in particular), `span` what is false of it, `values` what its parts are
    worth, `objects` the objects that it is about, with the places in their manifests. `story` is the trace that leads there, where that
    is not the result's own. `key` tells it from the others, and is the same however many copies there are of an object.
    """

    text: str
    span: Span | None = None
    values: tuple[tuple[str, str], ...] = ()
    objects: tuple[tuple[str, Span], ...] = ()
    key: str = ""
    story: Story | None = None
    accepted: Accepted | None = None

    def __str__(self) -> str:
        worth = ", ".join(f"{written} is {value}" for written, value in self.values)
        return ": ".join(part for part in (f"for {self.text}" if self.text else "", worth) if part)


@dataclass(frozen=True, slots=True)
class Story:
    """A trace for reading. `start` are the values that were free to choose at first; `loop` is how many steps lead to the place
    that the last state returns to; `ending` says what is undefined at the end, if anything, and `ending_span` where."""

    start: tuple[tuple[str, str], ...]
    events: tuple[Event, ...]
    loop: int | None = None
    ending: str | None = None
    ending_span: Span | None = None


@dataclass(frozen=True, slots=True)
class Symmetry:
    """That one state stood for all that permuting interchangeable `individuals` makes of it: how many `orbits` of states there were, and
    how many steps were `generated` from them."""

    orbits: int
    generated: int
    individuals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Expected:
    """What the check says of the claim; `span` is where (None: nowhere, then it is expected to hold or to be reached)."""

    verdict: Literal["holds", "violated", "reached", "unreachable"]
    depth: int | None = None
    steps: int | None = None
    span: Span | None = None
    every_scope: bool = False

    def __str__(self) -> str:
        depth = f" to depth {self.depth}" if self.depth is not None else ""
        steps = f" in {self.steps}" if self.steps is not None else ""
        return self.verdict + depth + steps + (" for every scope" if self.every_scope else "")


@dataclass(frozen=True, slots=True)
class Result:
    """A claim of a check, decided or not.

    `verdict` holds-to-depth of a witness: not reached to that depth. `proof` says in words what a proof rests on, `message` why a
    verdict is unknown or an error; `steps` is the trace's length, `shortest` that no trace has fewer; `states` and `generated`
    are None where an engine does not count them; `invariants` are what a proof for every scope keeps, claims by name first, `narrow`
    says why there is none where it was asked for; `symmetry` is what was looked at in the place of all those states, `apart`
    what tells individuals apart that are not interchangeable (None: not asked for); `reasons` say why
    the claim fails where the trace ends, of each choice of its parameters for which it does; `more` that there are others. `trace` is
    where it was saved.
    """

    file: str
    module: str
    check: str
    claim: str
    kind: str
    verdict: Word
    expected: Expected
    standing: Standing
    message: str | None = None
    span: Span | None = None
    engine: str | None = None
    proof: str | None = None
    depth: int | None = None
    states: int | None = None
    generated: int | None = None
    symmetry: Symmetry | None = None
    apart: tuple[str, ...] | None = None
    invariants: tuple[str, ...] = ()
    narrow: str | None = None
    steps: int | None = None
    shortest: bool = True
    seconds: float = field(default=0.0, compare=False)
    scope: Mapping[str, int | str] = field(default_factory=dict)
    limits: Mapping[str, int] = field(default_factory=dict)
    trace: str | None = None
    story: Story | None = None
    reasons: tuple[Reason, ...] = ()
    more: bool = False
    vacuous: bool = False
    assumed: tuple[str, ...] = ()
    doc: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Read:
    """What was read: spec files given, checks run of them, and the objects of manifests (`modelled`: some rule reads them)."""

    specs: int = 0
    checks: int = 0
    objects: int = 0
    modelled: int = 0


@dataclass(frozen=True, slots=True)
class Unmodelled:
    """A kind that nothing reads (`field` is None), or a field of a kind that is read; in how many objects it occurs."""

    kind: str
    field: str | None
    objects: int


@dataclass(frozen=True, slots=True)
class Report:
    """All that a run says. `skipped` are sentences on what was left out of the run, `remarks` on what was accepted, and on objects that
    no API server would; `manifests` are the files read; `interrupted` says that the run did not come to its end.
    """

    version: str
    read: Read
    results: tuple[Result, ...]
    assumed: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    manifests: tuple[str, ...] = ()
    not_modelled: tuple[Unmodelled, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    strict: bool = False
    interrupted: bool = False
    seconds: float = field(default=0.0, compare=False)

    def count(self, standing: Standing) -> int:
        return sum(result.standing == standing for result in self.results)

    def status(self, allow_inconclusive: bool = False) -> int:
        """The exit status that the run deserves."""
        if self.interrupted:
            return 130
        if self.diagnostics or self.count("error"):
            return 2
        if self.count("unmet") or (self.strict and self.not_modelled):
            return 1
        return 3 if self.count("inconclusive") and not allow_inconclusive else 0
