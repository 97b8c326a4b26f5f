"""Traces of concrete states from those of states that stand for their orbits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kmodel.engines.explicit.canonical import Canonical
from kmodel.engines.explicit.generate import check, compiled, expand, successors
from kmodel.engines.explicit.layout import layout
from kmodel.engines.explicit.moves import Move, identity
from kmodel.engines.explicit.orbits import Symmetry
from kmodel.engines.explicit.search import Finding, Place, initial, told
from kmodel.ground.system import State, System
from kmodel.records import dataclass
from kmodel.verdict.verdict import Trace


class Concrete:
    """Follows states that stand for their orbits by concrete ones.

    A state that stands for an orbit of first states is one itself, or (where permutations make other states of first ones) there is one in
    its orbit; where one state of an orbit has a step, each has one to the same
    orbit; and what breaks a claim in a state breaks the claim's images in the state's."""

    def __init__(self, system: System, symmetry: Symmetry) -> None:
        self.system, self.symmetry, self.form = system, symmetry, layout(system)
        self.canonical = Canonical(symmetry, self.form)
        self.steps = compiled(successors(system, self.form), "successors")
        self.look = compiled(check(system, self.form), "check")
        self.step = compiled(expand(system, self.form), "expand")

    def trace(self, claim: int, path: Sequence[State]) -> Trace:
        """A way through the orbits of the path's states to where the claim fails; one of its images does at the path's end."""
        packed = self._followed([self.form.encode(state) for state in path])
        broken = [each for each in self.symmetry.images(claim) if each in self._failures(packed[-1])]
        move = _towards(self.symmetry, claim, broken, len(path[0]))
        packed = [self.form.encode(move(self.form.decode(each))) for each in packed]
        return told(self.form, packed, self._failures(packed[-1])[claim], self.steps)

    def _followed(self, path: Sequence[int]) -> list[int]:
        states = [path[0] if self.symmetry.from_starts else self._start(path[0])]
        for wanted in path[1:]:
            orbit = self.canonical(wanted)
            states.append(next(after for _, after in self.steps(states[-1]) if self.canonical(after) == orbit))
        return states

    def _start(self, wanted: int) -> int:
        """A first state of the orbit."""
        orbit, starts = self.canonical(wanted), initial(self.system, self.form)
        return next(packed for packed in starts if packed is not None and self.canonical(packed) == orbit)

    def lasso(self, found: Trace, groups: Sequence[int]) -> Trace:
        """A fair behaviour of concrete states that goes through the orbits of a lasso's states. Where its round comes back to another
        state of the orbit, it goes round again, until it has been there before. `groups[a]` are the fair groups of action a (bits)."""
        assert found.loop is not None
        round_ = len(found.actions) - found.loop
        states, actions = [self.form.encode(found.states[0])], list[int]()
        seen: dict[int, int] = {}
        while len(actions) < found.loop or seen.setdefault(states[-1], len(actions)) == len(actions):
            for _ in range(1 if len(actions) < found.loop else round_):
                at = len(actions) if len(actions) < found.loop else found.loop + (len(actions) - found.loop) % round_
                action, after = self._alike(states[-1], found.actions[at], found.states[at + 1], groups)
                actions.append(action)
                states.append(after)
        return Trace(tuple(map(self.form.decode, states)), tuple(actions), seen[states[-1]])

    def _alike(self, state: int, action: int, target: State, groups: Sequence[int]) -> tuple[int, int]:
        """A step from the state to the target's orbit, by an action of the same fair groups."""
        if action < 0:
            return action, state
        orbit = self.canonical(self.form.encode(target))
        options = self.steps(state)
        return next((act, to) for act, to in options if groups[act] == groups[action] and self.canonical(to) == orbit)

    def _failures(self, packed: int) -> dict[int, Finding]:
        """What breaks each claim in the state, or in a step from it."""
        found: dict[int, Finding] = {}

        def broken(claim: int, undefined: Place, state: int, action: int | None = None, after: int | None = None) -> bool:
            found.setdefault(claim, Finding(undefined, state, action, after))
            return False

        claims, actions = len(self.system.claims), len(self.system.actions)
        self.look([packed], [True] * claims, [True] * claims, broken, bool)
        self.step([packed], {}, bool, [0] * actions, [True] * claims, [True] * claims, broken, bool)
        return found


@dataclass(frozen=True, slots=True)
class _Reached:
    claim: int
    move: Move


def _towards(symmetry: Symmetry, claim: int, broken: Iterable[int], variables: int) -> Move:
    """What makes the claim of one of the broken ones."""
    open_ = [_Reached(each, identity(variables)) for each in broken]
    seen = {each.claim for each in open_}
    for here in open_:
        if here.claim == claim:
            return here.move
        for images, generator in zip(symmetry.claims, symmetry.generators, strict=True):
            image = images[here.claim]
            if image not in seen:
                seen.add(image)
                open_.append(_Reached(image, here.move.then(generator)))
    raise AssertionError(f"no permutation makes claim {claim} of a broken one")
