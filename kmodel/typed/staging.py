"""Which relations depend on the state: found in the text of all rules, before any is typed, since typing a use needs the answer.

By names alone, and so on the safe side: a relation is constant when neither its parameters nor any rule for it names, directly or
through defs and relations, anything called like a `var`, a `var` field or the entity of a pool.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields

from kmodel.syntax import tree
from kmodel.typed.expressions import Stage

_NAMING = (tree.Name, tree.Field, tree.Call, tree.NamedType)


_INSIDE: dict[type[tree.Node], tuple[str, ...]] = {}


def _inside(class_: type[tree.Node]) -> tuple[str, ...]:
    """The fields of a form, but for its place; remembered, since every node asks."""
    if class_ not in _INSIDE:
        _INSIDE[class_] = tuple(each.name for each in fields(class_) if each.compare)
    return _INSIDE[class_]


def parts(node: object) -> Iterator[tree.Node]:
    """The node and all nodes within it."""
    waiting = [node]
    while waiting:
        each = waiting.pop()
        if isinstance(each, tuple):
            waiting.extend(each)
        elif isinstance(each, tree.Node):
            yield each
            waiting.extend(getattr(each, name) for name in _inside(type(each)))


def words(node: object) -> set[str]:
    """Every name that stands in the node."""
    return {each.name for each in parts(node) if isinstance(each, _NAMING)}


def relation_stages(trees: Iterable[tree.Tree]) -> Mapping[str, Stage]:
    """By qualified name: CONSTANT, or STATE."""
    late: set[str] = set()
    needs: dict[str, set[str]] = {}
    relations: dict[str, str] = {}
    for each in trees:
        for declared in each.declarations:
            late |= _state(declared)
            if isinstance(declared, tree.Def | tree.Relation | tree.Rule):
                needs.setdefault(declared.name, set()).update(words(declared))
            if isinstance(declared, tree.Relation):
                relations[f"{each.module}.{declared.name}"] = declared.name
    while found := {name for name, used in needs.items() if name not in late and used & late}:
        late |= found
    return {name: Stage.STATE if short in late else Stage.CONSTANT for name, short in relations.items()}


def _state(declared: tree.Declaration) -> set[str]:
    """The names that a declaration gives to parts of the state."""
    match declared:
        case tree.Var():
            return {declared.name}
        case tree.Entity() | tree.Extend():
            own = {declared.name} if isinstance(declared, tree.Entity) and declared.pool else set()
            return own | {each.name for each in declared.fields if each.kind == "var"}
        case _:
            return set()
