"""References between objects: by name, within a namespace or without one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field

from kmodel.manifests.individuals import Draft
from kmodel.manifests.nodes import Yaml, excerpt
from kmodel.records import dataclass
from kmodel.source import Diagnostic, Rejected
from kmodel.typed.values import Individual


@dataclass(frozen=True, slots=True)
class References:
    """Every individual by entity, namespace and name."""

    known: Mapping[tuple[str, str | None, str], tuple[tuple[Draft, Individual], ...]] = field(repr=False)

    @staticmethod
    def to(individuals: Iterable[tuple[Draft, Individual]]) -> References:
        known: dict[tuple[str, str | None, str], tuple[tuple[Draft, Individual], ...]] = {}
        for draft, individual in individuals:
            key = draft.entity, draft.object.namespace, draft.base
            known[key] = (*known.get(key, ()), (draft, individual))
        return References(known)

    def optional(self, entity: str, name: str, source: Draft, node: Yaml) -> Individual | None:
        """The individual that `source` means by a name (or by `namespace/name`, from anywhere), if there is one."""
        namespace, slash, last = name.rpartition("/")
        places = [(namespace or None, last)] if slash else [(source.object.namespace, name), (None, name)]
        found = next((one for place in places if (one := self.known.get((entity, *place)))), ())
        if len(found) > 1:
            also = tuple((draft.object.span, "this one") for draft, _ in found)
            message = f"`{excerpt(name)}` names more than one {_short(entity)}"
            raise Rejected([Diagnostic("ambiguous-reference", message, node.span, also, "give them names of their own")])
        return found[0][1] if found else None

    def required(self, entity: str, name: str, source: Draft, node: Yaml) -> Individual:
        found = self.optional(entity, name, source, node)
        if found is None:
            message = f"there is no {_short(entity)} `{excerpt(name)}`"
            help_ = "give its manifest too, or correct the name"
            raise Rejected([Diagnostic("unresolved-reference", message, node.span, (), help_)])
        return found


def _short(entity: str) -> str:
    return entity.rpartition(".")[2]
