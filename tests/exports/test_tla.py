"""TLA+ modules: a real grammar parses them, and what they say, evaluated from the parse tree alone, is what the system means."""

from __future__ import annotations

import os
import subprocess
import warnings
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings

from kmodel.exports import export
from kmodel.ground.system import System
from kmodel.ground.terms import add, less, modulo, number, variable
from kmodel.semantics import check_by_exhaustion
from kmodel.semantics.exhaustion import explore
from kmodel.verdict.verdict import Violated
from tests.strategies.handmade import action, claim, int_variable, system
from tests.strategies.systems import enumerate_systems, systems

tree_sitter = pytest.importorskip("tree_sitter")
grammar = pytest.importorskip("tree_sitter_tlaplus")
Node = Any
State = tuple[tuple[str, int], ...]


@cache
def parser() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        return tree_sitter.Parser(tree_sitter.Language(grammar.language()))


def parsed(text: str) -> Node:
    root = parser().parse(text.encode()).root_node
    assert not root.has_error, text
    return root.named_children[0]


class Module:
    """A module's definitions, evaluated on numbers (a bool is 0 or 1)."""

    def __init__(self, text: str) -> None:
        module = parsed(text)
        kinds = [(child.type, child) for child in module.named_children]
        self.variables = [text_of(each) for kind, child in kinds if kind == "variable_declaration" for each in child.named_children]
        self.definitions = {text_of(child.child_by_field_name("name")): child for kind, child in kinds if kind == "operator_definition"}

    def body(self, name: str) -> Node:
        return self.definitions[name].child_by_field_name("definition")

    # ---- what a definition says of states

    def first(self) -> Iterator[dict[str, int]]:
        """Every state that `Init` allows, its conjuncts looked at in their order, as TLC does."""
        states: list[dict[str, int]] = [{}]
        env, conjuncts = self.opened(self.body("Init"))
        for each in conjuncts:
            states = [after for state in states for after in self.extended(each, state, env)]
        return iter(states)

    def extended(self, each: Node, state: dict[str, int], env: Mapping[str, Any]) -> Iterator[dict[str, int]]:
        left, right = each.child_by_field_name("lhs"), each.child_by_field_name("rhs")
        if left is not None and text_of(left) in self.variables and text_of(left) not in state:
            values = self.value(right, {**env, **state})
            yield from ({**state, text_of(left): value} for value in (values if isinstance(values, range) else [values]))
        elif self.value(each, {**env, **state}):
            yield state

    def following(self, action: str, state: dict[str, int]) -> Iterator[dict[str, int]]:
        env, conjuncts = self.opened(self.body(action))
        here = {**env, **state}
        after: dict[str, int] = {}
        for each in conjuncts:
            if each.type == "bound_prefix_op" and text_of(each).startswith("UNCHANGED"):
                after.update({name: state[name] for name in names_in(each)})
            elif each.type == "bound_infix_op" and each.child_by_field_name("lhs").type == "bound_postfix_op":
                after[names_in(each.child_by_field_name("lhs"))[0]] = self.value(each.child_by_field_name("rhs"), here)
            elif not self.value(each, here):
                return
        assert set(after) == set(self.variables)
        yield after

    def actions(self) -> list[str]:
        return [name for name in (text_of(item.named_children[-1]) for item in self.body("Next").named_children) if name != "FALSE"]

    def reachable(self) -> set[State]:
        seen = {tuple(sorted(state.items())) for state in self.first()}
        open_ = list(seen)
        while open_:
            state = dict(open_.pop())
            for taken in self.actions():
                new = {tuple(sorted(after.items())) for after in self.following(taken, state)} - seen
                seen |= new
                open_ += new
        return seen

    # ---- expressions

    def opened(self, node: Node) -> tuple[dict[str, Any], list[Node]]:
        """The conjuncts of a list of them, and the named parts before it (evaluated when they are needed)."""
        env: dict[str, Any] = {}
        if node.type == "let_in":
            env = {text_of(each.child_by_field_name("name")): each.child_by_field_name("definition") for each in lets(node)}
            node = node.child_by_field_name("expression")
        assert node.type == "conj_list"
        return env, [item.named_children[-1] for item in node.named_children]

    def value(self, node: Node, env: Mapping[str, Any]) -> Any:
        return getattr(self, f"_{node.type}")(node, env)

    def _parentheses(self, node: Node, env: Mapping[str, Any]) -> Any:
        return self.value(node.named_children[0], env)

    def _nat_number(self, node: Node, env: Mapping[str, Any]) -> int:
        return int(text_of(node))

    def _boolean(self, node: Node, env: Mapping[str, Any]) -> int:
        return int(text_of(node) == "TRUE")

    def _boolean_set(self, node: Node, env: Mapping[str, Any]) -> range:
        return range(2)

    def _identifier_ref(self, node: Node, env: Mapping[str, Any]) -> Any:
        found = env[text_of(node)]
        return found if isinstance(found, int) else self.value(found, env)

    def _if_then_else(self, node: Node, env: Mapping[str, Any]) -> Any:
        branch = "then" if self.value(node.child_by_field_name("if"), env) else "else"
        return self.value(node.child_by_field_name(branch), env)

    def _let_in(self, node: Node, env: Mapping[str, Any]) -> Any:
        parts = {text_of(each.child_by_field_name("name")): each.child_by_field_name("definition") for each in lets(node)}
        return self.value(node.child_by_field_name("expression"), {**env, **parts})

    def _bound_op(self, node: Node, env: Mapping[str, Any]) -> Any:
        called = self.definitions[text_of(node.child_by_field_name("name"))]
        names = [text_of(each) for each in called.named_children if each.type == "identifier"][1:]
        values = [self.value(each, env) for each in node.named_children[1:]]
        return self.value(called.child_by_field_name("definition"), dict(zip(names, values, strict=True)))

    def _bound_prefix_op(self, node: Node, env: Mapping[str, Any]) -> int:
        value = self.value(node.child_by_field_name("rhs"), env)
        return {"negative": -value, "lnot": int(not value)}[node.child_by_field_name("symbol").type]

    def _bound_infix_op(self, node: Node, env: Mapping[str, Any]) -> Any:
        a, b = (self.value(node.child_by_field_name(side), env) for side in ("lhs", "rhs"))
        symbol = node.child_by_field_name("symbol").type
        law = {
            "plus": lambda: a + b, "mul": lambda: a * b, "minus": lambda: a - b, "div": lambda: a // b, "land": lambda: int(a and b),
            "lor": lambda: int(a or b), "eq": lambda: int(a == b), "lt": lambda: int(a < b), "leq": lambda: int(a <= b),
            "gt": lambda: int(a > b), "iff": lambda: int(bool(a) == bool(b)), "dots_2": lambda: range(a, b + 1), "in": lambda: int(a in b),
        }[symbol]  # fmt: skip
        return law()


