"""Objects to individuals: every entity of a check's modules, from the objects that its declarations name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from kmodel.manifests.documents import Documents
from kmodel.manifests.fill import Filler
from kmodel.manifests.individuals import Draft, draft, named
from kmodel.manifests.instance import Given, Instance
from kmodel.manifests.nodes import Yaml
from kmodel.manifests.references import References
from kmodel.manifests.unread import not_modelled
from kmodel.source import Diagnostic, Rejected, Span
from kmodel.typed.module import EntitySymbol, Program
from kmodel.typed.values import Individual, Value


def read(documents: Documents, program: Program, active: frozenset[str], sizes: Mapping[str, int]) -> Instance:
    """The individuals that the objects give to the entities and fields which modules in `active` declare.

    `sizes` says how many individuals there are of entities (by qualified name) that no object gives, for `times count(…)`.
    The diagnostics are those of the documents, then those of reading them.
    """
    entities = _active(program, active)
    drafted = draft(entities, documents.objects, sizes)
    individuals = {name: named(drafts) for name, drafts in drafted.drafts.items() if drafts}
    references = References.to(pair for pairs in individuals.values() for pair in pairs)
    diagnostics: list[Diagnostic] = [*documents.diagnostics, *drafted.diagnostics]
    given = {
        name: tuple(_given(program, symbol, references, one, individual, diagnostics) for one, individual in individuals[name])
        for name, symbol in ((symbol.name, symbol) for symbol in entities)
        if name in individuals
    }
    return Instance(
        given,
        len(documents.objects),
        len({one.object.identity for drafts in drafted.drafts.values() for one in drafts} | drafted.left),
        not_modelled(documents.objects, program, entities),
        _once(diagnostics),
    )


def _active(program: Program, active: frozenset[str]) -> tuple[EntitySymbol, ...]:
    """The entities of active modules, with the fields of active modules."""
    return tuple(
        replace(symbol, fields=tuple(field for field in symbol.fields if field.module in active))
        for symbol in program.entities.values()
        if symbol.module in active
    )


def _given(
    program: Program, symbol: EntitySymbol, references: References, one: Draft, individual: Individual, diagnostics: list[Diagnostic]
) -> Given:
    filler = Filler(program, references, one)
    fields: dict[str, Value] = {}
    spans: dict[str, Span] = {}
    nodes: dict[str, Yaml] = {}
    for field in symbol.fields:
        try:
            if (found := filler.field(field)) is not None:
                fields[field.name], spans[field.name] = found.value, found.span
                nodes.update({field.name: found.node} if found.node is not None else {})
        except Rejected as rejected:
            diagnostics += rejected.diagnostics
    return Given(individual, one.object.namespace, str(one.object), fields, one.span, spans, nodes)


def _once(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Copies of an object repeat its faults."""
    return tuple(dict.fromkeys(diagnostics))
