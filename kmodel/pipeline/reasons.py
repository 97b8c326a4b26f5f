"""Why a claim fails at the end of its trace: which individuals, which conjunct, which values; and the lines of manifests they come from."""

from __future__ import annotations

from collections.abc import Iterator

from kmodel.ground import Grounding, Witness, describe
from kmodel.reports import Reason
from kmodel.typed.values import Individual
from kmodel.verdict.verdict import Trace

MOST = 25


def reasons(grounding: Grounding, index: int, trace: Trace) -> tuple[Reason, ...]:
    """The ways in which the claim (by index) fails where the trace ends."""
    if trace.loop is not None or trace.undefined is not None:
        return ()
    is_step = grounding.system.claims[index].kind == "transition"
    state, after = (trace.states[-2], trace.states[-1]) if is_step else (trace.states[-1], None)
    found = grounding.explain(index, state, after, MOST)
    return tuple(reason for witness in found for reason in _of(grounding, witness))


def _of(grounding: Grounding, witness: Witness) -> Iterator[Reason]:
    """The conjunct that fails with what it is about, then the objects that this is read from."""
    names = ", ".join(f"{name} = {describe(value)}" for name, value in witness.bindings)
    yield Reason(f"for {names}" if names else "this is false", witness.span)
    for written, value in witness.values:
        yield Reason(f"{written} is {value}")
    for _, value in witness.bindings:
        given = grounding.world.population.given.get(value) if isinstance(value, Individual) else None
        if given is not None:
            yield Reason(given.object, given.span)
