"""Strategies for states of a model, and for walks through it."""

from __future__ import annotations

from hypothesis import strategies as st

from kmodel.ground.system import State
from kmodel.testing.model import Model, Step, Values


def states(model: Model, steps: int = 20) -> st.SearchStrategy[Values]:
    """States that the model reaches within so many steps; they shrink to those near the beginning."""
    return _reached(model, steps).map(model.values)


@st.composite
def _reached(draw: st.DrawFn, model: Model, steps: int) -> State:
    state = draw(st.sampled_from(model.starts))
    for _ in range(draw(st.integers(0, steps))):
        following = list(model.successors(state))
        if not following:
            break
        _, state = draw(st.sampled_from(following))
    return state


@st.composite
def walks(draw: st.DrawFn, model: Model, steps: int = 20) -> list[Step]:
    """Behaviours of the model of at most so many steps: inputs for a controller that is driven from outside."""
    state = draw(st.sampled_from(model.starts))
    taken: list[Step] = []
    for _ in range(draw(st.integers(0, steps))):
        following = list(model.successors(state))
        if not following:
            break
        index, after = draw(st.sampled_from(following))
        taken.append(model.step(index, state, after))
        state = after
    return taken
