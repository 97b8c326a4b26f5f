"""Random and enumerated small ground systems, for properties and differential tests of everything that takes a `System`.

    from tests.strategies.systems import enumerate_systems, systems

    @given(systems())                                  # every kind of claim, undefined steps, fairness, rigid variables
    @given(systems(kinds=("invariant", "defined")))    # only these claims (each kind comes once, or not at all)
    @given(systems(partial=False))                     # no action or claim is ever undefined
    for system in enumerate_systems(): ...             # 422 systems of one variable, exhaustive for their family

Compare with `kmodel.semantics.check_by_exhaustion(system)`: verdicts, lengths and counts must agree exactly. The systems are well
formed: starts in bounds, updates out of bounds only where an `Undefined` holds, rigid variables never updated, each variable once
in `starts`. Bounds are within 0..3 for ints, so a system has at most 256 states. They shrink to one variable and no action.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Literal

from hypothesis import strategies as st

from kmodel.ground.system import Action, Claim, ClaimKind, Fairness, Formula, System, Undefined
from kmodel.ground.terms import TRUE, Term, Variable, add, equal, less, modulo, not_, number, primed, subtract, variable
from tests.strategies.handmade import action, bool_variable, claim, defined, int_variable, state_formula, system, undefined
from tests.strategies.terms import draw_term

KINDS: tuple[ClaimKind, ...] = ("invariant", "transition", "witness", "property", "defined")


_COINS = st.integers(0, 3)
_BOOLS = st.booleans()
_SIZES = tuple(st.integers(0, most) for most in range(8))
_FROM_ONE = tuple(st.integers(1, most) for most in range(1, 5))
_KINDS_OF_FAIRNESS: st.SearchStrategy[Literal["weak", "strong"]] = st.sampled_from(("weak", "strong"))


@st.composite
def systems(draw: st.DrawFn, *, kinds: Sequence[ClaimKind] = KINDS, partial: bool = True, most_actions: int = 4) -> System:
    """A random system with 1 to 4 variables, up to `most_actions` actions and a claim of each of some of the `kinds`.

    `partial`: actions and claims may be undefined somewhere.
    """
    variables = _variables(draw)
    actions = [_action(draw, f"act{at}", variables, partial) for at in range(draw(_SIZES[most_actions]))]
    chosen = [kind for kind in kinds if draw(_BOOLS)] or [kinds[0]]
    claims = [_claim(draw, kind, variables, partial) for kind in chosen]
    groups = draw(_SIZES[2]) if actions and "property" in chosen else 0
    fairness = [_group(draw, f"group{at}", len(actions)) for at in range(groups)]
    starts = [_start(draw, which, variables) for which in variables]
    initial = [draw_term(draw, "bool", variables, 1)] if draw(_COINS) == 3 else []
    return system(variables, starts, actions, claims, initial=initial, fairness=fairness)


def _variables(draw: st.DrawFn) -> list[Variable]:
    made: list[Variable] = []
    for index in range(draw(_FROM_ONE[3])):
        rigid = draw(_COINS) == 3
        if draw(_BOOLS):
            low = draw(_SIZES[2])
            made.append(int_variable(f"x{index}", index, low, low + 1 + draw(_SIZES[2 - low]), rigid=rigid))
        else:
            made.append(bool_variable(f"b{index}", index, rigid=rigid))
    return made


def _start(draw: st.DrawFn, which: Variable, variables: Sequence[Variable]) -> Term | None:
    """Anywhere, or a term over what starts before: rigid variables first, then in order."""
    if draw(_COINS) == 3:
        return None
    earlier = [other for other in variables if (not other.rigid, other.index) < (not which.rigid, which.index)]
    value = draw_term(draw, which.sort, earlier, 1)
    return _within(which, value) if which.sort == "int" else value


def _within(which: Variable, value: Term) -> Term:
    """The value, brought into the variable's bounds by going round."""
    assert which.low is not None
    assert which.high is not None
    if value.low is not None and value.high is not None and which.low <= value.low and value.high <= which.high:
        return value
    return add(modulo(subtract(value, number(which.low)), number(which.high - which.low + 1)), number(which.low))


def _action(draw: st.DrawFn, name: str, variables: Sequence[Variable], partial: bool) -> Action:
    guard = draw_term(draw, "bool", variables, 2)
    flexible = [which for which in variables if not which.rigid]
    updates: dict[Variable, Term] = {}
    for _ in range(draw(_FROM_ONE[1]) if flexible else 0):
        which = flexible[draw(_SIZES[len(flexible) - 1])]
        value = draw_term(draw, which.sort, variables, 2)
        goes_round = which.sort == "int" and not (partial and draw(_BOOLS))
        updates[which] = _within(which, value) if goes_round else value
    return action(name, guard, updates.items(), _holes(draw, variables) if partial else ())