def text_of(node: Node) -> str:
    made: str = node.text.decode()
    return made


def lets(node: Node) -> list[Node]:
    return [child for child in node.named_children if child.type == "operator_definition"]


def names_in(node: Node) -> list[str]:
    found = [text_of(node)] if node.type == "identifier_ref" else []
    return found + [name for child in node.named_children for name in names_in(child)]


def agrees(made: System) -> None:
    """The same reachable states, and each invariant fails in one of them if the judge says that it fails."""
    module = Module(export(made, "tla").text)
    found = module.reachable()
    named = module.variables
    assert {tuple(dict(state)[name] for name in named) for state in found} == set(explore(made, 10_000).states)
    for told, verdict in zip(made.claims, check_by_exhaustion(made).verdicts, strict=True):
        if told.kind in ("invariant", "witness", "defined"):
            broken = any(not module.value(module.body(told.name), dict(state)) for state in found)
            assert broken == isinstance(verdict, Violated)


@settings(max_examples=40)
@given(systems(kinds=("invariant", "witness", "defined")))
def test_random_systems_mean_the_same(made: System) -> None:
    agrees(made)


def test_small_systems_mean_the_same() -> None:
    for made in list(enumerate_systems())[::25]:
        agrees(made)


@settings(max_examples=40)
@given(systems())
def test_the_grammar_parses_every_claim(made: System) -> None:
    done = export(made, "tla")
    module = Module(done.text)
    defined = {claim.name for claim in made.claims} & set(module.definitions)
    assert len(defined) == len(made.claims) - len(done.left_out)
    assert {"Init", "Next", "Spec"} <= set(module.definitions)


@pytest.mark.skipif("TLA2TOOLS_JAR" not in os.environ, reason="TLA2TOOLS_JAR names no tla2tools.jar, which has the parser SANY")
def test_sany_accepts_it(tmp_path: Path) -> None:
    for at, made in enumerate(list(enumerate_systems(properties=True))[::200]):
        text = export(made, "tla").text
        path = tmp_path / str(at) / f"{text.split()[2]}.tla"
        path.parent.mkdir()
        path.write_text(text)
        done = subprocess.run(["java", "-cp", os.environ["TLA2TOOLS_JAR"], "tla2sany.SANY", str(path)], capture_output=True, text=True)
        assert done.returncode == 0, done.stdout


def test_names_that_tla_does_not_allow() -> None:
    names = ["IN", "WF_x", "1a", "p1.ip", "p1_ip", "part1", "Init", "vars", "p1's \\* ip", "_"]
    variables = [int_variable(name, at, 0, 3) for at, name in enumerate(names)]
    total = add(*map(variable, variables))
    steps = [action("Next", less(total, number(2)), [(which, modulo(add(total, total), number(4)))]) for which in variables]
    made = system(variables, [number(0), number(1), *[number(0)] * 8], steps, [claim("invariant", "Spec", less(total, number(9)))])
    module = Module(export(made, "tla").text)
    assert len(set(module.variables)) == len(names)
    assert len(module.actions()) == len(names)
    assert len(module.reachable()) == len(explore(made, 10_000).states)
