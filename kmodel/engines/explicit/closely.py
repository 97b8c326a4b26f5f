"""A look by interpreted code at the states where faster code saw claims fail: what failed there, and in which step."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kmodel.engines.explicit.generate import check, compiled, expand
from kmodel.engines.explicit.layout import Layout
from kmodel.engines.explicit.search import Finding, Place
from kmodel.ground.system import State, System


def look_closely(
    system: System, form: Layout, states: Sequence[State], failed: list[bool], found: Callable[[int, Finding, int], None]
) -> None:
    """Tells `found` of each claim that is `failed` its first finding, and which of the states it is in; clears the flag. Faster code and
    interpreted code must agree."""
    look, step = compiled(check(system, form), "check"), compiled(expand(system, form), "expand")
    idle = [False] * len(failed)
    here = 0

    def broken(claim: int, undefined: Place, state: int, action: int | None = None, after: int | None = None) -> bool:
        if failed[claim]:
            failed[claim] = False
            found(claim, Finding(undefined, state, action, after), here)
        return False

    for here, state in enumerate(states):  # noqa: B007
        packed = form.encode(state)
        look([packed], failed, idle, broken, bool)
        step([packed], {}, _ignored, [0] * len(system.actions), failed, idle, broken, bool)
    assert not any(failed), "faster code and interpreted code differ about a claim"


def _ignored(_: int) -> None:
    return None
