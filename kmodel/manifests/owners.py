"""Which object controls which, as `metadata.ownerReferences` say, and which objects an entity therefore leaves to others.

A cluster lists a controller, what it made, and what that made: three objects of one thing. An entity that is read from all of them says
by `unless "#controller"` or `unless "#controls"` whether the outermost or the innermost stands for the others.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from typing import TypeAlias

from kmodel.manifests.nodes import Yaml, YamlList, YamlMap, YamlScalar
from kmodel.manifests.objects import OWNERS, Identity, Object
from kmodel.manifests.paths import select, steps
from kmodel.records import dataclass
from kmodel.source import Rejected
from kmodel.typed.module import EntitySymbol, ReadFrom

CONTROLLER, CONTROLS, ROOT = "#controller", "#controls", "#root"
_UID = ("metadata", "uid")

Pair: TypeAlias = tuple[Object, ReadFrom]


@dataclass(frozen=True, slots=True)
class Owners:
    """The controller of each object, where it is given too."""

    controllers: Mapping[int, Object] = field(repr=False)

    @staticmethod
    def of(objects: Iterable[Object]) -> Owners:
        objects = tuple(objects)
        known = {each.identity: each for each in objects}
        return Owners({id(each): found for each in objects if (found := _controller(each, known)) is not None})

    def above(self, item: Object) -> Iterator[Object]:
        """Its controller, that one's, and so on; a circle ends where it closes."""
        seen = {id(item)}
        at = self.controllers.get(id(item))
        while at is not None and id(at) not in seen:
            yield at
            seen.add(id(at))
            at = self.controllers.get(id(at))

    def root(self, item: Object) -> Object:
        """The outermost controller that is given; the object itself where none is."""
        return next(reversed([item, *self.above(item)]))

    def read(self, symbol: EntitySymbol, objects: Iterable[Object]) -> tuple[list[Pair], list[Object]]:
        """The objects that the entity is read from, and those of its kinds that it leaves out."""
        by_kind: dict[tuple[str, str], list[ReadFrom]] = {}
        for source in symbol.sources:
            by_kind.setdefault((source.api_version, source.kind), []).append(source)
        all_ = [(item, source) for item in objects for source in by_kind.get((item.api_version, item.kind), ())]
        found = [(item, source) for item, source in all_ if not _says(source, item)]
        held = {id(item) for item, _ in found}
        found = [(item, source) for item, source in found if not (_has(source, CONTROLLER) and self._any_above(item, held))]
        controlling = {id(above) for item, _ in found for above in self.above(item)}
        found = [(item, source) for item, source in found if not (_has(source, CONTROLS) and id(item) in controlling)]
        kept = {id(item) for item, _ in found}
        return found, [item for item, _ in all_ if id(item) not in kept]

    def _any_above(self, item: Object, held: set[int]) -> bool:
        return any(id(each) in held for each in self.above(item))


def _has(source: ReadFrom, path: str) -> bool:
    return any(each.path.strip('"') == path for each in source.unless)


def _says(source: ReadFrom, item: Object) -> bool:
    """Whether the object itself says that it is to be left out."""
    return any(
        any(node is not None and (not each.values or (isinstance(node, YamlScalar) and node.text in each.values)) for node in nodes)
        for each in source.unless
        if not each.path.startswith('"#')
        for nodes in [_nodes(item.root, steps(each.path))]
    )


def _nodes(root: Yaml, path: tuple[str, ...]) -> tuple[Yaml | None, ...]:
    """What a path leads to; nothing where it leads through something of another kind, which whoever reads a field there tells."""
    try:
        return select(root, path).nodes
    except Rejected:
        return ()


def _controller(item: Object, known: Mapping[Identity, Object]) -> Object | None:
    """The object that the one reference means which says that it controls."""
    owners = _nodes(item.root, OWNERS)
    for each in owners[0].items if owners and isinstance(owners[0], YamlList) else ():
        if isinstance(each, YamlMap) and _value(each, ("controller",)) is True:
            return _meant(each, item.namespace, known)
    return None


def _meant(reference: YamlMap, namespace: str | None, known: Mapping[Identity, Object]) -> Object | None:
    version, kind, name = (str(_value(reference, (key,)) or "") for key in ("apiVersion", "kind", "name"))
    group = version.rpartition("/")[0]
    found = known.get((group, kind, namespace, name)) or known.get((group, kind, None, name))
    return found if found is not None and _same(_value(reference, ("uid",)), _value(found.root, _UID)) else None


def _same(said: object, has: object) -> bool:
    """An object that was made again under its old name is another one."""
    return said is None or has is None or said == has


def _value(node: Yaml, path: tuple[str, ...]) -> object:
    nodes = _nodes(node, path)
    return nodes[0].value if nodes and isinstance(nodes[0], YamlScalar) else None
