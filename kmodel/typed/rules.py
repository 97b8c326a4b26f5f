"""Rules: their variables, and the strata that negation needs.

A name in the head that is no constant and no member of the parameter's enum is a variable of the rule. In the condition, a name that
means nothing else is one where it is first met as a whole argument of a relation or def that the condition asserts (a part of it under
`and`, `or` and `exists` only): some value of the parameter's type.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches

from kmodel.graphs import components
from kmodel.source import Diagnostic, Span
from kmodel.syntax import tree
from kmodel.typed import expressions as typed
from kmodel.typed.calls import argument, wrong_count
from kmodel.typed.declare import Declarations
from kmodel.typed.expressions import Expr
from kmodel.typed.faults import fault, short
from kmodel.typed.module import DefSymbol, Rule
from kmodel.typed.relate import BOOL
from kmodel.typed.scope import Scope
from kmodel.typed.staging import parts
from kmodel.typed.typer import Typer
from kmodel.typed.types import EnumType, Type
from kmodel.typed.walk import uses


def rule(node: tree.Rule, scope: Scope, library: Declarations) -> Rule:
    """The typed rule."""
    named = scope.need(node.name, "relation", node.name_span)
    wanted = [parameter.type for parameter in library.signature(named)]
    if len(node.head) != len(wanted):
        also = ((named.declared.name_span, "declared here"),)
        raise wrong_count(node.name, len(wanted), len(node.head), node.span, also)
    typer = library.typer(scope)
    typer.rule = variables = dict[str, Type]()
    head = tuple(argument(typer, pattern, type_, True) for pattern, type_ in zip(node.head, wanted, strict=True))
    in_head = set(variables)
    typer.free = True
    condition = None if node.condition is None else typer.expression(node.condition, BOOL)
    for name, type_ in variables.items():
        if name not in in_head:
            _check_existential(typer, node, name, type_)
    return Rule(named.name, scope.module, head, tuple(variables.items()), condition, span=node.span)


def _check_existential(typer: Typer, node: tree.Rule, name: str, type_: Type) -> None:
    """A variable that stands only once, and looks like something else that could stand there, is a slip of the pen."""
    places = [each for each in parts(node) if isinstance(each, tree.Name) and each.name == name]
    if len(places) > 1 or len(name) < 3:
        return
    known = [other for other in typer.locals if other != name]
    known += [each.declared.name for each in typer.scope.visible("const", "var")]
    known += typer.library.members(type_.name) if isinstance(type_, EnumType) else ()
    near = get_close_matches(name, known, 1, 0.75)
    if near:
        help_ = f"did you mean `{near[0]}`? If any will do, write `exists {name} in …`"
        typer.note(fault("unknown-name", f"`{name}` means nothing here", places[0].span, help_))


# ---- strata

Edges = Mapping[str, list[tuple[str, bool, Span]]]


def dependencies(rules: Sequence[Rule], defs: Mapping[str, DefSymbol]) -> Edges:
    """What each relation and def uses directly, with whether more facts there can only make more here, and a place."""
    edges: dict[str, list[tuple[str, bool, Span]]] = {}
    for each in rules:
        for part in (*each.head, *((each.condition,) if each.condition else ())):
            edges.setdefault(each.relation, []).extend(_targets(part, part is each.condition))
    for name, definition in defs.items():
        edges.setdefault(name, []).extend(_targets(definition.body, True))
    return edges


def _targets(part: Expr, positive: bool) -> Iterator[tuple[str, bool, Span]]:
    for used, keeps in uses(part, positive):
        if isinstance(used, typed.Holds):
            yield used.relation, keeps, used.span
        elif isinstance(used, typed.CallDef):
            yield used.name, keeps, used.span


def _loops(edges: Edges) -> Iterator[tuple[frozenset[str], list[tuple[str, str, bool, Span]]]]:
    """The cycles: what lies on them, and the edges among that."""
    for component in components(list(edges), lambda node: [target for target, _, _ in edges.get(node, [])]):
        inside = frozenset(component)
        looping = [(source, *edge) for source in component for edge in edges.get(source, []) if edge[0] in inside]
        if looping:
            yield inside, looping


def recursive(rules: Sequence[Rule], defs: Mapping[str, DefSymbol]) -> frozenset[str]:
    """The relations that lead back to themselves."""
    return frozenset(name for inside, _ in _loops(dependencies(rules, defs)) for name in inside if name not in defs)


def unstratified(rules: Sequence[Rule], defs: Mapping[str, DefSymbol]) -> Iterable[Diagnostic]:
    """A fault for each place where a relation depends on what it does not hold of itself."""
    for _, looping in _loops(dependencies(rules, defs)):
        for source, target, positive, span in looping:
            if not positive:
                yield _unstratified(source, _path(target, source, looping), span)


def _path(start: str, end: str, edges: list[tuple[str, str, bool, Span]]) -> list[str]:
    """A shortest way from one to the other."""
    ways = {start: [start]}
    waiting = [start]
    while end not in ways:
        at = waiting.pop(0)
        for source, target, _, _ in edges:
            if source == at and target not in ways:
                ways[target] = [*ways[at], target]
                waiting.append(target)
    return ways[end]


def _unstratified(source: str, path: list[str], span: Span) -> Diagnostic:
    way = ", which depends on ".join(f"`{short(name)}`" for name in path)
    what = f"what does not hold of {way}" if len(path) > 1 else "what it does not hold of itself"
    message = f"`{short(source)}` depends on {what}"
    help_ = "a recursive rule may use its relation only positively: not under `not`, `count` or `==`, nor on the left of `implies`"
    return Diagnostic("unstratified-rules", message, span, (), help_)
