"""Why a claim does not hold, and what would make it: the few lines of specs and manifests that contradict it together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial
from importlib import import_module

from kmodel.engines.deadline import Clock, Stopped
from kmodel.engines.engine import Progress
from kmodel.ground import Grounding, describe, slices
from kmodel.ground.question import Fact, Question, Questions
from kmodel.ground.system import Claim
from kmodel.manifests import Instance
from kmodel.pipeline.alarm import within
from kmodel.pipeline.change import Change, Holds, of_behaviour, of_constants, part_name
from kmodel.pipeline.decide import instance_of
from kmodel.pipeline.distance import Course
from kmodel.pipeline.findings import findings
from kmodel.pipeline.jobs import Job
from kmodel.pipeline.judge import Finding, proof, word
from kmodel.pipeline.request import Request
from kmodel.pipeline.sound import sound_jobs
from kmodel.pipeline.unreachable import Needed, needed
from kmodel.records import dataclass
from kmodel.source import Rejected, Span
from kmodel.typed import Program
from kmodel.typed.module import CheckSymbol
from kmodel.typed.values import Individual, Value
from kmodel.verdict.verdict import Proved, Verdict, Violated

_MOST = 5
"""In so many ways at most it is explained how a claim fails."""

_TRY = 5.0
"""Seconds for each check that leaves a condition out."""

_OF_A_TRY = 0.3
"""The share of the time that is left for each check with a changed number."""

Binding = Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Line:
    """A part of a constant, or (without `of`) a condition of a spec."""

    span: Span
    of: str | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """What contradicts the claim together, parts of constants and conditions of specs; `minimal`: without any one of them they do not.
    `about` says of what, `change` which change of numbers makes it hold; `in_time`: the search for one was finished."""

    about: str
    parts: tuple[Line, ...]
    rules: tuple[Line, ...]
    minimal: bool
    change: Change | None
    in_time: bool = True


@dataclass(frozen=True, slots=True)
class Explained:
    """`said` is the verdict in words; without a claim, what is wrong with the check. `missing` says why there is no reason. A `proof` in
    words rests on `invariants`, in those of the spec."""

    check: str
    claim: str | None
    said: str
    reasons: tuple[Reason, ...]
    missing: str | None = None
    proof: str | None = None
    invariants: tuple[str, ...] = ()


def explanations(request: Request, what: str) -> Iterator[Explained]:
    """Of each check that is about it, why the claim `what` is not as one would like it; or all that fails about the individual or
    object of that name. Rejected where the paths are not sound."""
    jobs, program = sound_jobs(request, "explain")
    for job in jobs:
        whole = what in (job.check.name, job.check.short)
        names = [name for name in job.check.claims if whole or what in (name, name.rsplit(".", 1)[-1])]
        check = replace(job.check, claims=tuple(names)) if names else job.check
        if names or all(what not in (symbol.name, symbol.short) for symbol in program.claims.values()):
            yield from Explainer(program, replace(job, check=check), request, None if names or whole else what).all()


@dataclass(slots=True)
class Explainer:
    """Explains the claims of one check; of an object, only what is about it."""

    program: Program
    job: Job
    request: Request
    wanted: str | None

    def all(self) -> Iterator[Explained]:
        """In the request's time for a check: half of it, at the most, to decide, the rest to explain."""
        clock = Clock.of(self.request.seconds)
        course = Course("the check was made ground")
        try:
            instance = within(clock, partial(instance_of, self.job, self.program))
            conflict = self._conflict(instance, clock)
            grounding = within(clock, partial(Grounding, self.program, self.job.check, instance)) if conflict is None else None
        except Stopped:
            yield Explained(self.job.check.short, None, course.stopped, ())
            return
        if grounding is None or (self.wanted is not None and not self._known(grounding)):
            yield from [conflict] if conflict is not None and self.wanted is None else []
            return
        found = findings(grounding.system, self.job.check, self.request, clock.part(0.5), _silent)
        rests_on = import_module("kmodel.pipeline.proofs").told(grounding.system, found)
        failing = [each.index for each in found if self._fails(grounding.system.claims[each.index], each)]
        for finding in found:
            ahead = sum(index >= finding.index for index in failing)
            explained = self._explained(grounding, instance, finding, clock.part(1 / max(1, ahead)))
            if explained is not None:
                yield replace(explained, proof=proof([finding]), invariants=rests_on.get(finding.index, ()))

    def _conflict(self, instance: Instance | None, clock: Clock) -> Explained | None:
        """Why there is no first state, if there is none: whatever is claimed holds then, of nothing."""
        try:
            question = within(clock, Questions(self.program, self.job.check, instance).begins)
            found = _core(question, clock.part(0.5)) if question.always else None
        except (Stopped, Rejected):
            return None
        if found is None:
            return None
        return Explained(self.job.check.short, None, "nothing can begin: what is assumed contradicts itself", (_reason("", found),))

    def _known(self, grounding: Grounding) -> bool:
        return any(self._is_wanted(each, grounding) for who in grounding.world.population.individuals.values() for each in who)

    def _is_wanted(self, value: Value, grounding: Grounding) -> bool:
        """Whether the value is the individual, or read from the object, that is asked about."""
        if not isinstance(value, Individual):
            return False
        given = grounding.world.population.given.get(value)
        return self.wanted in (value.name, given.object.rsplit(" ", 1)[-1] if given is not None else value.name)

    def _explained(self, grounding: Grounding, instance: Instance | None, finding: Finding, clock: Clock) -> Explained | None:
        claim = grounding.system.claims[finding.index]
        bindings = self._bindings(grounding, claim, finding)
        if claim.kind == "defined" or (self.wanted is not None and not bindings):
            return None
        said = word(finding.verdict, claim.kind)
        name = claim.name.rsplit(".", 1)[-1]
        if not self._fails(claim, finding):
            return None if self.wanted is not None else Explained(self.job.check.short, name, said, ())
        one = _One(self, grounding, instance, finding.index, finding.verdict)
        reasons: list[Reason] = []
        missing: str | None = None
        for at, binding in enumerate(bindings[:_MOST]):
            try:
                reasons.append(one.reason(binding, clock.part(1 / (min(_MOST, len(bindings)) - at))))
            except Stopped as stopped:
                missing = stopped.reason
            except Rejected as rejected:
                missing = rejected.diagnostics[0].message
        return Explained(self.job.check.short, name, said, tuple(reasons), missing if not reasons else None)

    def _fails(self, claim: Claim, finding: Finding) -> bool:
        """Whether it is broken or, a witness, never reached, whatever the check expects."""
        return isinstance(finding.verdict, Proved if claim.kind == "witness" else Violated)

    def _bindings(self, grounding: Grounding, claim: Claim, finding: Finding) -> list[Binding]:
        """What the claim's failures are about, copies of one object once; of an object, those that are about it."""
        if claim.kind == "witness" or not isinstance(finding.verdict, Violated):
            found: list[Binding] = [dict(claim.binding)]
        else:
            trace = finding.verdict.trace
            after = trace.states[-1] if claim.kind == "transition" else None
            state = trace.states[-2] if claim.kind == "transition" else trace.states[-1]
            witnesses = grounding.explain(finding.index, state, after, 400)
            found = [dict(witness.bindings) for witness in witnesses] or [dict(claim.binding)]
        if self.wanted is not None:
            found = [each for each in found if any(self._is_wanted(value, grounding) for value in each.values())]
        return list({self._same(each, grounding): each for each in reversed(found)}.values())[::-1]

    def _same(self, binding: Binding, grounding: Grounding) -> tuple[object, ...]:
        given = grounding.world.population.given
        return tuple(given[value].span if isinstance(value, Individual) and value in given else value for value in binding.values())


