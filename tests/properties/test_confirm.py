"""Laws of confirmation: what is true stays, in the whole system's terms; what is not is never shown."""

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from kmodel.confirm import confirm
from kmodel.confirm.certificates import Rechecked, Refuted, recheck_states
from kmodel.ground import slices
from kmodel.ground.system import System
from kmodel.ground.terms import FALSE
from kmodel.semantics import check_by_exhaustion, explore, initial, replay
from kmodel.verdict.verdict import Complete, Effort, Exhaustion, Induction, Outcome, Proved, Unknown, Violated
from tests.strategies.slices import beside, whole_slice
from tests.strategies.systems import enumerate_systems, systems

CERTIFICATES = st.sampled_from((Induction(1), Complete(3), Exhaustion(5, 9, 2)))


def internal(outcome: Outcome) -> bool:
    return any(isinstance(verdict, Unknown) for verdict in outcome.verdicts)


@given(systems())
def test_what_is_true_is_confirmed(system: System) -> None:
    outcome = check_by_exhaustion(system)
    for before, after in zip(outcome.verdicts, confirm(whole_slice(system), system, outcome).verdicts, strict=True):
        if isinstance(before, Violated):
            assert isinstance(after, Violated)
            assert after.confirmed
            assert after.shortest == before.shortest
        else:
            assert isinstance(after, Proved)
            assert after.rechecked is not None


@given(systems(), systems(kinds=("property",)))
def test_a_slices_traces_become_the_wholes(part: System, other: System) -> None:
    assume(any(True for _ in initial(other)))
    slice_, whole = beside(part, other)
    outcome = confirm(slice_, whole, check_by_exhaustion(part))
    for index, verdict in zip(slice_.claims, outcome.verdicts, strict=True):
        assert not isinstance(verdict, Unknown)
        if isinstance(verdict, Violated):
            assert replay(whole, whole.claims[index], verdict.trace).reproduced


@given(systems(kinds=("invariant", "property")), systems(kinds=("property",)))
def test_what_a_whole_without_beginning_cannot_do_is_not_shown(part: System, other: System) -> None:
    slice_, whole = beside(part, replace(other, initial=(FALSE,)))
    for verdict in confirm(slice_, whole, check_by_exhaustion(part)).verdicts:
        assert not isinstance(verdict, Violated)


@given(systems())
def test_a_spoiled_trace_is_internal(system: System) -> None:
    outcome = check_by_exhaustion(system)
    spoiled = tuple(spoil(verdict) if isinstance(verdict, Violated) else verdict for verdict in outcome.verdicts)
    for before, after in zip(spoiled, confirm(whole_slice(system), system, replace(outcome, verdicts=spoiled)).verdicts, strict=True):
        assert isinstance(after, Unknown) is isinstance(before, Violated)
        assert not isinstance(after, Unknown) or after.reason.startswith("internal: the trace against")


def spoil(verdict: Violated) -> Violated:
    """Without its first state."""
    return replace(verdict, trace=replace(verdict.trace, states=verdict.trace.states[1:]))


@given(systems(), CERTIFICATES)
def test_a_false_proof_is_refuted_where_all_states_can_be_seen(system: System, certificate: Exhaustion | Induction) -> None:
    outcome = check_by_exhaustion(system)
    claimed = Outcome((Proved(certificate),) * len(system.claims), outcome.vacuous, Effort("liar"))
    for claim, truth, verdict in zip(system.claims, outcome.verdicts, confirm(whole_slice(system), system, claimed).verdicts, strict=True):
        if claim.kind == "property":
            assert verdict == Proved(certificate)
        else:
            assert isinstance(verdict, Unknown) is isinstance(truth, Violated)


@given(systems(), st.data())
def test_any_set_of_states_that_is_not_refuted_proves(system: System, data: st.DataObject) -> None:
    reached = explore(system, 1000).states
    strange = tuple(which.low or 0 for which in system.variables)
    kept = frozenset(data.draw(st.sets(st.sampled_from([*reached, strange]))) | set(data.draw(st.sampled_from([(), tuple(reached)]))))
    outcome = check_by_exhaustion(system)
    found = recheck_states(system, range(len(system.claims)), Exhaustion(len(kept), 0, 0), kept)
    for index, verdict in enumerate(outcome.verdicts):
        assert not (isinstance(verdict, Violated) and isinstance(found[index], Rechecked))
        if isinstance(verdict, Proved) and kept == frozenset(reached):
            assert isinstance(found[index], Rechecked)
        if not set(reached) <= kept:
            assert isinstance(found[index], Refuted)


def test_proofs_of_the_enumerated_systems() -> None:
    for system in enumerate_systems(properties=True):
        outcome = check_by_exhaustion(system)
        assert not internal(confirm(whole_slice(system), system, outcome))
        for verdict in outcome.verdicts:
            if isinstance(verdict, Proved):
                lie = Outcome((verdict,) * len(system.claims), outcome.vacuous, outcome.effort)
                false = [isinstance(truth, Violated) for truth in outcome.verdicts]
                assert [isinstance(after, Unknown) for after in confirm(whole_slice(system), system, lie).verdicts] == false
                break


@given(systems(), systems())
def test_the_slices_of_a_system_decide_it(part: System, other: System) -> None:
    _, whole = beside(part, other)
    truths = check_by_exhaustion(whole, limit=3000).verdicts
    assume(not any(isinstance(truth, Unknown) for truth in truths))
    found: dict[int, list[Violated | None]] = {}
    for slice_ in slices(whole):
        for index, verdict in zip(slice_.claims, confirm(slice_, whole, check_by_exhaustion(slice_.system)).verdicts, strict=True):
            assert not isinstance(verdict, Unknown)
            found.setdefault(index, []).append(verdict if isinstance(verdict, Violated) else None)
    for index, truth in enumerate(truths):
        traces = [verdict.trace for verdict in found.get(index, []) if verdict is not None]
        assert bool(traces) is isinstance(truth, Violated)
        if isinstance(truth, Violated) and truth.shortest and truth.trace.loop is None:
            assert min(trace.steps for trace in traces) == truth.trace.steps
