"""Grounding keeps meaning: a claim's term at a state is what the claim is worth when the state's values are put in first."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from kmodel.ground import decode, encode
from kmodel.ground.evaluate import At, Evaluator
from kmodel.ground.system import Place
from kmodel.ground.terms import TRUE
from kmodel.semantics import evaluate
from kmodel.typed.types import MapType, OptionalType, RangeType, SetType, Type
from kmodel.typed.values import MapValue, Value
from tests.ground.specs import grounding
from tests.strategies.expressions import VARIABLES, bools


def _value(draw: Any, type_: Type, world: Any) -> Value:
    match type_:
        case MapType(key, value):
            keys = world.values(key, world.check.span)
            return MapValue.of({each: _value(draw, value, world) for each in keys if draw(st.booleans())})
        case SetType(item):
            return frozenset(each for each in world.values(item, world.check.span) if draw(st.booleans()))
        case OptionalType(RangeType() as item):
            return _value(draw, item, world) if draw(st.booleans()) else None
        case _:
            return draw(st.sampled_from(list(world.values(type_, world.check.span))))  # type: ignore[no-any-return]


@given(bools(), st.data())
def test_the_term_at_a_state_is_the_value_of_the_state(expression: str, data: st.DataObject) -> None:
    made = grounding(f"module test\n{VARIABLES}\ninvariant i {{ {expression} }}\ncheck c {{ scope Node = 2 }}")
    state = [0] * len(made.system.variables)
    for place in made.system.places:
        written = encode(place.shape, _value(data.draw, place.type, made.world))
        assert written is not None
        for which, number in written.items():
            state[which.index] = number
    before = tuple(state)

    def read(place: Place, after: bool) -> Value:
        return decode(place.shape, before)

    evaluator = Evaluator(made.world, read)
    concrete = evaluator.term(made.program.claims["test.i"].body, At()) is TRUE
    undefined = any(evaluate(each.condition, before) for claim in made.system.claims for each in claim.undefined)
    assert undefined == bool(evaluator.notes)
    if not undefined:
        assert all(evaluate(claim.term, before) for claim in made.system.claims) == concrete
