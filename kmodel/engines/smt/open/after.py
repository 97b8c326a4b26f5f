"""What a formula says of the state after an action, in terms of the state before it."""

from __future__ import annotations

from kmodel.ground.open.logic import App, Formula, put, rebuilt
from kmodel.ground.open.updates import OpenAction


def after(formula: Formula, action: OpenAction, stepwise: bool) -> Formula:
    """The formula about the state after the action, or (`stepwise`) about the action's step: there only what is said of the state after it
    is replaced."""

    def change(each: Formula) -> Formula | None:
        if not isinstance(each, App) or (stepwise and not each.after):
            return None
        update = action.updates.get(each.symbol)
        if update is None:
            return App(each.symbol, each.arguments)
        return put(update.value, dict(zip(update.parameters, each.arguments, strict=True)))

    return rebuilt(formula, change)
