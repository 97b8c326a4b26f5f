"""What was read from manifests against a program: individuals with their fields, and what nothing reads."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from kmodel.manifests.nodes import Yaml
from kmodel.records import dataclass
from kmodel.source import Diagnostic, Span
from kmodel.typed.values import Individual, Value


@dataclass(frozen=True, slots=True)
class Given:
    """An individual and the fields that its object (or the defaults that need no evaluation) gives; a field without a value in the
    object is absent here, and grounding takes its default. `span` is the object's name, or the first line of an item of a list in it;
    `spans` are the fields' values, and `nodes` the part of the object that says a field's value, where one part does."""

    individual: Individual
    namespace: str | None
    object: str
    fields: Mapping[str, Value]
    span: Span = field(compare=False, repr=False)
    spans: Mapping[str, Span] = field(compare=False, repr=False)
    nodes: Mapping[str, Yaml] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True, order=True)
class NotModelled:
    """A kind that no declaration reads (`path` is None), or a path of a kind that is read; in how many objects it occurs."""

    kind: str
    path: str | None
    objects: int


@dataclass(frozen=True, slots=True)
class Instance:
    """`given` maps entities' qualified names to their individuals, in the order read. `objects` were read in all, `modelled` of
    them gave an individual, or are known to be nothing beside others. `diagnostics` are what is wrong with the objects (the others
    are read all the same)."""

    given: Mapping[str, tuple[Given, ...]]
    objects: int
    modelled: int
    not_modelled: tuple[NotModelled, ...]
    diagnostics: tuple[Diagnostic, ...]
