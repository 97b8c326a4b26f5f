"""What tells individuals of one entity apart, so that they are not interchangeable: in words, for people."""

from __future__ import annotations

from collections.abc import Iterator

from kmodel.ground.exchange import Asymmetric, Exchange, Exchanges
from kmodel.ground.mentioned import anonymous
from kmodel.ground.symmetry import MOST_TERMS, Invariants, action_image, claim_image, group_image, size_of, start_image
from kmodel.ground.system import Action, System
from kmodel.typed.values import Individual

_MOST = 3
"""So many classes of one entity are told apart from its first."""


def told_apart(system: System) -> tuple[str, ...]:
    """A sentence for each class of unnamed individuals beside the first of their entity. Named ones are never interchangeable."""
    classes = {entity: list(_classes(system, entity, who)) for entity, who in anonymous(system).items()}
    several = {entity: found for entity, found in classes.items() if len(found) > 1}
    if not several:
        return ()
    if size_of(system) > MOST_TERMS:
        return ("the check is too large to look for interchangeable individuals",)
    reasons = _Reasons(system)
    pairs = [(found[0], other) for found in several.values() for other in found[1 : _MOST + 1]]
    return tuple(f"{one} and {other}: {reasons.of(one, other)}" for one, other in pairs)


def _classes(system: System, entity: str, individuals: list[Individual]) -> Iterator[Individual]:
    """The first of each class."""
    others = {who for group in system.symmetric if group.entity == entity for who in group.individuals[1:]}
    return (who for who in individuals if who not in others)


class _Reasons:
    def __init__(self, system: System) -> None:
        self.system, self.exchanges, self.invariants = system, Exchanges(system), Invariants(system)

    def of(self, one: Individual, other: Individual) -> str:
        """What tells the two apart."""
        try:
            by = self.exchanges.of(one, other)
        except Asymmetric:
            return "what they hold cannot be exchanged"
        return next(self._differences(by), "to try it would take too long")

    def _differences(self, by: Exchange) -> Iterator[str]:
        yield from self._actions(by)
        yield from self._starts(by)
        for claim in self.system.claims:
            try:
                if claim_image(claim, by) not in self.invariants.claims:
                    yield f"the claim `{_short(claim.name)}` is about one of them"
            except Asymmetric:
                yield f"the claim `{_short(claim.name)}` reckons with who is who"

    def _actions(self, by: Exchange) -> Iterator[str]:
        known = set(self.invariants.actions)
        images = []
        for action in self.system.actions:
            try:
                images.append(action_image(action, by))
            except Asymmetric:
                yield f"the action `{_label(action)}` reckons with who is who"
                return
            if images[-1] not in known:
                yield f"no action is for the other what `{_label(action)}` is for the one"
        for group in self.system.fairness:
            if group_image(group, images) not in self.invariants.groups:
                yield f"fairness to `{group.name}` is about one of them"

    def _starts(self, by: Exchange) -> Iterator[str]:
        try:
            for start in self.system.starts:
                if start_image(start, by) not in self.invariants.starts:
                    yield f"`{start.variable.name}` starts as something else for the other"
            if any(by.term(term) not in self.invariants.initial for term in self.system.initial):
                yield "an assumption of what is at first is about one of them"
        except Asymmetric:
            yield "what they start as reckons with who is who"


def _label(action: Action) -> str:
    return _short(action.name) + action.label.removeprefix(action.name)


def _short(name: str) -> str:
    return name.rsplit(".", 1)[-1]
