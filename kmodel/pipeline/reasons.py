"""Why a claim fails at the end of its trace: which individuals, which conjunct, which values; and the lines of manifests they come from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from kmodel.ground import Grounding, Witness, describe
from kmodel.ground.system import Claim
from kmodel.manifests import Given
from kmodel.reports import Reason
from kmodel.source import Span
from kmodel.typed.values import Individual, Value
from kmodel.verdict.verdict import Trace

MOST = 400


def reasons(grounding: Grounding, index: int, trace: Trace) -> tuple[Reason, ...]:
    """The ways in which the claim (by index) fails where the trace ends, copies of one object together; MOST of them and no more."""
    claim = grounding.system.claims[index]
    if trace.loop is not None or trace.undefined is not None:
        return about(grounding, claim)
    state, after = (trace.states[-2], trace.states[-1]) if claim.kind == "transition" else (trace.states[-1], None)
    witnesses = grounding.explain(index, state, after, MOST)
    copies = Counter(_same(grounding, witness) for witness in witnesses)
    first = {_same(grounding, witness): witness for witness in reversed(witnesses)}
    return tuple(_reason(grounding, first[key], copies[key]) for key in dict.fromkeys(_same(grounding, each) for each in witnesses))


def about(grounding: Grounding, claim: Claim) -> tuple[Reason, ...]:
    """Which of the claim's parameters this is about."""
    if not claim.binding:
        return ()
    return (Reason(_named(claim.binding), None, (), tuple(_objects(grounding, claim.binding, ())), _key(grounding, claim.binding)),)


def _reason(grounding: Grounding, witness: Witness, copies: int) -> Reason:
    more = f" (and {copies - 1} more copies of the same object)" if copies > 1 else ""
    values = tuple((written, value) for written, value in witness.values if written != value)
    objects = tuple(_objects(grounding, witness.bindings, values))
    return Reason(_named(witness.bindings) + more, witness.span, values, objects, _key(grounding, witness.bindings))


def _key(grounding: Grounding, bindings: Sequence[tuple[str, Value]]) -> str:
    """The bindings with objects in the place of their copies."""
    given = [(name, value, _given(grounding, value)) for name, value in bindings]
    return ", ".join(f"{name} = {describe(value) if found is None else found.object}" for name, value, found in given)


def _named(bindings: Sequence[tuple[str, Value]]) -> str:
    return ", ".join(f"{name} = {describe(value)}" for name, value in bindings)


def _same(grounding: Grounding, witness: Witness) -> tuple[object, ...]:
    """What copies of one object have in common."""
    individuals = ((_given(grounding, value), value) for _, value in witness.bindings)
    return (witness.span, *(value if given is None else given.span for given, value in individuals))


def _objects(grounding: Grounding, bindings: Sequence[tuple[str, Value]], values: Sequence[tuple[str, str]]) -> Iterator[tuple[str, Span]]:
    """The objects that the individuals were read from: the lines of the fields that the claim compares, else their names."""
    for name, value in bindings:
        given = _given(grounding, value)
        if given is not None:
            read = [given.spans.get(written.removeprefix(f"{name}.")) for written, _ in values if written.startswith(f"{name}.")]
            yield from ((given.object, span) for span in [span for span in read if span is not None] or [given.span])


def _given(grounding: Grounding, value: Value) -> Given | None:
    return grounding.world.population.given.get(value) if isinstance(value, Individual) else None
