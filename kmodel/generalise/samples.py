"""Reachable states of small scopes, and which conditions hold in them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import product
from random import Random

from kmodel.engines.engine import Budget
from kmodel.engines.run import run
from kmodel.generalise.extend import MODULE
from kmodel.generalise.vocabulary import Words
from kmodel.ground import Grounding, slices
from kmodel.ground.evaluate import At
from kmodel.ground.rebuild import Reads
from kmodel.ground.system import Claim, Slice, State, Undefined
from kmodel.ground.terms import TRUE, Term, and_
from kmodel.records import dataclass
from kmodel.semantics import evaluate_all
from kmodel.source import Rejected
from kmodel.typed.module import CheckSymbol, Program, ScopeItem
from kmodel.typed.values import Individual
from kmodel.verdict.verdict import Exhaustion, Proved, Violated

MOST_STATES = 20_000
MOST_ROWS = 600
SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Sample:
    """Of each family, for each atom the rows (a state and individuals for the variables) in which it holds, and in which it does not, as
    bits; and all rows. Of an atom that speaks of what nothing in the scope is about, neither is known. Which claims are violated in the
    scope, and which are exercised."""

    atoms: tuple[tuple[tuple[int, int], ...], ...]
    rows: tuple[int, ...]
    violated: frozenset[str]
    exercised: frozenset[str]


def scopes(program: Program, check: CheckSymbol) -> Iterator[CheckSymbol]:
    """The check in small scopes, from one individual of each entity to two, and then three of one of them."""
    entities = [item.entity for item in check.scopes]
    sizes = [dict.fromkeys(entities, size) for size in (1, 2)]
    sizes += [{**dict.fromkeys(entities, 2), entity: 3} for entity in entities]
    for each in sizes:
        items = tuple(_scope(program, item, each[item.entity]) for item in check.scopes)
        yield replace(check, scopes=items)


def _scope(program: Program, item: ScopeItem, size: int) -> ScopeItem:
    if item.names:
        return item
    pool = size if program.entities[item.entity].pool else None
    return replace(item, size=min(size, item.size) if pool else size, pool=pool)


def sample(program: Program, check: CheckSymbol, claims: Sequence[str], families: Sequence[Words], budget: Budget) -> Sample | None:
    """What holds in the reachable states of the check's scope. None: they are too many, or the scope is none."""
    try:
        grounding = Grounding(program, replace(check, claims=tuple(claims)))
        made = _with_atoms(grounding, families)
    except Rejected:
        return None
    if made is None:
        return None
    part, rows = made
    goals = part.system.claims
    outcome = run(part.system, "explicit", budget)
    violated = {goal.name for goal, verdict in zip(goals, outcome.verdicts, strict=True) if isinstance(verdict, Violated)}
    exercised = {goal.name for goal, vacuous in zip(goals, outcome.vacuous, strict=True) if vacuous is False}
    states = _states(part, budget)
    if states is None:
        return None
    atoms, meant = _measured(families, rows, states)
    return Sample(atoms, meant, frozenset(violated), frozenset(exercised))


def _states(part: Slice, budget: Budget) -> list[State] | None:
    if not part.system.actions:
        return None
    every = Claim("every", "invariant", (), TRUE, None, TRUE, (), span=part.system.actions[0].span)
    (verdict,) = run(replace(part.system, claims=(every,)), "explicit", budget).verdicts
    if not isinstance(verdict, Proved) or not isinstance(verdict.certificate, Exhaustion) or verdict.certificate.reachable is None:
        return None
    states = sorted(verdict.certificate.reachable)
    if not states:
        return None
    return states if len(states) <= MOST_ROWS else Random(0).sample(states, MOST_ROWS)


@dataclass(frozen=True, slots=True)
class Row:
    """What atom (-1: that the row is meant) of what family is said of what choice of individuals, by which term of the part."""

    family: int
    atom: int
    choice: int
    term: Term


def _with_atoms(grounding: Grounding, families: Sequence[Words]) -> tuple[Slice, list[Row]] | None:
    """The system cut down to what its invariants and the atoms need, and the atoms said of each choice of individuals."""
    known, reads = frozenset(grounding.system.variables), Reads()
    said = [
        Row(number, atom, choice, term)
        for number, words in enumerate(families)
        for choice, individuals in enumerate(_choices(grounding, words))
        for atom, term in _terms(grounding, number, words, individuals)
        if reads(term) <= known
    ]
    span = grounding.check.span
    reading = tuple(Undefined(row.term, "atom", "", span) for row in said)
    own = [claim for claim in grounding.system.claims if claim.kind in ("invariant", "witness")]
    blank = Claim(f"{MODULE}.atom", "invariant", (), TRUE, None, TRUE, (), span=span)
    wider = tuple(replace(claim, undefined=(*claim.undefined, *reading)) for claim in (*own, blank))
    parts = slices(replace(grounding.system, claims=wider))
    if len(parts) != 1:
        return None
    (part,) = parts
    *goals, last = part.system.claims
    narrow = tuple(replace(goal, undefined=goal.undefined[: len(claim.undefined)]) for goal, claim in zip(goals, own, strict=True))
    rows = [replace(row, term=hole.condition) for row, hole in zip(said, last.undefined, strict=True)]
    return replace(part, system=replace(part.system, claims=narrow)), rows


def _choices(grounding: Grounding, words: Words) -> Iterator[tuple[Individual, ...]]:
    individuals = grounding.world.population.individuals
    for row in product(*(individuals[entity] for _, entity in words.variables)):
        if not words.alike or row[0] != row[1]:
            yield row


def _terms(grounding: Grounding, number: int, words: Words, individuals: Sequence[Individual]) -> Iterator[tuple[int, Term]]:
    """What is said of the individuals: first that they are there."""
    evaluator = grounding.evaluator
    yield -1, and_(*(evaluator.existing(who) for who in individuals))
    for at in range(len(words.atoms)):
        definition = grounding.program.defs[f"{MODULE}.{name_of(number, at)}"]
        kept, evaluator.notes = evaluator.notes, []
        env = dict(zip((parameter.name for parameter in definition.parameters), individuals, strict=True))
        yield at, evaluator.term(definition.body, At(env))
        evaluator.notes = kept


def name_of(family: int, atom: int) -> str:
    """The name of the definition that is an atom."""
    return f"atom_{family}_{atom}"


def _measured(
    families: Sequence[Words], rows: Sequence[Row], states: Sequence[State]
) -> tuple[tuple[tuple[tuple[int, int], ...], ...], tuple[int, ...]]:
    values = evaluate_all([row.term for row in rows], states)
    bits = [int("".join(map(str, map(int, each))), 2) for each in values]
    every = (1 << len(states)) - 1
    atoms = [[(0, 0)] * len(words.atoms) for words in families]
    meant = [0] * len(families)
    for row, said in zip(rows, bits, strict=True):
        shift = row.choice * len(states)
        if row.atom < 0:
            meant[row.family] |= said << shift
        else:
            holds, fails = atoms[row.family][row.atom]
            atoms[row.family][row.atom] = holds | said << shift, fails | (every & ~said) << shift
    return tuple(map(tuple, atoms)), tuple(meant)
