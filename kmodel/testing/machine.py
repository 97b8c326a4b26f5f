"""A stateful Hypothesis test made from a model: its actions are the rules, its claims the invariants."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from kmodel.ground.system import State
from kmodel.testing.model import Model, Step, Values, open_model


class ModelMachine(RuleBasedStateMachine):
    """Walks through the model. Override `begun` and `stepped` to drive your own system along, and compare it with what the model says."""

    model: ClassVar[Model]

    def __init__(self) -> None:
        super().__init__()
        self._state: State = ()
        self._following: dict[str, list[tuple[int, State]]] = {}
        self._step: tuple[State, State] | None = None

    @property
    def values(self) -> Values:
        """What the model's places have now."""
        return self.model.values(self._state)

    def begun(self, values: Values) -> None:
        """The model is in this initial state."""

    def stepped(self, step: Step) -> None:
        """The model took this step."""

    @initialize(data=st.data())
    def begin(self, data: st.DataObject) -> None:
        self._move(data.draw(st.sampled_from(self.model.starts), label="initial state"))
        self.begun(self.values)

    def _move(self, state: State) -> None:
        self._state = state
        self._following = {}
        for index, after in self.model.successors(state):
            name = self.model.system.actions[index].name.rsplit(".", 1)[-1]
            self._following.setdefault(name, []).append((index, after))

    def _can(self, action: str) -> bool:
        return bool(self._following.get(action))

    def _take(self, action: str, data: st.DataObject) -> None:
        before = self._state
        index, after = data.draw(st.sampled_from(self._following[action]), label=action)
        self._step = (before, after)
        self._move(after)
        self.stepped(self.model.step(index, before, after))

    @invariant()
    def claims_hold(self) -> None:
        if self._state or not self.model.system.variables:
            assert not self.model.holes(self._state), self.model.holes(self._state)
            broken = [*self.model.broken(self._state)]
            broken += [*self.model.broken(*self._step)] if self._step is not None else []
            assert not broken, f"{', '.join(broken)} does not hold in {dict(self.values)}"


def state_machine(path: str | Path, check: str = "*", manifests: Sequence[str | Path] = ()) -> type[ModelMachine]:
    """A machine class for a check of the spec; subclass it to drive your own system along.

    A rule an action, named like it; its invariants are the claims that the check expects to hold. `pytest` runs `.TestCase` of it.
    """
    model = open_model(path, check, manifests)
    members: dict[str, Any] = {f"rule_{action}": _rule(action) for action in model.actions}
    return type("Machine", (ModelMachine,), {"model": model, "__module__": __name__, **members})


def _rule(action: str) -> Callable[..., Any]:
    """The rule that takes one of the action's steps, where there is one."""

    def take(self: ModelMachine, data: st.DataObject) -> None:
        self._take(action, data)

    def can(self: ModelMachine) -> bool:
        return self._can(action)

    take.__name__ = f"rule_{action}"
    take.__doc__ = f"Take `{action}`."
    made: Callable[..., Any] = precondition(can)(rule(data=st.data())(take))
    return made
