"""Which individuals the objects give: one an object or several copies of a part, and what they are called."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import field
from graphlib import CycleError, TopologicalSorter

from kmodel.manifests.conversions import whole, wrong_value
from kmodel.manifests.nodes import Yaml
from kmodel.manifests.objects import Identity, Object, first_line
from kmodel.manifests.owners import Owners, Pair
from kmodel.manifests.paths import EACH, select, steps
from kmodel.records import dataclass
from kmodel.source import Diagnostic, Rejected, Span
from kmodel.typed.module import EntitySymbol, ReadFrom
from kmodel.typed.values import Individual

MOST_COPIES = 10_000


@dataclass(frozen=True, slots=True)
class Draft:
    """An individual to be: the object, the part of it that fields are read from, and which copy this is. `base` is its name
    within its namespace and entity; `span` the object's name, or the first line of the item of a list that it is; `root` the
    outermost given object that controls it, else itself."""

    entity: str
    object: Object
    root: Object = field(compare=False, repr=False)
    part: Yaml = field(repr=False)
    copy: int
    base: str
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Drafted:
    """The drafts of each entity, in the order of the objects; `left` are objects that an entity leaves to others, or leaves out."""

    drafts: Mapping[str, tuple[Draft, ...]]
    left: frozenset[Identity]
    diagnostics: tuple[Diagnostic, ...]


def draft(entities: Sequence[EntitySymbol], objects: Iterable[Object], sizes: Mapping[str, int]) -> Drafted:
    """Every individual that the objects give. `sizes` counts the individuals of the entities that no object gives."""
    symbols = {symbol.name: symbol for symbol in entities}
    found: dict[str, tuple[Draft, ...]] = {}
    diagnostics: list[Diagnostic] = []
    try:
        names = [*TopologicalSorter({name: _counted(symbol) for name, symbol in symbols.items()}).static_order()]
    except CycleError as error:
        return Drafted({}, frozenset(), (_cycle(symbols[error.args[1][0]]),))
    objects = tuple(objects)
    owners, left = Owners.of(objects), set[Identity]()
    for symbol in (symbols[name] for name in names if name in symbols):
        counts = {name: len(found.get(name, ())) or sizes.get(name, 0) for name in _counted(symbol)}
        pairs, passed = owners.read(symbol, objects)
        found[symbol.name] = _drafts(symbol, owners, pairs, counts, diagnostics)
        left.update(item.identity for item in passed)
    return Drafted({name: found[name] for name in symbols}, frozenset(left), tuple(diagnostics))


def _counted(symbol: EntitySymbol) -> set[str]:
    return {source.times_entity for source in symbol.sources if source.times_entity is not None}


def _cycle(symbol: EntitySymbol) -> Diagnostic:
    message = f"how many `{symbol.short}` there are depends on itself"
    return Diagnostic("times-cycle", message, symbol.span, (), "write `times` with a path, or count another entity")


def _drafts(
    symbol: EntitySymbol, owners: Owners, pairs: Sequence[Pair], counts: Mapping[str, int], diagnostics: list[Diagnostic]
) -> tuple[Draft, ...]:
    drafts: list[Draft] = []
    for item, source in pairs:
        try:
            drafts += _copies(symbol, source, item, owners.root(item), counts)
        except Rejected as rejected:
            diagnostics += rejected.diagnostics
    return tuple(drafts)


def _copies(symbol: EntitySymbol, source: ReadFrom, item: Object, root: Object, counts: Mapping[str, int]) -> list[Draft]:
    copied = [part for part in _parts(source, item) for _ in range(_times(source, item, counts))]
    names = [item.name] if len(copied) == 1 else [f"{item.name}-{copy}" for copy in range(len(copied))]
    listed = source.at is not None and EACH in steps(source.at)
    spans = [first_line(part) if listed else item.span for part in copied]
    return [Draft(symbol.name, item, root, part, copy, names[copy], spans[copy]) for copy, part in enumerate(copied)]


def _parts(source: ReadFrom, item: Object) -> list[Yaml]:
    if source.at is None:
        return [item.root]
    selection = select(item.root, steps(source.at))
    if not selection.present and not selection.many:
        message, help_ = f"`{item}` has no `{source.at}`", f"give it, with the fields that a {source.kind} has there"
        raise Rejected([Diagnostic("missing-field", message, item.span, (), help_)])
    return [node for node in selection.nodes if node is not None]


def _times(source: ReadFrom, item: Object, counts: Mapping[str, int]) -> int:
    if source.times_entity is not None:
        return counts[source.times_entity]
    if source.times is None:
        return 1
    selection = select(item.root, steps(source.times))
    if selection.many:
        return len(selection.nodes)
    node = next(iter(selection.nodes), None)
    if node is None:
        return source.times_default
    times = whole(node)
    if not 0 <= times <= MOST_COPIES:
        help_ = f"write a number from 0 to {MOST_COPIES}"
        raise Rejected([wrong_value(node, f"{times} copies cannot be read", help_)])
    return times


def named(drafts: Sequence[Draft]) -> list[tuple[Draft, Individual]]:
    """The drafts of one entity as individuals. Those that would share a name are told apart by their namespaces, then by their
    kinds, then by number."""
    names = [one.base for one in drafts]
    for longer in (_with_namespace, _with_kind):
        shared = Counter(names)
        names = [longer(one) if shared[name] > 1 else name for one, name in zip(drafts, names, strict=True)]
    named = zip(drafts, _numbered(names), strict=True)
    return [(one, Individual(one.entity, index, name, named=True)) for index, (one, name) in enumerate(named)]


def _with_namespace(one: Draft) -> str:
    return f"{one.object.namespace}/{one.base}" if one.object.namespace else one.base


def _with_kind(one: Draft) -> str:
    return f"{one.object.kind}/{_with_namespace(one)}"


def _numbered(names: list[str]) -> list[str]:
    taken: set[str] = set()
    numbered: list[str] = []
    for name in names:
        number = 2
        free = name
        while free in taken:
            free, number = f"{name}#{number}", number + 1
        taken.add(free)
        numbered.append(free)
    return numbered