@dataclass(frozen=True, slots=True)
class _One:
    """One claim that fails."""

    explainer: Explainer
    grounding: Grounding
    instance: Instance | None
    index: int
    verdict: Verdict

    @property
    def claim(self) -> Claim:
        return self.grounding.system.claims[self.index]

    def reason(self, binding: Binding, clock: Clock) -> Reason:
        """Of what the binding names. Raises Stopped."""
        program, check = self.explainer.program, self.explainer.job.check
        questions = Questions(program, check, self.instance)
        about = ", ".join(f"{name} = {describe(value)}" for name, value in binding.items())
        if self._moves():
            found = self._unreachable(clock.part(0.6)) if self.claim.kind == "witness" else Needed((), True)
            rules = tuple(Line(span) for span in found.spans)
            return self._changed(Reason(about, (), rules, found.minimal, None), None, questions, binding, clock)
        question = within(clock, partial(self._question, questions, binding))
        core = _core(question, clock.part(0.6))
        if core is None:
            return Reason(about, (), (), False, None)
        return self._changed(self._reason(about, core), question, questions, binding, clock)

    def _question(self, questions: Questions, binding: Binding) -> Question:
        """Of the constants as they are where they cannot be loose."""
        symbol = self.explainer.program.claims[self.claim.name]
        try:
            return questions.holds(symbol, binding)
        except Rejected:
            return Questions(questions.program, questions.check, self.instance, loose=False).holds(symbol, binding)

    def _changed(self, reason: Reason, question: Question | None, questions: Questions, binding: Binding, clock: Clock) -> Reason:
        """The reason with the smallest change that makes the claim hold, if there is one and it is found in time."""
        check, program = self.explainer.job.check, self.explainer.program
        holds = self._holds(binding, clock)

        def change() -> Change | None:
            found = of_constants(question, check, program, holds, clock) if question is not None else None
            return found or of_behaviour(questions, _individuals(binding), check, holds, clock)

        try:
            return replace(reason, change=within(clock, change))
        except (Stopped, Rejected) as ended:
            return replace(reason, in_time=isinstance(ended, Rejected))

    def _reason(self, about: str, core: _Found) -> Reason:
        """The objects of individuals stand for the parts of constants that are not told apart."""
        made = _reason(about, core)
        given = self.grounding.world.population.given
        objects = {given[who].span: Line(given[who].span, str(who)) for fact in core[0] for who in reversed(fact.about) if who in given}
        return replace(made, parts=(*made.parts, *sorted(objects.values(), key=lambda line: (line.span.source.name, line.span.start))))

    def _moves(self) -> bool:
        """Whether steps may lead to what the claim is about, or away from it: then constants and first states alone do not tell."""
        part = next(part for part in slices(self.grounding.system) if self.index in part.claims)
        is_late = isinstance(self.verdict, Violated) and self.verdict.trace.steps > 0
        of_states = self.claim.kind == "witness" and not all(which.rigid for which in part.system.variables)
        return self.claim.kind in ("property", "transition") or is_late or of_states

    def _unreachable(self, clock: Clock) -> Needed:
        explainer, request = self.explainer, self.explainer.request

        def holds(program: Program, check: CheckSymbol) -> bool:
            only = replace(check, claims=(self.claim.name,))
            tried = clock.at_most(_TRY)
            try:
                system = within(tried, lambda: Grounding(program, only, self.instance).system)
            except (Rejected, Stopped):
                return False
            found = [
                each for each in findings(system, only, request, tried, _silent) if system.claims[each.index].binding == self.claim.binding
            ]
            return all(isinstance(each.verdict, Proved) for each in found if system.claims[each.index].kind == "witness")

        return needed(explainer.program, explainer.job.check, self.claim.name, holds, lambda: not clock.is_over)

    def _holds(self, binding: Binding, clock: Clock) -> Holds:
        def holds(check: CheckSymbol) -> bool:
            only = replace(check, claims=(self.claim.name,))
            grounding = Grounding(self.explainer.program, only, self.instance)
            return all(
                self._met(grounding, finding, binding)
                for finding in findings(grounding.system, only, self.explainer.request, clock, _silent)
            )

        return holds

    def _met(self, grounding: Grounding, finding: Finding, binding: Binding) -> bool:
        """Whether the claim is as one would like it, of what the binding names."""
        claim = grounding.system.claims[finding.index]
        if claim.kind == "defined" or any(dict(claim.binding).get(name, value) != value for name, value in binding.items()):
            return True
        if claim.kind == "witness":
            return isinstance(finding.verdict, Violated)
        if isinstance(finding.verdict, Violated) and finding.verdict.trace.steps == 0 and claim.kind == "invariant":
            witnesses = grounding.explain(finding.index, finding.verdict.trace.states[0], None, 400)
            return all(dict(witness.bindings) != binding for witness in witnesses)
        return isinstance(finding.verdict, Proved)


