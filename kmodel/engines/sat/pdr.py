"""Property-directed reachability (Bradley, VMCAI 2011; Eén, Mishchenko and Brayton, FMCAD 2011), one claim after the other.

Frame i over-approximates what i steps reach, as lemmas: cubes of atoms that no such state satisfies. All claims share the frames. A
lemma is learned with all that permutations of interchangeable individuals make of it, so that frames stay symmetric; where that, or the
number of lemmas, grows too large, the claim is left to other engines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from heapq import heappop, heappush
from itertools import count

from kmodel.engines.deadline import Clock
from kmodel.engines.sat.atoms import Cube, TooMany, Vocabulary
from kmodel.engines.sat.circuit import FALSE, TRUE, Literal
from kmodel.engines.sat.frames import Frames
from kmodel.engines.sat.machine import Machine
from kmodel.engines.sat.solve import Prover
from kmodel.engines.sat.template import Template
from kmodel.ground.system import System
from kmodel.records import dataclass

MOST_LEMMAS = 150_000
Chain = tuple[Cube, ...]
"""Cubes on the way to a failure: the first holds a first state, and each has a step to the next one."""


@dataclass(frozen=True, slots=True)
class Place:
    """A state and a step from it in a solver: the literals of atoms before and after, of the choice, and that claims fail."""

    prover: Prover
    now: Sequence[Literal]
    after: Sequence[Literal]
    inputs: Sequence[Literal]
    steps: Literal
    fails: Sequence[Literal]

    def before(self, cube: Cube) -> list[Literal]:
        return [self.now[each] if each > 0 else -self.now[-each] for each in cube]

    def following(self, cube: Cube) -> dict[Literal, int]:
        """The cube's literals after the step, each with its atom."""
        return {self.after[each] if each > 0 else -self.after[-each]: each for each in cube}


