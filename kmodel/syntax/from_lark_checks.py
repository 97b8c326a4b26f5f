"""The lines of a check out of Lark's tree: one reader a rule of the grammar."""

from __future__ import annotations

from kmodel.syntax import tree
from kmodel.syntax.from_lark import LarkNode, Reader, Reading, dotted, is_rule, present, rule_name
from kmodel.syntax.from_lark_expressions import read_expression


def read_check_items(at: Reading, nodes: list[LarkNode]) -> tuple[tree.CheckItem, ...]:
    """A `scope` line gives one item for each of its names."""
    return tuple(_item(at, one) for node in nodes for one in (node.children if is_rule(node, "scope") else [node]))


def _item(at: Reading, node: LarkNode) -> tree.CheckItem:
    found: tree.CheckItem = _ITEMS[rule_name(node)](at, node)
    return found


def _scope(at: Reading, node: LarkNode) -> tree.CheckItem:
    name, value, pool, unless = node.children
    most = None if pool is None else at.number(pool)
    return tree.Scope(str(name), read_expression(at, value), most, unless is not None, span=at.span(node))


def _set(at: Reading, node: LarkNode) -> tree.CheckItem:
    first, second, value, unless = node.children
    owner, name = (None, first) if second is None else (str(first), second)
    return tree.Set(owner, str(name), read_expression(at, value), unless is not None, span=at.span(node))


def _assume(at: Reading, node: LarkNode) -> tree.CheckItem:
    return tree.CheckAssume(read_expression(at, node.children[0]), span=at.span(node))


def _limit(at: Reading, node: LarkNode) -> tree.CheckItem:
    action, most = node.children
    return tree.Limit(dotted(action), at.number(most), span=at.span(node))


def _use(at: Reading, node: LarkNode) -> tree.CheckItem:
    return tree.Use(tuple(dotted(one) for one in node.children), span=at.span(node))


def _verify(at: Reading, node: LarkNode) -> tree.CheckItem:
    return tree.Verify(_globs(node.children), span=at.span(node))


def _expect(at: Reading, node: LarkNode) -> tree.CheckItem:
    verdict, *globs, limit = node.children
    most = None if limit is None else at.number(limit.children[0])
    depth, steps = (most, None) if is_rule(limit, "to_depth") else (None, most)
    return tree.Expect(str(verdict), _globs(globs), depth, steps, span=at.span(node))


def _globs(nodes: list[LarkNode]) -> tuple[str, ...]:
    return tuple(str(node.children[0]) for node in nodes)


def _cluster(at: Reading, node: LarkNode) -> tree.CheckItem:
    return tree.Cluster(tuple(at.string(one) for one in present(node.children)), span=at.span(node))


_ITEMS: dict[str, Reader] = {
    "scope_item": _scope,
    "set": _set,
    "check_assume": _assume,
    "limit": _limit,
    "use": _use,
    "verify": _verify,
    "expect": _expect,
    "cluster": _cluster,
}
