"""Liveness as safety by counting (k-liveness: Claessen and Sörensson, FMCAD 2012). A trusted file.

A behaviour breaks a property when it goes through the automaton of the property's negation, coming again and again through each of its
accepting sets, and is fair. So the system goes beside the automaton here, and notes which of all those conditions it has met; each time
that it has met all of them it counts one and begins anew. If it never counts beyond k, no fair behaviour breaks the property. What holds
of behaviours that are fair to some of the groups holds of those that are fair to all.

A strongly fair group is one of two things: guessed to be off for good from some step on (then it must never be possible again), or taken
again and again. A step in which nothing happens is always possible: it is fair only where no fair group could take a step.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from kmodel.engines.automaton import Automaton, refuting
from kmodel.engines.obligations import possible
from kmodel.ground.cone import slices
from kmodel.ground.rebuild import Rewriter
from kmodel.ground.system import Action, Claim, Fairness, Formula, Start, System
from kmodel.ground.terms import FALSE, TRUE, Term, Variable, add, and_, at_most, equal, if_, less, not_, number, or_, truth, variable
from kmodel.records import dataclass


@dataclass(frozen=True, slots=True)
class Counting:
    """The variables beside those of the system: the automaton's node, which conditions are met, which groups are off, the count."""

    system: System
    automaton: Automaton
    node: Variable
    met: tuple[Variable, ...]
    off: tuple[Variable | None, ...]
    count: Variable
    most: int

    @staticmethod
    def of(system: System, formula: Formula, most: int) -> Counting:
        automaton = refuting(formula)
        first = len(system.variables)
        conditions = len(automaton.accepting) + len(system.fairness)
        node = Variable("node", first, "int", 0, max(len(automaton.labels) - 1, 0))
        met = tuple(Variable(f"met{at}", first + 1 + at, "bool", 0, 1) for at in range(conditions))
        strong = [group.kind == "strong" for group in system.fairness]
        places = [first + 1 + conditions + sum(strong[:at]) for at in range(len(strong))]
        off = tuple(Variable(f"off{at}", places[at], "bool", 0, 1) if is_strong else None for at, is_strong in enumerate(strong))
        count = Variable("count", first + 1 + conditions + sum(strong), "int", 0, most + 1)
        return Counting(system, automaton, node, met, off, count, most)

    def beside(self, claim: Claim) -> System:
        """The system beside the automaton, with the claim that it never counts beyond the most."""
        bound = at_most(variable(self.count), number(self.most))
        others = [which for which in (*self.met, *self.off) if which is not None]
        begins = or_(*(equal(variable(self.node), number(at)) for at in self.automaton.initial))
        fresh = (Start(self.node, None), *(Start(which, FALSE) for which in others), Start(self.count, number(0)))
        return replace(
            self.system,
            variables=(*self.system.variables, self.node, *others, self.count),
            starts=(*self.system.starts, *fresh),
            initial=(*self.system.initial, *([begins] if begins is not TRUE else [])),
            actions=tuple(action for action in self._actions(claim) if action.guard is not FALSE),
            claims=(replace(claim, kind="invariant", term=bound, formula=None, exercised=TRUE, undefined=()),),
            fairness=(),
            symmetric=(),
        )

    def _actions(self, claim: Claim) -> Iterator[Action]:
        idle = Action("nothing", (), None, TRUE, (), (), span=claim.span)
        for source, targets in enumerate(self.automaton.following):
            for target in targets:
                for at, action in [*enumerate(self.system.actions), (-1, idle)]:
                    yield self._taken(at, action, source, target)
        for off in self.off:
            if off is not None:
                yield replace(idle, name="off", updates=((off, TRUE),))

    def _taken(self, at: int, action: Action, source: int, target: int) -> Action:
        """The action while the automaton goes from one node to another; what the nodes say of this state and of the next must hold."""
        groups = zip(self.off, self.system.fairness, strict=True)
        quiet = [or_(not_(variable(off)), not_(self._able(group))) for off, group in groups if off is not None]
        here = equal(variable(self.node), number(source))
        labels = self.automaton.labels
        guard = and_(here, labels[source], possible(action), _afterwards(labels[target], action), *quiet)
        met = [or_(variable(which), now) for which, now in zip(self.met, self._meets(at, source), strict=True)]
        every = and_(*met)
        noted = tuple((which, and_(not_(every), now)) for which, now in zip(self.met, met, strict=True))
        more = if_(less(variable(self.count), number(self.most + 1)), add(variable(self.count), number(1)), number(self.most + 1))
        counted = (self.count, if_(every, more, variable(self.count)))
        return replace(action, guard=guard, updates=(*action.updates, (self.node, number(target)), *noted, counted), undefined=())

    def _meets(self, at: int, source: int) -> list[Term]:
        """Which conditions a step by the action meets: those of accepting sets, then those of fairness."""
        accepting = [truth(source in nodes) for nodes in self.automaton.accepting]
        groups = zip(self.system.fairness, self.off, strict=True)
        fair = [TRUE if at in group.actions else not_(self._able(group)) if off is None else variable(off) for group, off in groups]
        return [*accepting, *fair]

    def _able(self, group: Fairness) -> Term:
        return or_(*(possible(self.system.actions[at]) for at in group.actions))


def _afterwards(term: Term, action: Action) -> Term:
    """What the term says of the state after the action."""
    values = dict(action.updates)
    return Rewriter(lambda leaf: values.get(leaf.value) if isinstance(leaf.value, Variable) else None)(term)


def conjuncts(formula: Formula) -> list[Formula]:
    """What must each hold for the formula to: `always` is shared out among the parts of an `and`."""
    match formula.op:
        case "and":
            return [part for argument in formula.arguments for part in conjuncts(argument)]
        case "always":
            return [Formula("always", (part,)) for part in conjuncts(formula.arguments[0])]
        case _:
            return [formula]


DEFINED = -1
"""In the place of a conjunct: that the property is defined in every reachable state."""


def needed(claim: Claim) -> list[int]:
    """What must be proved for the property to hold."""
    assert claim.formula is not None
    return [*([DEFINED] if claim.undefined else []), *range(len(conjuncts(claim.formula)))]


def counted(system: System, claim: Claim, conjunct: int, groups: Sequence[int], most: int) -> System:
    """A system with one invariant; where it holds for each conjunct of the property, the property does. Only what has a bearing on it."""
    assert claim.formula is not None
    if conjunct == DEFINED:
        defined = not_(or_(*(hole.condition for hole in claim.undefined)))
        said = replace(claim, kind="invariant", term=defined, formula=None, exercised=TRUE, undefined=())
        return slices(replace(system, claims=(said,), fairness=()))[0].system
    narrow = replace(system, fairness=tuple(system.fairness[at] for at in groups))
    return slices(Counting.of(narrow, conjuncts(claim.formula)[conjunct], most).beside(claim))[0].system
