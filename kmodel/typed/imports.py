"""Modules and what they import: loaded, put in order, cycles found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field

from kmodel.graphs import components
from kmodel.records import dataclass
from kmodel.source import Diagnostic, Rejected
from kmodel.syntax import tree
from kmodel.syntax.tree import Tree
from kmodel.typed.checks import uses
from kmodel.typed.faults import suggest

Load = Callable[[str], Tree | None]


@dataclass(slots=True)
class Modules:
    """All modules that were found: `trees` by name, those asked for first; `order`: after what they import, without those in a
    cycle; `closures`: a module with all that it imports, directly or not; `broken`: modules that import what is missing or in a
    cycle; `unnamed` are faults of no module."""

    trees: dict[str, Tree] = field(default_factory=dict)
    faults: dict[str, list[Diagnostic]] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)
    closures: dict[str, frozenset[str]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    unnamed: list[Diagnostic] = field(default_factory=list)

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """All faults, by module and then by place, each once."""
        found = [*self.unnamed, *(each for name in self.trees for each in sorted(self.faults[name], key=_place))]
        return tuple(dict.fromkeys(found))


def _place(found: Diagnostic) -> tuple[str, int]:
    return (found.span.source.name, found.span.start) if found.span is not None else ("", -1)


def collect(trees: Sequence[Tree], load: Load) -> Modules:
    """These modules and all that they import, or that their checks use."""
    modules = Modules()
    waiting = list(trees)
    while waiting:
        current = waiting.pop(0)
        if not _take(modules, current):
            continue
        for name, found in _wanted(current):
            known = name in modules.trees or any(other.module == name for other in waiting)
            loaded = None if known else _loaded(modules, name, load)
            if loaded is not None:
                waiting.append(loaded)
            elif not known and isinstance(found, tree.Import):
                _missing(modules, current, found, [*(each.module for each in trees), *modules.trees])
    _arrange(modules)
    return modules


def _take(modules: Modules, current: Tree) -> bool:
    """Whether the module is a new one; two files with one name are a fault."""
    first = modules.trees.get(current.module)
    if first is None:
        modules.trees[current.module] = current
        modules.faults[current.module] = []
        return True
    if first.source.name != current.source.name:
        files = f"`{first.source.name}` and `{current.source.name}`"
        message = f"`{current.module}` is the name of two modules, {files}"
        modules.faults[current.module].append(Diagnostic("duplicate-module", message, None, (), "give each a name of its own"))
    return False


def _wanted(current: Tree) -> Iterator[tuple[str, tree.Import | None]]:
    """The names of modules that a module needs: by import, or because a check uses them and no import is meant."""
    brought = set[str]()
    for each in current.imports:
        brought |= {each.module, each.module.rsplit(".", 1)[-1], each.alias or each.module}
        yield each.module, each
    for declared in current.declarations:
        if isinstance(declared, tree.Check):
            yield from ((name, None) for name, _ in uses(declared) if name not in brought)


def _loaded(modules: Modules, name: str, load: Load) -> Tree | None:
    """The module's tree; the faults of one that is no module are faults of none."""
    try:
        return load(name)
    except Rejected as rejected:
        modules.unnamed.extend(rejected.diagnostics)
        return None


def _missing(modules: Modules, current: Tree, found: tree.Import, known: Iterable[str]) -> None:
    help_ = suggest(found.module, known) or "look whether its file is below the same folder, and has no faults of its own"
    message = f"there is no module `{found.module}`"
    modules.broken.add(current.module)
    modules.faults[current.module].append(Diagnostic("unknown-module", message, found.span, (), help_))


def _arrange(modules: Modules) -> None:
    """Fills in the order, the closures, and the faults of cycles."""
    known = {name: [each.module for each in each_tree.imports if each.module in modules.trees] for name, each_tree in modules.trees.items()}
    for component in components(list(modules.trees), lambda name: known[name]):
        if len(component) > 1 or component[0] in known[component[0]]:
            _cycle(modules, known, sorted(component))
            continue
        (name,) = component
        modules.order.append(name)
        modules.closures[name] = frozenset({name}).union(*(modules.closures.get(each, {each}) for each in known[name]))
        if any(each not in modules.closures or each in modules.broken for each in known[name]):
            modules.broken.add(name)


def _cycle(modules: Modules, known: Mapping[str, list[str]], component: list[str]) -> None:
    """One fault for a cycle, at an import of its first module."""
    way = _way_round(component, known)
    place = next(each.span for each in modules.trees[way[0]].imports if each.module == way[1])
    message = " imports ".join(f"`{name}`" for name in way)
    help_ = "move what both need to a module that imports neither"
    modules.faults[way[0]].append(Diagnostic("import-cycle", message, place, (), help_))


def _way_round(component: list[str], known: Mapping[str, list[str]]) -> list[str]:
    """A shortest cycle through the first of them."""
    start = component[0]
    ways, waiting = dict[str, list[str]](), [[start]]
    while start not in ways:
        way = waiting.pop(0)
        for each in known[way[-1]]:
            if each in component and each not in ways:
                ways[each] = [*way, each]
                waiting.append(ways[each])
    return ways[start]
