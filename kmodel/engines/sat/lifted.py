"""Terms of many actions as one term about what is chosen: the stage of the chosen pod, instead of that of each pod in turn.

Instances of an action differ in who takes part. Where their terms have one shape, the difference is in the leaves: those become a
variable of their own, whose bits choose among the leaves by the arguments of the step. A circuit for all pods is then as large as one
for a single pod, but for that choice, and solvers learn about the chosen pod what they would have to learn of each. What has no common
shape is chosen among whole.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field

from kmodel.engines.sat.choice import Choice, Key, Slot
from kmodel.engines.sat.circuit import Literal
from kmodel.engines.sat.encode import Encoder
from kmodel.engines.sat.words import Word
from kmodel.ground.rebuild import CONSTRUCTORS
from kmodel.ground.terms import Term, Variable, variable
from kmodel.records import dataclass

Family = tuple[Term, ...]
_LEAVES = frozenset({"variable", "number", "true", "false"})


@dataclass(slots=True)
class Lifting:
    """Lifts the terms of actions with one name. `bits` are those of all variables, to which it adds those of what is chosen."""

    choice: Choice
    encoder: Encoder
    bits: dict[Variable, Word]
    known: dict[tuple[tuple[int, ...], Family], Term] = field(default_factory=dict)

    def alike(self, terms: Mapping[int, Term]) -> Iterator[tuple[list[int], Term]]:
        """For actions (by index) of one name and a term of each: those whose terms have the same operation, and their term."""
        shapes: dict[tuple[str, int], list[int]] = {}
        for action, term in terms.items():
            op = "leaf" if term.op in _LEAVES else term.op
            shapes.setdefault((op, len(term.arguments)), []).append(action)
        for actions in shapes.values():
            yield actions, self.term(tuple(actions), tuple(terms[action] for action in actions))

    def term(self, actions: tuple[int, ...], family: Family) -> Term:
        """What is each action's own term where the action is chosen."""
        first = family[0]
        if all(term is first for term in family):
            return first
        made = self.known.get((actions, family))
        if made is None:
            made = self.known[actions, family] = self._joined(actions, family)
        return made

    def _joined(self, actions: tuple[int, ...], family: Family) -> Term:
        first = family[0]
        if first.arguments and all(term.op == first.op and len(term.arguments) == len(first.arguments) for term in family):
            columns = zip(*(_oriented(term, first) for term in family), strict=True)
            return CONSTRUCTORS[first.op](*(self.term(actions, column) for column in columns))
        return self._chosen(actions, family)

    def _chosen(self, actions: Sequence[int], family: Family) -> Term:
        """A variable that is each action's term where the action is chosen."""
        bounds = [(term.low, term.high) for term in family]
        low = min((low for low, _ in bounds if low is not None), default=None)
        high = max((high for _, high in bounds if high is not None), default=None)
        made = Variable(f"chosen {len(self.bits)}", len(self.bits), family[0].sort, low, high)
        options = dict(zip((self.choice.keys[action] for action in actions), family, strict=True))
        self.bits[made] = self._word(_needed(options))
        return variable(made)

    def _word(self, options: Mapping[Key, Term]) -> Word:
        """By one argument after the other."""
        first = next(iter(options))
        if not first:
            return self.encoder.word(options[first])
        slot = first[0][0]
        by_value: dict[int, dict[Key, Term]] = {}
        for (own, *rest), term in options.items():
            by_value.setdefault(own[1], {})[tuple(rest)] = term
        return self.encoder.words.one_of([(self._is(slot, value), self._word(_needed(part))) for value, part in by_value.items()])

    def _is(self, slot: Slot, value: int) -> Literal:
        return self.encoder.circuit.and_(self.choice.code(slot, value))


def _oriented(term: Term, like: Term) -> Sequence[Term]:
    """The arguments, those of an equality in the order of the other's."""
    if term.op in ("equal", "iff") and term.arguments[0].op != like.arguments[0].op:
        return term.arguments[::-1]
    return term.arguments


def _needed(options: Mapping[Key, Term]) -> Mapping[Key, Term]:
    """The options by those parts of their keys that tell them apart. The name is the same for all."""
    for slot in [slot for slot, _ in next(iter(options))]:
        shorter: dict[Key, Term] = {}
        for key, term in options.items():
            part = tuple(pair for pair in key if pair[0] != slot)
            if shorter.setdefault(part, term) is not term:
                break
        else:
            options = shorter
    return options