def _holes(draw: st.DrawFn, variables: Sequence[Variable], *, after: bool = False) -> list[Undefined]:
    """Mostly none: what is undefined whatever the guard says."""
    return [undefined(draw_term(draw, "bool", variables, 1, after=after), "absent-optional")] if draw(_COINS) == 3 else []


def _claim(draw: st.DrawFn, kind: ClaimKind, variables: Sequence[Variable], partial: bool) -> Claim:
    if kind == "defined":
        return defined()
    after = kind == "transition"
    holes = _holes(draw, variables, after=after) if partial else []
    exercised = draw_term(draw, "bool", variables, 1, after=after) if draw(_BOOLS) else TRUE
    if kind == "property":
        return claim(kind, kind, exercised=exercised, formula=draw_formula(draw, variables, 2), extra=holes)
    return claim(kind, kind, draw_term(draw, "bool", variables, 2, after=after), exercised=exercised, extra=holes)


_OPERATORS: Sequence[tuple[Literal["not", "and", "or", "always", "eventually", "until"], int]] = (
    ("always", 1),
    ("eventually", 1),
    ("until", 2),
    ("not", 1),
    ("and", 2),
    ("or", 2),
)


def draw_formula(draw: st.DrawFn, variables: Sequence[Variable], depth: int) -> Formula:
    """A temporal formula of at most `depth` operators in a path."""
    if depth == 0 or draw(_COINS) == 0:
        return state_formula(draw_term(draw, "bool", variables, 1))
    op, size = _OPERATORS[draw(_SIZES[len(_OPERATORS) - 1])]
    return Formula(op, tuple(draw_formula(draw, variables, depth - 1) for _ in range(size)))


@st.composite
def formulas(draw: st.DrawFn, variables: Sequence[Variable], depth: int = 2) -> Formula:
    return draw_formula(draw, variables, depth)


def _group(draw: st.DrawFn, name: str, actions: int) -> Fairness:
    some = {draw(_SIZES[actions - 1]) for _ in range(draw(_FROM_ONE[1]))}
    return Fairness(name, draw(_KINDS_OF_FAIRNESS), tuple(sorted(some)))


# ---- every system of a small scope


def enumerate_systems(*, properties: bool = False) -> Iterator[System]:
    """All systems with one int variable x in 0..2 that starts at 0 or anywhere, and at most two actions of four guards and five
    updates (x + 1 is out of range at 2). Each claims: x is never 0, 1, 2 (three invariants); x never shrinks (transition); 2 is
    reached (witness); nothing is undefined. With `properties`: and that 2 comes, that 0 comes again and again, with the actions
    weakly fair."""
    x = int_variable("x", 0, 0, 2)
    actions = [
        action(f"guard{i}_update{j}", guard, [(x, value)])
        for i, guard in enumerate(_enumerated_guards(variable(x)))
        for j, value in enumerate(_enumerated_updates(variable(x)))
    ]
    claims = _enumerated_claims(x) + (_enumerated_properties(x) if properties else [])
    for start in (0, None):
        for size in range(3):
            for chosen in combinations(actions, size):
                fairness = [Fairness(made.name, "weak", (at,)) for at, made in enumerate(chosen)] if properties else []
                yield system([x], [start], chosen, claims, fairness=fairness)


def _enumerated_guards(x: Term) -> list[Term]:
    return [TRUE, equal(x, number(0)), equal(x, number(1)), less(x, number(2))]


def _enumerated_updates(x: Term) -> list[Term]:
    return [add(x, number(1)), number(0), number(2), subtract(number(2), x), modulo(add(x, number(1)), number(3))]


def _enumerated_claims(x: Variable) -> list[Claim]:
    now = variable(x)
    never = [claim("invariant", f"never_{value}", not_(equal(now, number(value)))) for value in range(3)]
    grows = claim("transition", "grows", not_(less(primed(x), now)), exercised=less(now, primed(x)))
    return [*never, grows, claim("witness", "reaches_2", equal(now, number(2))), defined()]


def _enumerated_properties(x: Variable) -> list[Claim]:
    two, zero = state_formula(equal(variable(x), number(2))), state_formula(equal(variable(x), number(0)))
    again = Formula("always", (Formula("eventually", (zero,)),))
    return [claim("property", "two_comes", formula=Formula("eventually", (two,))), claim("property", "zero_again", formula=again)]
