"""From what the grammar matched to the lines of checks: one function a rule."""

from __future__ import annotations

from kmodel.syntax.read_expressions import text_of
from kmodel.syntax.reading import Children, Part, Reading, Rules, nodes, parts, words
from kmodel.syntax.tree import CheckAssume, Cluster, Expect, Limit, Scope, Set, Use, Verify


def _dotted(reading: Reading, children: Children) -> Part:
    return Part("dotted", ".".join(words(children)), reading.span(children))


def _glob(reading: Reading, children: Children) -> Part:
    return Part("glob", str(children[0]), reading.span(children))


def _unless_given(reading: Reading, children: Children) -> Part:
    return Part("unless given", True, reading.span(children))


def _scope_item(reading: Reading, children: Children) -> Scope:
    name, _, value, _, pool, unless = children
    return Scope(str(name), value, None if pool is None else reading.number(pool), unless is not None, span=reading.span(children))


def _scope(reading: Reading, children: Children) -> Part:
    return Part("scopes", nodes(children), reading.span(children))


def _set(reading: Reading, children: Children) -> Set:
    _, first, _, second, _, value, unless = children
    owner, name = (None, first) if second is None else (str(first), second)
    return Set(owner, str(name), value, unless is not None, span=reading.span(children))


def _assume(reading: Reading, children: Children) -> CheckAssume:
    return CheckAssume(children[1], span=reading.span(children))


def _limit(reading: Reading, children: Children) -> Limit:
    _, action, _, most = children
    return Limit(action.value, reading.number(most), span=reading.span(children))


def _use(reading: Reading, children: Children) -> Use:
    return Use(tuple(module.value for module in nodes(children)), span=reading.span(children))


def _verify(reading: Reading, children: Children) -> Verify:
    return Verify(tuple(glob.value for glob in nodes(children)), span=reading.span(children))


def _expect(reading: Reading, children: Children) -> Expect:
    globs = tuple(glob.value for glob in parts(children, "glob"))
    bound = children[-1]
    depth = bound.value if bound is not None and bound.kind == "depth" else None
    steps = bound.value if bound is not None and bound.kind == "steps" else None
    everywhere = bound is not None and bound.kind == "every scope"
    return Expect(str(children[1]), globs, depth, steps, everywhere, span=reading.span(children))


def _to_depth(reading: Reading, children: Children) -> Part:
    return Part("depth", reading.number(children[2]), reading.span(children))


def _in_steps(reading: Reading, children: Children) -> Part:
    return Part("steps", reading.number(children[1]), reading.span(children))


def _every_scope(reading: Reading, children: Children) -> Part:
    return Part("every scope", True, reading.span(children))


def _cluster(reading: Reading, children: Children) -> Cluster:
    paths = [child for child in children[1:] if child is not None and child.type == "STRING"]
    return Cluster(tuple(text_of(reading, path) for path in paths), span=reading.span(children))


CHECKS: Rules = {
    "dotted": _dotted,
    "glob": _glob,
    "unless_given": _unless_given,
    "scope_item": _scope_item,
    "scope": _scope,
    "set": _set,
    "check_assume": _assume,
    "limit": _limit,
    "use": _use,
    "verify": _verify,
    "expect": _expect,
    "to_depth": _to_depth,
    "in_steps": _in_steps,
    "every_scope": _every_scope,
    "cluster": _cluster,
}
