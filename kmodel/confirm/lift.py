"""From a trace of a part of a system to one of the whole: the same actions, with all that the part leaves out beside them.

What the part leaves out must move too where the whole is fair to it: in the round of a lasso, an action of a group that the part does
not have is taken wherever it can be, once a round. It changes no variable of the part, so the part's steps stay possible.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from kmodel.ground.system import Slice, State, System, Undefined
from kmodel.records import dataclass
from kmodel.semantics import STUTTER, Unbounded, initial, replay, successors, undefined, undefined_claim
from kmodel.verdict.verdict import Trace

_BEGINNINGS = 50
_PATIENCE = 50_000
_ROUNDS = 500


@dataclass(frozen=True, slots=True)
class Differs:
    """The whole does not do what the part does."""

    reason: str


def lift(part: Slice, whole: System, claim: int, trace: Trace) -> Trace | Differs:
    """A trace of the whole in which the claim (the part's `claim`-th) fails and the part's variables go through the trace's states.

    The other variables begin anywhere they can; some beginnings are tried."""
    fixed = dict(zip(part.variables, trace.states[0], strict=True))
    failure: Differs | None = None
    try:
        for start in islice(initial(whole, fixed, _PATIENCE), _BEGINNINGS):
            found = _from(part, whole, claim, trace, start)
            if isinstance(found, Trace):
                return found
            failure = failure or found
    except Unbounded as unbounded:
        return failure or Differs(f"no first state of the whole system was found: {unbounded}")
    return failure or Differs("the whole system does not begin so")


def _from(part: Slice, whole: System, claim: int, trace: Trace, start: State) -> Trace | Differs:
    walk = _Walk(part, whole, [start], [])
    head = trace.steps if trace.loop is None else trace.loop
    for step in range(head):
        if not walk.follow(trace, step):
            return walk.stuck(trace, step)
    if trace.loop is not None:
        return _judged(walk, claim, _go_round(walk, trace, trace.loop))
    return _judged(walk, claim, _with_undefined(walk, claim, trace))


def _judged(walk: _Walk, claim: int, lifted: Trace | Differs) -> Trace | Differs:
    if isinstance(lifted, Differs):
        return lifted
    verdict = replay(walk.whole, walk.whole.claims[walk.part.claims[claim]], lifted)
    return lifted if verdict.reproduced else Differs(f"in the whole system, {verdict.reason}")


@dataclass(slots=True)
class _Walk:
    """A behaviour of the whole in the making."""

    part: Slice
    whole: System
    states: list[State]
    actions: list[int]

    def seen(self, state: State) -> State:
        """What the part sees of a state of the whole."""
        return tuple(state[index] for index in self.part.variables)

    def follow(self, trace: Trace, step: int) -> bool:
        """Take the trace's step in the whole, if it is possible and does to the part's variables what the trace says."""
        action = trace.actions[step]
        whole = STUTTER if action == STUTTER else self.part.actions[action]
        for state in self.after(whole):
            if self.seen(state) == trace.states[step + 1]:
                self.take(whole, state)
                return True
        return False

    def after(self, action: int) -> Iterator[State]:
        if action == STUTTER:
            yield self.states[-1]
        else:
            yield from (state for index, state in successors(self.whole, self.states[-1]) if index == action)

    def take(self, action: int, state: State) -> None:
        self.actions.append(action)
        self.states.append(state)

    def stuck(self, trace: Trace, step: int) -> Differs:
        action = trace.actions[step]
        label = "nothing" if action == STUTTER else f"`{self.part.system.actions[action].label}`"
        return Differs(f"in the whole system, {label} does not lead on at step {step + 1}")


def _go_round(walk: _Walk, trace: Trace, loop: int) -> Trace | Differs:
    """Rounds of the loop until the whole is again where a round began."""
    heads: dict[tuple[State, int], int] = {}
    strangers = _strangers(walk)
    for round_ in range(_ROUNDS):
        first = round_ % max(len(strangers), 1)
        if (walk.states[-1], first) in heads:
            return Trace(tuple(walk.states), tuple(walk.actions), heads[walk.states[-1], first])
        heads[walk.states[-1], first] = len(walk.actions)
        waiting = strangers[first:] + strangers[:first]
        for step in range(loop, trace.steps):
            _let_move(walk, waiting)
            if not walk.follow(trace, step):
                return walk.stuck(trace, step)
    return Differs(f"in the whole system, the loop does not close within {_ROUNDS} rounds")


def _strangers(walk: _Walk) -> list[frozenset[int]]:
    """The whole's fair groups, as far as the part has none of their actions."""
    known = frozenset(walk.part.actions)
    groups = (frozenset(group.actions) for group in walk.whole.fairness)
    return [group - known for group in groups if group - known]


def _let_move(walk: _Walk, waiting: list[frozenset[int]]) -> None:
    """Take an action of each group that can move here without the part's seeing it, and leave those that cannot waiting.

    The first of them is always asked again first, so that what others enable for a moment is not missed."""
    here = walk.seen(walk.states[-1])
    while waiting:
        moves = [(action, after) for action, after in successors(walk.whole, walk.states[-1]) if walk.seen(after) == here]
        able = ((group, move) for group in waiting for move in moves if move[0] in group)
        chosen = next(able, None)
        if chosen is None:
            return
        waiting.remove(chosen[0])
        walk.take(*chosen[1])


def _with_undefined(walk: _Walk, claim: int, trace: Trace) -> Trace | Differs:
    """The trace with what is undefined at its end, by the whole's indexes: the same hole, at the same place, holds there."""
    lifted = Trace(tuple(walk.states), tuple(walk.actions))
    if trace.undefined is None:
        return lifted
    of, index, hole = trace.undefined
    if of == "action":
        action = walk.part.actions[index]
        wanted = walk.part.system.actions[index].undefined[hole]
        holes, hold = (
            walk.whole.actions[action].undefined,
            [at for where, at in undefined(walk.whole, lifted.states[-1]) if where == action],
        )
    else:
        whole_claim = walk.whole.claims[walk.part.claims[claim]]
        action, wanted, holes = 0, walk.part.system.claims[claim].undefined[hole], whole_claim.undefined
        hold = undefined_claim(whole_claim, *(lifted.states[-2:] if whole_claim.kind == "transition" else lifted.states[-1:]))
    found = next((at for at in hold if _same(holes[at], wanted)), None)
    if found is None:
        return Differs("in the whole system, nothing is undefined at the end as the trace says")
    return replace(lifted, undefined=(of, action, found))


def _same(a: Undefined, b: Undefined) -> bool:
    return (a.code, a.message, a.span) == (b.code, b.message, b.span)
