"""What is at a field of an object, as rules look at it: its value, whether there is any, what number it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction

from kmodel.manifests.nodes import Yaml, YamlList, YamlMap, YamlScalar, is_absent
from kmodel.manifests.paths import EACH, select, steps
from kmodel.manifests.quantities import quantity


def at(node: Yaml, field: str) -> Yaml | None:
    if "." not in field:
        return node.fields.get(field) if isinstance(node, YamlMap) else None
    return next(iter(select(node, steps(field)).nodes), None)


def plain(node: Yaml | None) -> object:
    return node.value if isinstance(node, YamlScalar) else None if node is None else node


def says_nothing(node: Yaml | None) -> bool:
    return is_absent(node) or (isinstance(node, YamlScalar) and node.value == "") or (isinstance(node, YamlList) and not node.items)


def is_empty(node: Yaml) -> bool:
    """A mapping of empty things is empty too: so is a selector that selects by nothing."""
    return says_nothing(node) or (isinstance(node, YamlMap) and all(is_empty(part) for part in node.fields.values()))


def whole_number(node: Yaml) -> int | None:
    return node.value if isinstance(node, YamlScalar) and isinstance(node.value, int) and not isinstance(node.value, bool) else None


def amount(node: Yaml) -> Fraction | int | None:
    """A number, or an amount with a unit; texts that are neither have no bounds."""
    if not isinstance(node, YamlScalar) or isinstance(node.value, bool) or node.value is None:
        return None
    try:
        return quantity(node.value if isinstance(node.value, str) else str(node.value))
    except ValueError:
        return None


def both(words: Sequence[object]) -> str:
    return " and ".join(f"`{each}`" for each in words)


def either(words: Sequence[object]) -> str:
    shown = [f"`{each}`" for each in words]
    return " or ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))


def scalars(node: Yaml, field: str) -> list[YamlScalar]:
    return [part for part in leads_to(node, steps(field)) if isinstance(part, YamlScalar) and part.value is not None]


def leads_to(node: Yaml | None, path: tuple[str, ...]) -> Iterator[Yaml]:
    """What is at the ends of a path through lists."""
    if not path:
        yield from () if node is None else (node,)
    elif path[0] == EACH:
        for part in node.items if isinstance(node, YamlList) else ():
            yield from leads_to(part, path[1:])
    elif isinstance(node, YamlMap):
        yield from leads_to(node.fields.get(path[0]), path[1:])
