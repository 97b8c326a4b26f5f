"""Of suggested invariants, those that are inductive together (Houdini: Flanagan and Leino, FME 2001), over bits."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from collections.abc import Set as AbstractSet
from itertools import count

from kmodel.engines.deadline import Clock
from kmodel.engines.sat.circuit import Literal
from kmodel.engines.sat.encode import Encoder
from kmodel.engines.sat.frames import Frames
from kmodel.engines.sat.lanes import never_false
from kmodel.engines.sat.machine import Machine
from kmodel.engines.sat.solve import Prover
from kmodel.engines.sat.template import Template
from kmodel.ground.alike import Roots, alike
from kmodel.ground.system import System
from kmodel.ground.terms import Term
from kmodel.records import dataclass


def inductive(system: System, suggested: Sequence[Term], clock: Clock, solver: str | None = None) -> list[Term]:
    """The most of the suggestions that hold at first and that all together are kept by every step. Raises Stopped."""
    found = together(system, [(term,) for term in suggested], clock, solver)
    return [found.terms[at] for at in found.kept]


@dataclass(frozen=True, slots=True)
class Suggested:
    """Terms, and of each the number of its orbit (whose members are the same but for individuals that are interchangeable) and of those
    with which it falls: all of its orbit, and of its family."""

    terms: Sequence[Term]
    orbit: Sequence[int]
    falls_with: Sequence[int]

    @staticmethod
    def of(system: System, families: Sequence[Sequence[Term]], wanted: Collection[Term]) -> Suggested:
        """Without families that have a member but not all of its orbit; where what is wanted is of that kind, without orbits."""
        for groups in (system.symmetric, ()):
            terms = [term for family in families for term in family]
            found = alike(system, groups, terms)
            if all(terms[at] not in wanted for at in found.open):
                break
        closed = _without(families, found.open)
        terms = [term for family in closed for term in family]
        orbits = alike(system, groups, terms).orbits if found.open else found.orbits
        family = [at for at, each in enumerate(closed) for _ in each]
        return Suggested(terms, _numbers(orbits, len(terms)), _joined(family, orbits))

    def standing_for(self, some: Sequence[int]) -> list[int]:
        """One of each orbit of these."""
        return list({self.orbit[at]: at for at in reversed(some)}.values())[::-1]

    def after(self, kept: Sequence[int], fallen: Iterable[int]) -> list[int]:
        """What is left of those kept after some fell."""
        gone = {self.falls_with[at] for at in fallen}
        return [at for at in kept if self.falls_with[at] not in gone]


def _without(families: Sequence[Sequence[Term]], members: AbstractSet[int]) -> list[Sequence[Term]]:
    """The families that have none of these members, which are numbered through."""
    numbers = count()
    return [family for family in families if members.isdisjoint([next(numbers) for _ in family])]


def _numbers(orbits: Sequence[Sequence[int]], many: int) -> list[int]:
    found = [0] * many
    for number, orbit in enumerate(orbits):
        for at in orbit:
            found[at] = number
    return found


def _joined(family: Sequence[int], orbits: Sequence[Sequence[int]]) -> list[int]:
    """Of each, the number of what its family and all orbits of its members make up."""
    roots = Roots(list(range(len(family))))
    for orbit in orbits:
        for at in orbit:
            roots.join(family[at], family[orbit[0]])
    return [roots.of(at) for at in family]


@dataclass(slots=True)
class Together:
    """`kept` (indexes of what was suggested) hold at first, and after each step that begins where all of them hold. `before` and
    `following` are the literals of all terms on both sides of a step that is taken where `steps` holds."""

    suggested: Suggested
    kept: list[int]
    prover: Prover
    steps: Literal
    before: Sequence[Literal]
    following: Sequence[Literal]

    @property
    def terms(self) -> Sequence[Term]:
        return self.suggested.terms

    def needed_by(self, wanted: Iterable[int]) -> list[int]:
        """Of the kept ones, those wanted and others with which these are inductive: what each leans on, by unsatisfiable cores. With one
        all of its orbit, as the same is so of them."""
        orbit = self.suggested.orbit
        members: dict[int, list[int]] = {}
        for at in self.kept:
            members.setdefault(orbit[at], []).append(at)
        needed = dict.fromkeys(orbit[at] for at in wanted)
        waiting = list(needed)
        while waiting:
            known = [at for number in needed for at in members[number]]
            for at in self._leans_on(members[waiting.pop()][0], known):
                if orbit[at] not in needed:
                    needed[orbit[at]] = None
                    waiting.append(orbit[at])
        return sorted(at for number in needed for at in members[number])

    def _leans_on(self, wanted: int, needed: Sequence[int]) -> list[int]:
        """Those that are needed already do, if they suffice."""
        for assumed in (needed, self.kept):
            if not self.prover.check([self.steps, *(self.before[at] for at in assumed), -self.following[wanted]]):
                core = set(self.prover.core())
                return [at for at in assumed if self.before[at] in core]
        raise AssertionError("what is kept is inductive")


def together(
    system: System, families: Sequence[Sequence[Term]], clock: Clock, solver: str | None = None, wanted: Collection[Term] = ()
) -> Together:
    """The most of the families of which all members are inductive together; but for those that are the same as others only in part, if
    they are not wanted. Raises Stopped."""
    machine = Machine.of(system)
    suggested = Suggested.of(system, _possible(machine, families, clock), wanted)
    many = len(suggested.terms)
    after = Encoder(machine.circuit, machine.after)
    now = [machine.encoder.literal(term) for term in suggested.terms]
    roots = [machine.steps, *now, *(after.literal(term) for term in suggested.terms)]
    template = Template.of(machine.circuit, machine.inputs, roots)
    first = Frames.of(machine, Prover(clock, solver))
    first.begin()
    held = first.put(template, first.states[0])[1 : 1 + many]
    kept = _kept(first.prover, suggested, range(many), held)
    first.prover.close()
    step = Frames.of(machine, Prover(clock, solver))
    step.anywhere()
    steps, *rest = step.put(template, step.states[0])
    before, following = rest[:many], rest[many:]
    while True:
        smaller = _dropped(step.prover, suggested, kept, [steps, *(before[at] for at in kept)], following)
        if len(smaller) == len(kept):
            return Together(suggested, kept, step.prover, steps, before, following)
        kept = smaller


def _possible(machine: Machine, families: Sequence[Sequence[Term]], clock: Clock) -> list[Sequence[Term]]:
    """Those of which no member is false in a state that some behaviour goes through."""
    said = [machine.encoder.literal(term) for family in families for term in family]
    return _without(families, set(range(len(said))).difference(never_false(machine, said, clock)))


def _kept(prover: Prover, suggested: Suggested, some: Sequence[int], held: Sequence[Literal]) -> list[int]:
    """Those that hold in all behaviours."""
    kept = list(some)
    while True:
        smaller = _dropped(prover, suggested, kept, (), held)
        if len(smaller) == len(kept):
            return kept
        kept = smaller


def _dropped(prover: Prover, suggested: Suggested, kept: Sequence[int], assumed: Sequence[Literal], held: Sequence[Literal]) -> list[int]:
    """Without those that one behaviour refutes, if there is one that refutes any."""
    asked = suggested.standing_for(kept)
    goal = prover.fresh()
    prover.add([[-goal, *(-held[at] for at in asked)]])
    if not asked or not prover.check([goal, *assumed]):
        return list(kept)
    values = prover.values([held[at] for at in asked])
    prover.add([[-goal]])
    return suggested.after(kept, [at for at, true in zip(asked, values, strict=True) if not true])