def _individuals(binding: Binding) -> list[Individual]:
    return [value for value in binding.values() if isinstance(value, Individual)]


_Found = tuple[tuple[Fact, ...], bool]


def _core(question: Question, clock: Clock) -> _Found | None:
    """The facts of a minimal contradiction, and whether it is minimal; what is only there is given up before the numbers are."""
    order = sorted(question.facts, key=lambda fact: fact.part is not None and fact.part.knob is not None)
    search = partial(
        import_module("kmodel.engines.smt.cores").core, question.always, [fact.holds for fact in order], clock.part(0.9).rest()
    )
    core = within(clock, search)
    return None if core is None else (tuple(order[at] for at in core.terms), core.minimal)


def _reason(about: str, core: _Found) -> Reason:
    facts, minimal = core
    return Reason(about, _lines(facts, True), _lines(facts, False), minimal, None)


def _lines(facts: Sequence[Fact], parts: bool) -> tuple[Line, ...]:
    """In the order of files and lines; a place once."""
    lines = [Line(fact.span, None if fact.part is None else part_name(fact.part)) for fact in facts if (fact.part is not None) == parts]
    once = {(line.span.source.name, line.span.start, line.span.end): line for line in lines}
    return tuple(once[key] for key in sorted(once))


def _silent(_: Progress) -> None:
    return None
