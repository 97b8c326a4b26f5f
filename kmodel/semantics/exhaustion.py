"""Every claim decided by looking at every reachable state: the yardstick for engines, on systems of at most some thousand states."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import TypeAlias

from kmodel.ground.system import Claim, State, System, Undefined
from kmodel.ground.terms import Term
from kmodel.records import dataclass
from kmodel.semantics.evaluate import evaluate_all
from kmodel.semantics.lassos import find_lasso
from kmodel.semantics.starts import Unbounded, initial
from kmodel.semantics.steps import enabled_in, image, undefined, undefined_in
from kmodel.verdict.verdict import Effort, Exhaustion, Outcome, Proved, Trace, Unknown, Verdict, Violated


@dataclass(frozen=True, slots=True)
class Explored:
    """The states in breadth-first order, each with the step that led to it first, and all steps in the order of their sources' levels.

    `levels` counts breadth-first levels, the initial one included; where not `complete`, the last of them was not expanded."""

    parents: dict[State, tuple[State, int] | None]
    steps: list[tuple[State, int, State]]
    starts: int
    levels: int
    complete: bool

    @property
    def states(self) -> list[State]:
        return list(self.parents)

    def path(self, state: State) -> Trace:
        """A shortest trace to a state."""
        states, actions = [state], list[int]()
        while (step := self.parents[states[-1]]) is not None:
            states.append(step[0])
            actions.append(step[1])
        return Trace(tuple(reversed(states)), tuple(reversed(actions)))


def explore(system: System, limit: int, patience: int | None = None) -> Explored:
    """The reachable states, level by level, until there are more than `limit`. Raises `Unbounded`, of `patience` too."""
    parents: dict[State, tuple[State, int] | None] = dict.fromkeys(islice(initial(system, None, patience), limit + 1))
    steps: list[tuple[State, int, State]] = []
    level, starts, levels = list(parents), len(parents), 0
    while level and len(parents) <= limit:
        following: list[State] = []
        for at, action, after in image(system, level):
            steps.append((level[at], action, after))
            if after not in parents:
                parents[after] = (level[at], action)
                following.append(after)
        level, levels = following, levels + 1
    return Explored(parents, steps, starts, levels + bool(level), not level)


def check_by_exhaustion(system: System, claims: Iterable[Claim] | None = None, limit: int = 20_000, patience: int | None = None) -> Outcome:
    """An outcome for the given claims (all of the system's by default), in order.

    A claim fails where it is false or undefined (a witness: is described, or undefined), on shortest traces except for lassos.
    `generated` counts the initial states and every step; `depth` the breadth-first levels, the initial one included; `enabled` in
    how many states each action can be taken. Above `limit` states, what was not violated is Unknown; so is everything where initial states
    cannot be enumerated (with `patience`).
    """
    chosen = system.claims if claims is None else tuple(claims)
    try:
        explored = explore(system, limit, patience)
    except Unbounded as endless:
        return Outcome((Unknown(str(endless)),) * len(chosen), (None,) * len(chosen), Effort("exhaustion"))
    seen = _seen(chosen, explored)
    verdicts = tuple(_verdict(system, claim, explored, seen) for claim in chosen)
    vacuous = tuple(_vacuous(claim, explored) for claim in chosen)
    enabled = tuple(len(positions) for positions in enabled_in(system, explored.states))
    effort = Effort("exhaustion", len(explored.parents), explored.starts + len(explored.steps), explored.levels, enabled)
    return Outcome(verdicts, vacuous, effort)


Seen: TypeAlias = Mapping[Term, Sequence[int]]
"""What terms are worth in each of the states."""


def _seen(claims: Sequence[Claim], explored: Explored) -> Seen:
    """The terms of all claims of states: what they share is evaluated once."""
    terms = [term for claim in claims if claim.kind in _OF_STATES for term in (claim.term, *_conditions(claim.undefined))]
    return dict(zip(terms, evaluate_all(terms, explored.states), strict=True))


def _verdict(system: System, claim: Claim, explored: Explored, seen: Seen) -> Verdict:
    trace = _failure(system, claim, explored, seen)
    if trace is not None:
        return Violated(trace, shortest=True)
    if not explored.complete:
        return Unknown(f"there are more than {len(explored.parents) - 1} states", explored.levels - 1)
    if claim.kind == "property":
        assert claim.formula is not None
        lasso = find_lasso(system, claim.formula, explored.states[: explored.starts], explored.steps)
        if lasso is not None:
            return Violated(lasso, shortest=False)
    generated = explored.starts + len(explored.steps)
    return Proved(Exhaustion(len(explored.parents), generated, explored.levels, frozenset(explored.parents)))


_OF_STATES = ("invariant", "witness", "property")


def _failure(system: System, claim: Claim, explored: Explored, seen: Seen) -> Trace | None:
    """A shortest trace to where the claim fails (not counting lassos)."""
    match claim.kind:
        case "transition":
            return _failing_step(claim, explored)
        case "defined":
            return _undefined_step(system, explored)
        case "invariant" | "witness" | "property":
            return _failing_state(claim, explored, seen)


def _failing_state(claim: Claim, explored: Explored, seen: Seen) -> Trace | None:
    values, *holes = (seen[term] for term in (claim.term, *_conditions(claim.undefined)))
    for at, state in enumerate(explored.states):
        hole = _first(column[at] for column in holes)
        if hole is not None or (claim.kind != "property" and bool(values[at]) == (claim.kind == "witness")):
            return _ending(explored.path(state), hole)
    return None


def _failing_step(claim: Claim, explored: Explored) -> Trace | None:
    befores, afters = [before for before, _, _ in explored.steps], [after for _, _, after in explored.steps]
    values, *holes = evaluate_all((claim.term, *_conditions(claim.undefined)), befores, afters)
    for at, (before, action, after) in enumerate(explored.steps):
        hole = _first(column[at] for column in holes)
        if hole is not None or not values[at]:
            path = explored.path(before)
            return _ending(Trace((*path.states, after), (*path.actions, action)), hole)
    return None


def _undefined_step(system: System, explored: Explored) -> Trace | None:
    states = explored.states
    found = next((state for state, hole in zip(states, undefined_in(system, states), strict=True) if hole), None)
    if found is None:
        return None
    path = explored.path(found)
    return Trace(path.states, path.actions, None, ("action", *undefined(system, found)[0]))


def _conditions(holes: Iterable[Undefined]) -> list[Term]:
    return [hole.condition for hole in holes]


def _first(values: Iterable[int]) -> int | None:
    return next((at for at, value in enumerate(values) if value), None)


def _ending(trace: Trace, hole: int | None) -> Trace:
    return trace if hole is None else Trace(trace.states, trace.actions, None, ("claim", 0, hole))


def _vacuous(claim: Claim, explored: Explored) -> bool | None:
    """Whether nothing exercises the claim (a transition is exercised by steps); not known where not all states were looked at."""
    befores = [before for before, _, _ in explored.steps] if claim.kind == "transition" else explored.states
    afters = [after for _, _, after in explored.steps] if claim.kind == "transition" else None
    exercised = any(evaluate_all((claim.exercised,), befores, afters)[0])
    return False if exercised else True if explored.complete else None
