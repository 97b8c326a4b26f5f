"""Rules: their variables, and the strata that negation needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kmodel.graphs import components
from kmodel.source import Diagnostic, Span
from kmodel.syntax import tree
from kmodel.typed import expressions as typed
from kmodel.typed.declare import Declarations
from kmodel.typed.expressions import Expr
from kmodel.typed.faults import fault
from kmodel.typed.module import DefSymbol, Rule
from kmodel.typed.relate import BOOL
from kmodel.typed.scope import Scope
from kmodel.typed.typer import Typer
from kmodel.typed.types import Type
from kmodel.typed.walk import uses


def rule(node: tree.Rule, scope: Scope, library: Declarations) -> Rule:
    """The typed rule."""
    named = scope.need(node.name, "relation", node.name_span)
    wanted = library.parameters(named)
    if len(node.head) != len(wanted):
        raise fault(
            "argument-count",
            f"`{node.name}` takes {len(wanted)}, and {len(node.head)} are given",
            node.span,
            None,
            ((named.declared.name_span, "declared here"),),
        )
    variables: dict[str, Type] = {}
    typer = Typer(scope, library, rule=variables)
    head = tuple(typer.argument(pattern, type_) for pattern, type_ in zip(node.head, wanted, strict=True))
    condition = None if node.condition is None else typer.expression(node.condition, BOOL)
    return Rule(named.name, scope.module, head, tuple(variables.items()), condition, span=node.span)


Edges = Mapping[str, list[tuple[str, bool, Span]]]


def dependencies(rules: Sequence[Rule], defs: Mapping[str, DefSymbol]) -> Edges:
    """What each relation and def uses directly, with the polarity and a place."""
    edges: dict[str, list[tuple[str, bool, Span]]] = {}
    for each in rules:
        for part in (*each.head, *((each.condition,) if each.condition else ())):
            edges.setdefault(each.relation, []).extend(_targets(part))
    for name, definition in defs.items():
        edges.setdefault(name, []).extend(_targets(definition.body))
    return edges


def _targets(part: Expr) -> Iterator[tuple[str, bool, Span]]:
    for used, positive in uses(part):
        if isinstance(used, typed.Holds):
            yield used.relation, positive, used.span
        elif isinstance(used, typed.CallDef):
            yield used.name, positive, used.span


def strata(rules: Sequence[Rule], defs: Mapping[str, DefSymbol]) -> tuple[frozenset[str], list[tuple[str, Diagnostic]]]:
    """The recursive relations, and (by relation) the faults of those that are recursive through a negation."""
    edges = dependencies(rules, defs)
    recursive: set[str] = set()
    faults: list[tuple[str, Diagnostic]] = []
    for component in components(list(edges), lambda node: [target for target, _, _ in edges.get(node, [])]):
        inside = set(component)
        looping = [(source, *edge) for source in component for edge in edges.get(source, []) if edge[0] in inside]
        if looping:
            recursive |= inside
        for source, target, positive, span in looping:
            if not positive:
                faults.append((source, _unstratified(sorted(inside - set(defs)), target, span)))
    return frozenset(recursive), faults


def _unstratified(cycle: list[str], target: str, span: Span) -> Diagnostic:
    names = ", ".join(f"`{name.rsplit('.', 1)[-1]}`" for name in cycle)
    message = f"{names} would depend on what `{target.rsplit('.', 1)[-1]}` does not hold of"
    return Diagnostic(
        "unstratified-rules",
        message,
        span,
        (),
        "a recursive rule may use its relation only positively: not under `not`, `count` or the left of `implies`",
    )
