"""What flows along expressions: stages, and the names that an `is` binds."""

from __future__ import annotations

from kmodel.typed import expressions as typed
from kmodel.typed.expressions import Expr, Stage
from kmodel.typed.types import OptionalType, Type


def latest(*parts: Expr | typed.Bound) -> Stage:
    """The latest stage of these (CONSTANT for none)."""
    return max((part.stage for part in parts), key=lambda stage: stage.value, default=Stage.CONSTANT)


def bound_by(made: Expr) -> dict[str, tuple[Type, Stage]]:
    """What is bound where this is true."""
    match made:
        case typed.Is(operand, name):
            assert isinstance(operand.type, OptionalType)
            return {name: (operand.type.item, operand.stage)}
        case typed.Apply("and", (left, right)):
            return bound_by(left) | bound_by(right)
        case _:
            return {}
