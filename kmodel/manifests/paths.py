"""Paths in objects, as specs write them (`status.parts[].name`), and what they lead to."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from kmodel.manifests.nodes import Yaml, YamlList, YamlMap, describe, is_absent
from kmodel.records import dataclass
from kmodel.source import Diagnostic, Rejected, Span

EACH = "[]"  # a step into every item of a list
COPY = ("#copy",)  # the number of the copy that is filled, from 0

_STEP = re.compile(r'("[^"\n]*"|[#\w][\w\-]*)(\[\])?(?:\.|\Z)')
_PLAIN = re.compile(r"[A-Za-z_][\w\-]*")


@cache
def steps(path: str) -> tuple[str, ...]:
    """The keys of a path (and EACH), outermost first. A key may stand in quotes."""
    found: list[str] = []
    at = 0
    while at < len(path):
        step = _STEP.match(path, at)
        assert step is not None, f"no path: {path}"
        found += [step[1].strip('"'), *([EACH] if step[2] else [])]
        at = step.end()
    return tuple(found)


def show(path: Iterable[str]) -> str:
    """The text of a path."""
    text = ""
    for step in path:
        quoted = step if _PLAIN.fullmatch(step) else f'"{step}"'
        text += step if step == EACH else f".{quoted}"
    return text.removeprefix(".")


@dataclass(frozen=True, slots=True)
class Selection:
    """`many`: the path leads through a list, and `nodes` has what each item has at its end (None: nothing).
    Without, `nodes` is the one node. Nothing of all is there: `nodes` is empty, and not `present`."""

    nodes: tuple[Yaml | None, ...]
    many: bool
    present: bool


def select(node: Yaml | None, path: tuple[str, ...]) -> Selection:
    """What a path leads to from a node; a part of another kind than the path says is a `wrong-kind`."""
    if EACH not in path:
        found = _walk(node, path)
        return Selection((), False, False) if is_absent(found) else Selection((found,), False, True)
    cut = path.index(EACH)
    found = _walk(node, path[:cut])
    if found is None or is_absent(found):
        return Selection((), True, False)
    if not isinstance(found, YamlList):
        raise Rejected([wrong_kind(found, "a list")])
    rest = path[cut + 1 :]
    nodes = [inner for item in found.items for inner in _inner(item, rest)]
    return Selection(tuple(nodes), True, True)


def _inner(item: Yaml, path: tuple[str, ...]) -> tuple[Yaml | None, ...]:
    selection = select(item, path)
    return selection.nodes if selection.many or selection.present else (None,)


def _walk(node: Yaml | None, path: tuple[str, ...]) -> Yaml | None:
    for step in path:
        if node is None or is_absent(node):
            return None
        if not isinstance(node, YamlMap):
            raise Rejected([wrong_kind(node, f"a mapping with `{step}`")])
        node = node.fields.get(step)
    return node


def wrong_kind(node: Yaml, expected: str, help_: str | None = None) -> Diagnostic:
    message = f"{describe(node)} stands where {expected} is expected"
    return Diagnostic("wrong-kind", message, node.span, (), help_ or f"write {expected} here")


def missing(path: str, span: Span) -> Diagnostic:
    """Shown at the first line of what lacks it."""
    first = Span(span.source, span.start, span.start + len(span.text.split("\n", 1)[0]))
    return Diagnostic("missing-field", f"`{path}` is missing here", first, (), f"give `{path}`: it has no default")
