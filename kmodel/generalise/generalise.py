"""From small scopes to all of them: what their reachable states have in common, proved without a scope."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from importlib import import_module
from itertools import accumulate
from time import monotonic

from kmodel.engines.engine import Budget
from kmodel.generalise.candidates import candidates
from kmodel.generalise.extend import MODULE, closure, extended, misread
from kmodel.generalise.guards import said_by_guards
from kmodel.generalise.recheck import recheck
from kmodel.generalise.samples import MOST_STATES, SECONDS, Sample, name_of, sample, scopes
from kmodel.generalise.vocabulary import Vocabulary, Words
from kmodel.generalise.wording import clause, definition
from kmodel.ground.open import NotApplicable, OpenClaim, Opening, OpenSystem
from kmodel.ground.open.clauses import Clause, Family, Invariant
from kmodel.ground.open.logic import Formula, Sort, Var, and_, not_, same, symbols
from kmodel.ground.open.meaning import At
from kmodel.records import dataclass
from kmodel.typed.module import CheckSymbol, Program
from kmodel.typed.types import EntityType


@dataclass(frozen=True, slots=True)
class Everywhere:
    """The claim holds in every scope: `invariants`, as text of the language, and `claims` (qualified) are inductive together. `left`
    tells what may be anything in the proof, `rechecked` by what it was looked at again; `vacuous`: no small scope exercises the claim."""

    claims: tuple[str, ...]
    invariants: tuple[str, ...]
    left: tuple[str, ...]
    rechecked: str
    vacuous: bool


@dataclass(frozen=True, slots=True)
class Narrow:
    """There is no proof for every scope, and why."""

    reason: str


Answer = Everywhere | Narrow


def generalise(program: Program, check: CheckSymbol, wanted: Sequence[str], seconds: float | None, seed: int = 0) -> Mapping[str, Answer]:
    """For each of these claims (qualified), a proof for every scope or why there is none."""
    if check.cluster is not None:
        return dict.fromkeys(wanted, Narrow("the check is about given objects"))
    end = None if seconds is None else monotonic() + seconds
    opening = Opening(program, check)
    said = {name: opening.claim(program.claims[name]) for name in dict.fromkeys([*wanted, *_helpers(program, check)])}
    goals = [each for each in said.values() if isinstance(each, OpenClaim)]
    answers: dict[str, Answer] = {name: Narrow(each.reason) for name, each in said.items() if isinstance(each, NotApplicable)}
    if any(goal.name in wanted for goal in goals):
        answers |= _Attempt.of(program, check, opening.system(goals), goals).answers(wanted, end, seed)
    return {name: answers[name] for name in wanted}


def _helpers(program: Program, check: CheckSymbol) -> list[str]:
    """Other claims of the check, which a proof may lean on."""
    return [name for name in check.claims if program.claims[name].kind == "invariant"]


@dataclass(slots=True)
class _Attempt:
    """The program with its vocabulary as definitions."""

    program: Program
    check: CheckSymbol
    vocabulary: Vocabulary
    words: list[Words]
    goals: Sequence[OpenClaim]

    @staticmethod
    def of(program: Program, check: CheckSymbol, system: OpenSystem, goals: Sequence[OpenClaim]) -> _Attempt:
        vocabulary = vocabulary_of(program, check, system)
        words = list(vocabulary.words())
        wrong = misread(program, check, _definitions(vocabulary, words)) if vocabulary.said else frozenset[int]()
        if wrong:
            firsts = list(accumulate((len(each.atoms) for each in words), initial=0))
            words = [
                replace(each, atoms=tuple(atom for at, atom in enumerate(each.atoms) if first + at not in wrong))
                for first, each in zip(firsts, words, strict=False)
            ]
        return _Attempt(extended(program, check, _definitions(vocabulary, words)), check, vocabulary, words, goals)

    def answers(self, wanted: Sequence[str], end: float | None, seed: int) -> Mapping[str, Answer]:
        samples, violated = self._samples(end)
        exercised = frozenset[str]().union(*(each.exercised for each in samples))
        opening = Opening(self.program, self.check)
        claims = [opening.claim(self.program.claims[goal.name]) for goal in self.goals if goal.name not in violated]
        goals = [each for each in claims if isinstance(each, OpenClaim)]
        families = list(self._families(opening))
        system, clauses = opening.system(goals), candidates(self.words, samples)
        prove = import_module("kmodel.engines.smt.open.prove").prove
        found: tuple[Invariant | str, ...] = prove(system, families, clauses, _left(end), seed)
        answers: dict[str, Answer] = {name: Narrow(f"it is violated for {scope}") for name, scope in violated.items()}
        for goal, each in zip(goals, found, strict=True):
            if goal.name in wanted:
                made = self._answer(each, goals, clauses, system, end)
                answers[goal.name] = made if isinstance(made, Narrow) else replace(made, vacuous=_is_vacuous(self.program, goal, exercised))
        return answers

    def _samples(self, end: float | None) -> tuple[list[Sample], dict[str, str]]:
        """Of small scopes, while there is time; and what is violated in one, by its scope."""
        found, violated = list[Sample](), dict[str, str]()
        names = [goal.name for goal in self.goals]
        begun = monotonic()
        for small in scopes(self.program, self.check):
            spent = monotonic() - begun
            if spent > SECONDS or (end is not None and monotonic() > end):
                break
            budget = Budget(seconds=SECONDS, states=MOST_STATES, keep=MOST_STATES)
            made = sample(self.program, small, names, self.words, budget)
            if made is not None:
                found.append(made)
                scope = ", ".join(f"{item.entity.rsplit('.', 1)[-1]} = {item.size}" for item in small.scopes)
                violated |= {name: scope for name in made.violated if name not in violated}
        return found, violated

    def _families(self, opening: Opening) -> Iterator[Family]:
        for number, words in enumerate(self.words):
            variables = tuple(opening.meaning.shapes.fresh(name, _sort(opening, entity)) for name, entity in words.variables)
            there = and_(*(opening.meaning.exists(each) for each in variables))
            meant = and_(there, not_(same(variables[0], variables[1]))) if words.alike else there
            atoms = tuple(self._atom(opening, name_of(number, at), variables) for at in range(len(words.atoms)))
            yield Family(variables, meant, atoms)

    def _atom(self, opening: Opening, name: str, variables: Sequence[Var]) -> Formula:
        found = self.program.defs[f"{MODULE}.{name}"]
        env = dict(zip((parameter.name for parameter in found.parameters), variables, strict=True))
        made = opening.meaning.formula(found.body, At(env))
        opening.meaning.notes = []
        return made

    def _answer(
        self, found: Invariant | str, goals: Sequence[OpenClaim], clauses: Sequence[Clause], system: OpenSystem, end: float | None
    ) -> Answer:
        if isinstance(found, str):
            return Narrow(f"{found}; left open: {', '.join(system.left)}" if system.left else found)
        chosen = [clauses[at] for at in found.clauses]
        texts = tuple(clause(self.words[each.family], each.literals, self.vocabulary) for each in chosen)
        claims = tuple(goals[at].name for at in found.claims)
        by = recheck(self.program, self.check, claims, texts, _left(end))
        if by is None:
            return Narrow("the proof did not stand when it was looked at again")
        return Everywhere(claims, texts, system.left, by, False)


def _definitions(vocabulary: Vocabulary, words: Sequence[Words]) -> list[str]:
    return [
        definition(name_of(number, at), each, atom, vocabulary) for number, each in enumerate(words) for at, atom in enumerate(each.atoms)
    ]


def _is_vacuous(program: Program, goal: OpenClaim, exercised: frozenset[str]) -> bool:
    return program.claims[goal.name].kind == "invariant" and goal.name not in exercised


def _left(end: float | None) -> float | None:
    return None if end is None else max(end - monotonic(), 0.0)


def _sort(opening: Opening, entity: str) -> Sort:
    found = opening.meaning.shapes.sort(EntityType(entity))
    assert found is not None
    return found


def vocabulary_of(program: Program, check: CheckSymbol, system: OpenSystem) -> Vocabulary:
    """The words for what the open system speaks of."""
    formulas = [*system.initial, *(claim.formula for claim in system.claims)]
    for action in system.actions:
        formulas += [action.guard, *(update.value for update in action.updates.values())]
    names = [symbol.name for symbol in symbols(formulas)]
    seen = frozenset(closure(program, check))
    relevant = {
        entity.name: [each for each in entity.fields if each.module in seen and _is_meant(f"{entity.name}.{each.name}", names)]
        for entity in program.entities.values()
        if any(item.entity == entity.name for item in check.scopes)
    }
    tables = [
        *((name, symbol.type) for name, symbol in program.vars.items()),
        *((name, symbol.type) for name, symbol in program.consts.items()),
    ]
    made = Vocabulary(program, seen, relevant, {name: type_ for name, type_ in tables if name in names})
    return replace(made, said=said_by_guards(program, check.active, made.word))


def _is_meant(name: str, names: Sequence[str]) -> bool:
    return any(each == name or each.startswith((f"{name}?", f"{name}!", f"{name}.", f"{name}[")) for each in names)
