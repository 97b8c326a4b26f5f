"""Conditions that the actions' guards say of their individuals, for what paths cannot say: quantified ones, and calls of defs.

A parameter that a condition is not to speak of is bound by `exists`: "some quorum has voted so" is what `decide(v, q)` requires, said of v.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from functools import reduce
from itertools import combinations, permutations
from typing import TypeVar

from kmodel.generalise.extend import tree_of
from kmodel.records import dataclass
from kmodel.syntax import show_expression, tree
from kmodel.typed.module import ActionSymbol, Program
from kmodel.typed.types import EntityType

MOST_SAID = 2
Part = TypeVar("Part")


@dataclass(frozen=True, slots=True)
class Said:
    """A condition about individuals of these entities, in order; `{0}` and so on stand for them in the text."""

    entities: tuple[str, ...]
    text: str

    def of(self, variables: tuple[tuple[str, str], ...]) -> Iterator[tuple[tuple[int, ...], str]]:
        """The condition said of all the variables (name and entity), in each order that fits: their indexes, and the text."""
        if len(variables) == len(self.entities):
            for order in permutations(range(len(variables))):
                if all(variables[at][1] == entity for at, entity in zip(order, self.entities, strict=True)):
                    names = {f"{{{number}}}": variables[at][0] for number, at in enumerate(order)}
                    yield order, reduce(lambda text, name: text.replace(name, names[name]), names, self.text)


def said_by_guards(program: Program, seen: frozenset[str], word: Callable[[str], str]) -> list[Said]:
    """What the actions of these modules require, without what is said twice; `word` is how a qualified name is written."""
    found: dict[Said, None] = {}
    for name in sorted(seen):
        for declared in tree_of(program.modules[name].source).declarations:
            if isinstance(declared, tree.Action):
                found |= dict.fromkeys(_of_action(declared, program.actions[f"{name}.{declared.name}"], word))
    return list(found)


def _of_action(action: tree.Action, symbol: ActionSymbol, word: Callable[[str], str]) -> Iterator[Said]:
    entities = {each.name: each.type.name for each in symbol.parameters if isinstance(each.type, EntityType)}
    required = [each for said in action.body if isinstance(said, tree.Require) for each in _conjuncts(said.condition)]
    for condition in required:
        about = tuple(name for name in entities if name in _names(condition))
        if 0 < len(about) <= MOST_SAID and _beyond_paths(condition):
            yield _said(condition, about, {}, entities)
    for size in range(1, min(MOST_SAID, len(entities) - 1) + 1):
        for about in combinations(entities, size):
            others = {name: word(entity) for name, entity in entities.items() if name not in about}
            chosen = [each for each in required if _names(each).intersection(others)]
            if chosen and all(name in _names(*chosen) for name in entities):
                joined = reduce(lambda left, right: tree.Binary("and", left, right, span=left.span), chosen)
                yield _said(joined, about, others, entities)


def _said(condition: tree.Expr, about: tuple[str, ...], others: Mapping[str, str], entities: Mapping[str, str]) -> Said:
    """The condition about some of the parameters; `others` are bound by `exists`, each with its entity as it is written. All that the
    condition binds gets a name that stands for itself, to be made different from others."""
    names = {name: f"{{{at}}}" for at, name in enumerate(about)}
    bound = [*others, *_bound(condition)]
    names |= {name: f"«{name[0]}_guard_{name}»" for name in bound}
    text = show_expression(_renamed(condition, names))
    some = ", ".join(f"{names[name]} in {entity}" for name, entity in others.items())
    return Said(tuple(entities[name] for name in about), f"(exists {some}: {text})" if some else f"({text})")


def _conjuncts(condition: tree.Expr) -> Iterator[tree.Expr]:
    if isinstance(condition, tree.Binary) and condition.op == "and":
        yield from _conjuncts(condition.left)
        yield from _conjuncts(condition.right)
    else:
        yield condition


def _beyond_paths(condition: tree.Expr) -> bool:
    return any(isinstance(each, tree.Quantified | tree.Call) for each in _all(condition))


def _names(*conditions: tree.Expr) -> set[str]:
    return {each.name for condition in conditions for each in _all(condition) if isinstance(each, tree.Name)}


def _bound(condition: tree.Expr) -> Iterator[str]:
    for each in _all(condition):
        if isinstance(each, tree.Binder):
            yield from each.names
        elif isinstance(each, tree.Is | tree.LetIn):
            yield each.name


def _all(part: object) -> Iterator[object]:
    """The part of a tree and all within it."""
    yield part
    if isinstance(part, tuple):
        for each in part:
            yield from _all(each)
    elif isinstance(part, tree.Node):
        for each in fields(part):
            yield from _all(getattr(part, each.name))


def _renamed(part: Part, names: Mapping[str, str]) -> Part:
    """The part of a tree with other names for what it binds and what it takes."""
    if isinstance(part, tuple):
        return tuple(_renamed(each, names) for each in part)  # type: ignore[return-value] # a tuple again
    if not isinstance(part, tree.Node) or not is_dataclass(part):
        return part
    changed = {each.name: _renamed(getattr(part, each.name), names) for each in fields(part) if each.name != "span"}
    if isinstance(part, tree.Name | tree.Is | tree.LetIn):
        changed["name"] = names.get(part.name, part.name)
    if isinstance(part, tree.Binder):
        changed["names"] = tuple(names.get(name, name) for name in part.names)
    return replace(part, **changed)
