"""Grounding keeps meaning: a claim's term at a state is what the claim is worth when the state's values are put in first."""

from __future__ import annotations

from random import Random

from hypothesis import given

from kmodel.ground import Grounding, decode, encode, variables_of
from kmodel.ground.evaluate import At, Evaluator
from kmodel.ground.symbolic import BOTTOM, Sym
from kmodel.ground.system import Place, State
from kmodel.ground.terms import TRUE
from kmodel.semantics import evaluate
from kmodel.typed.types import MapType, OptionalType, RangeType, SetType, Type
from kmodel.typed.values import MapValue, Value
from tests.ground.specs import grounding
from tests.strategies.expressions import VARIABLES, expressions, sources


def _value(random: Random, type_: Type, made: Grounding) -> Value:
    match type_:
        case MapType(key, value):
            keys = made.world.values(key, made.check.span)
            return MapValue.of({each: _value(random, value, made) for each in keys if random.random() < 0.5})
        case SetType(item):
            return frozenset(each for each in made.world.values(item, made.check.span) if random.random() < 0.5)
        case OptionalType(RangeType() as item):
            return _value(random, item, made) if random.random() < 0.5 else None
        case _:
            return random.choice(list(made.world.values(type_, made.check.span)))


def _state(random: Random, made: Grounding) -> State:
    """Any state, reachable or not."""
    state = [0] * len(made.system.variables)
    for place in made.system.places:
        value = _value(random, place.type, made)
        written = encode(place.shape, value)
        assert written is not None
        for which, number in written.items():
            state[which.index] = number
        assert decode(place.shape, tuple(state)) == value
    return tuple(state)


def _agrees(made: Grounding, name: str, state: State) -> None:
    def read(place: Place, after: bool) -> Sym:
        known = all(which.index < len(state) for which in variables_of(place.shape))
        return decode(place.shape, state) if known else BOTTOM

    evaluator = Evaluator(made.world, read)
    concrete = evaluator.term(made.program.claims[name].body, At()) is TRUE
    claims = [claim for claim in made.system.claims if claim.name == name]
    undefined = any(evaluate(each.condition, state) for claim in claims for each in claim.undefined)
    assert undefined == bool(evaluator.notes)
    if not undefined:
        assert all(evaluate(claim.term, state) for claim in claims) == concrete


@given(sources())
def test_the_term_at_a_state_is_the_value_of_the_state(random: Random) -> None:
    written = expressions(random, 25)
    invariants = "\n".join(f"invariant i{at} {{ {expression} }}" for at, expression in enumerate(written))
    made = grounding(f"module test\n{VARIABLES}\n{invariants}\ncheck c {{ scope Node = 2 }}")
    for state in [_state(random, made) for _ in range(4)]:
        for at in range(len(written)):
            _agrees(made, f"test.i{at}", state)