@dataclass(slots=True)
class Pdr:
    """`lemmas[i]` are the cubes that were last shown not to be reached in i steps, each with its images; `levels[i]` turns on those of
    level i. `first` looks at steps from first states, `anywhere` at steps from any, `lifter` at steps without lemmas."""

    system: System
    machine: Machine
    vocabulary: Vocabulary
    first: Place
    anywhere: Place
    lifter: Place
    lemmas: list[dict[Cube, set[Cube]]] = field(default_factory=lambda: [{}, {}])
    levels: list[Literal] = field(default_factory=list)
    learned: int = 0

    @staticmethod
    def of(system: System, clock: Clock, solver: str | None) -> Pdr:
        machine, vocabulary = Machine.of(system), Vocabulary.of(system)
        fails = [machine.fails(at) for at in range(len(system.claims))]
        atoms = [*vocabulary.literals(machine, machine.now), *vocabulary.literals(machine, machine.after)]
        choice = [bit for bits in machine.choice.bits.values() for bit in bits]
        template = Template.of(machine.circuit, machine.inputs, [machine.steps, *atoms, *choice, *fails])
        first, anywhere, lifter = (
            _place(machine, template, len(vocabulary.atoms), len(choice), Prover(clock, solver), begin) for begin in (True, False, False)
        )
        made = Pdr(system, machine, vocabulary, first, anywhere, lifter)
        made.levels = [made.anywhere.prover.fresh(), made.anywhere.prover.fresh()]
        return made

    # ---- questions

    def _level(self, i: int) -> list[Literal]:
        return self.levels[i:]

    def begins(self, cube: Cube) -> bool:
        """Whether a first state is in the cube."""
        return self.first.prover.check(self.first.before(cube))

    def _bad(self, claim: int) -> list[Literal]:
        of_steps = self.system.claims[claim].kind == "transition"
        return [self.anywhere.steps] if of_steps else []

    def fails_at_first(self, claim: int) -> bool:
        literal = self.first.fails[claim]
        steps = [self.first.steps] if self._bad(claim) else []
        return literal != FALSE and self.first.prover.check([literal, *steps])

    def failing(self, claim: int, k: int) -> Cube | None:
        """States that frame k does not exclude in which the claim fails (or before a step of which it fails)."""
        literal = self.anywhere.fails[claim]
        if literal == FALSE or not self.anywhere.prover.check([*self._level(k), literal, *self._bad(claim)]):
            return None
        steps = [self.lifter.steps] if self._bad(claim) else []
        return self._lifted([self.lifter.fails[claim], *steps])

    def reached_from(self, cube: Cube, i: int) -> tuple[bool, Cube]:
        """Whether a step leads into the cube from outside it in frame i - 1, and then states from which it does, else a part of the
        cube into which none does."""
        place = self.first if i == 1 else self.anywhere
        prover = place.prover
        outside = prover.fresh()
        prover.add([[-outside, *(-literal for literal in place.before(cube))]])
        after = place.following(cube)
        assumptions = [*([] if i == 1 else self._level(i - 1)), outside, place.steps, *after]
        found = prover.check(assumptions)
        core = frozenset(cube if found else (after[each] for each in prover.core() if each in after))
        if found:
            core = self._lifted([self.lifter.steps, *self.lifter.following(cube)], place)
        prover.add([[-outside]])
        return found, core

    def _lifted(self, target: Sequence[Literal], place: Place | None = None) -> Cube:
        """Of the last model's state, atoms that are enough for the step that it takes to reach the target."""
        place = place or self.anywhere
        inputs = [own if value else -own for own, value in zip(self.lifter.inputs, place.prover.values(place.inputs), strict=True)]
        held = self._holding(place)
        prover = self.lifter.prover
        missed = prover.fresh()
        prover.add([[-missed, *(-literal for literal in target)]])
        by_literal = dict(zip(self.lifter.before(held), held, strict=True))
        assert not prover.check([missed, *inputs, *by_literal])
        core = frozenset(by_literal[each] for each in prover.core() if each in by_literal)
        prover.add([[-missed]])
        return core

    def _holding(self, place: Place) -> Cube:
        """The atoms of the last model's state; of a choice only the value that it is."""
        values = place.prover.values(place.now[1:])
        atoms = self.vocabulary.atoms
        return frozenset(at if value else -at for at, value in enumerate(values, start=1) if value or atoms[at - 1].kind != "value")

    # ---- lemmas

    def _apart(self, core: Cube, cube: Cube) -> Cube:
        """The core with as much more of the cube as keeps first states out of it."""
        kept = set(core)
        for each in sorted(cube - core):
            if not self.begins(frozenset(kept)):
                break
            kept.add(each)
        return frozenset(kept)

    def generalized(self, cube: Cube, core: Cube, i: int) -> Cube:
        """A smaller cube that frame i can exclude as well."""
        small = self._apart(core, cube)
        for each in sorted(small, key=abs):
            shorter = small - {each}
            if each not in small or not shorter or self.begins(shorter):
                continue
            found, less = self.reached_from(shorter, i)
            if not found:
                small = self._apart(less, shorter)
        return small

    def learn(self, cube: Cube, i: int) -> None:
        """Frame i and all before it exclude the cube and its images. Raises TooMany."""
        images = self.vocabulary.images(cube)
        self.learned += len(images)
        if self.learned > MOST_LEMMAS:
            raise TooMany
        for level in range(1, i + 1):
            self.lemmas[level] = {old: its for old, its in self.lemmas[level].items() if not cube <= old}
        self.lemmas[i][cube] = images
        self.anywhere.prover.add([-self.levels[i], *(-literal for literal in self.anywhere.before(image))] for image in images)

    def excluded(self, cube: Cube, i: int) -> bool:
        return not self.anywhere.prover.check([*self._level(i), *self.anywhere.before(cube)])

    def block(self, cube: Cube, k: int) -> Chain | None:
        """Exclude the cube from frame k; or how it is reached from a first state."""
        order = count()
        waiting: list[tuple[int, int, Chain]] = [(k, next(order), (cube,))]
        while waiting:
            i, _, chain = heappop(waiting)
            if self.begins(chain[0]):
                return chain
            if i == 0 or self.excluded(chain[0], i):
                continue
            found, part = self.reached_from(chain[0], i)
            if found:
                heappush(waiting, (i - 1, next(order), (part, *chain)))
                heappush(waiting, (i, next(order), chain))
                continue
            lemma = self.generalized(chain[0], part, i)
            while i < k and not self.reached_from(lemma, i + 1)[0]:
                i += 1
            self.learn(lemma, i)
            if i < k:
                heappush(waiting, (i + 1, next(order), chain))
        return None

    def push(self) -> int | None:
        """Lemmas to the next frames where they hold there, too; a frame that keeps none of its own is closed under steps."""
        self.lemmas.append({})
        self.levels.append(self.anywhere.prover.fresh())
        for i in range(1, len(self.lemmas) - 1):
            for cube, images in list(self.lemmas[i].items()):
                if not self.reached_from(cube, i + 1)[0]:
                    del self.lemmas[i][cube]
                    self.lemmas[i + 1][cube] = images
                    self.anywhere.prover.add([-self.levels[i + 1], *(-each for each in self.anywhere.before(image))] for image in images)
            if not self.lemmas[i]:
                return i
        return None

    def prove(self, claim: int) -> list[Cube] | Chain:
        """The cubes of a frame that is closed under steps and excludes all failures; or (a tuple) how the claim fails. Raises TooMany."""
        if self.fails_at_first(claim):
            return ()
        while True:
            k = len(self.lemmas) - 1
            while (cube := self.failing(claim, k)) is not None:
                chain = self.block(cube, k)
                if chain is not None:
                    return chain
            closed = self.push()
            if closed is not None:
                return self.invariant(closed + 1)

    def invariant(self, i: int) -> list[Cube]:
        """The cubes, images included, that frame i excludes."""
        return sorted({image for level in self.lemmas[i:] for images in level.values() for image in images}, key=sorted)


def _place(machine: Machine, template: Template, atoms: int, inputs: int, prover: Prover, begin: bool) -> Place:
    frames = Frames.of(machine, prover)
    if begin:
        frames.begin()
    else:
        frames.anywhere()
    steps, *rest = frames.put(template, frames.states[0])
    now, after = [TRUE, *rest[:atoms]], [TRUE, *rest[atoms : 2 * atoms]]
    return Place(prover, now, after, rest[2 * atoms : 2 * atoms + inputs], steps, rest[2 * atoms + inputs :])
