"""What a program holds: sound modules in spite of others, symbols in order, and what comes of unusual input."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from kmodel.source import Diagnostic, Rejected, Source
from kmodel.syntax import parse
from kmodel.syntax.tree import Tree
from kmodel.typed import Program, elaborate
from kmodel.typed.types import EntityType, RangeType


def tree(text: str, name: str = "spec.km") -> Tree:
    return parse(Source(name, text))


def program(*texts: str, load: Callable[[str], Tree | None] = lambda _: None) -> Program:
    return elaborate([tree(text, f"{at}.km") for at, text in enumerate(texts)], load)


def codes(found: Program) -> list[str]:
    return [each.code for each in found.diagnostics]


def test_imports_are_loaded_transitively_and_once() -> None:
    texts = {"b": "module b\nimport c\n", "c": "module c\nconst n: int = 1\n"}
    asked: list[str] = []

    def load(name: str) -> Tree | None:
        asked.append(name)
        return tree(texts[name], f"{name}.km") if name in texts else None

    found = program("module a\nimport b\nimport c\ninvariant i { n == 1 }\n", load=load)
    assert codes(found) == []
    assert sorted(found.modules) == ["a", "b", "c"]
    assert sorted(asked) == ["b", "c"]


def test_a_module_that_is_rejected_while_loading_says_why_itself() -> None:
    def load(name: str) -> Tree | None:
        raise Rejected([Diagnostic("syntax-error", f"{name} is no module", None, (), "write it anew")])

    found = program("module a\nimport b\ninvariant i { n == 1 }\n", load=load)
    assert sorted(codes(found)) == ["syntax-error", "unknown-module"]
    assert not found.modules


def test_sound_modules_stay_and_dependents_go() -> None:
    found = program(
        "module good\nconst n: int = 1\n",
        "module bad\nimport good\nconst m: int = true\n",
        "module on_bad\nimport bad\nconst k: int = 2\n",
        "module deep\nimport on_bad\n",
        "module on_good\nimport good\ninvariant i { n == 1 }\ncheck c { expect holds i }\n",
    )
    assert codes(found) == ["type-mismatch"]
    assert set(found.modules) == {"good", "on_good"}
    assert set(found.consts) == {"good.n"}
    assert [check.name for check in found.modules["on_good"].checks] == ["on_good.c"]


def test_nothing_sound_is_an_empty_program() -> None:
    found = program("module a\nconst n: int = true\n")
    assert (found.modules, found.consts, found.rules, codes(found)) == ({}, {}, (), ["type-mismatch"])


def test_a_check_that_uses_an_unsound_module_is_lost_alone() -> None:
    found = program(
        "module base\nconst n: int = 1\ninvariant i { n == 1 }\ncheck own { expect holds i }\ncheck other { use bad  expect holds i }\n",
        "module bad\nimport base\nconst m: int = true\n",
    )
    assert codes(found) == ["type-mismatch"]
    assert [check.short for check in found.modules["base"].checks] == ["own"]


def test_a_used_module_is_loaded() -> None:
    def load(name: str) -> Tree | None:
        return tree("module far.away\naction f() { }\n", "away.km") if name == "far.away" else None

    found = program("module a\ninvariant i { true }\ncheck c { use far.away  limit f <= 1  expect holds i }\n", load=load)
    assert codes(found) == []
    (check,) = found.modules["a"].checks
    assert check.active == {"a", "far.away"}
    assert check.limits == {"far.away.f": 1}


def test_two_files_of_one_module() -> None:
    found = program("module a\nconst n: int = 1\n", "module a\nconst m: int = 1\n", "module b\n")
    assert codes(found) == ["duplicate-module"]
    assert set(found.modules) == {"b"}


def test_the_same_file_twice_is_one_module() -> None:
    once = tree("module a\nconst n: int = 1\n")
    assert codes(elaborate([once, once], lambda _: None)) == []


def test_deep_nesting_is_a_fault_and_no_crash() -> None:
    deep = " + ".join(["1"] * 60)
    for _ in range(9):
        deep = f"let x{_} = ({deep}): x{_}"
    assert codes(program(f"module a\nconst n: int = {deep}\n")) == []
    found = program("module a\nconst n: bool = " + "not " * 100 + "true\n")
    assert codes(found) == []


@pytest.mark.parametrize("place", ["const n: bool = {e}", "def f(): bool = {e}", "rule r() when {e}", "invariant i {{ {e} }}"])
def test_too_deep_nesting_says_so(place: str) -> None:
    start = tree("module a\nrelation r()\n" + place.format(e="not true") + "\n")
    grown = start.declarations[-1]
    for name in ("value", "body", "condition"):
        inner = getattr(grown, name, None)
        if inner is not None:
            for _ in range(3000):
                inner = type(inner)("not", inner, span=inner.span)
            grown = type(grown)(**{each: getattr(grown, each) for each in _fields(grown)} | {name: inner})
            break
    deep = type(start)(start.source, start.module, start.imports, (*start.declarations[:-1], grown), ())
    assert codes(elaborate([deep], lambda _: None)) == ["too-deep"]


def _fields(node: object) -> list[str]:
    return list(node.__dataclass_fields__)  # type: ignore[attr-defined] # a node of the tree


def test_a_long_chain_of_defs_is_no_deep_nesting() -> None:
    chain = "\n".join(f"def f{at}(x: int): int = f{at + 1}(x) + 1" for at in range(400))
    assert codes(program(f"module a\n{chain}\ndef f400(x: int): int = x\n")) == []


def test_fields_of_all_modules_name_their_module() -> None:
    found = program("module a\nentity Pod { const n: int = 1 }\n", "module b\nimport a\nextend Pod { var up: bool = n == 1 }\n")
    assert [(each.name, each.module, each.kind) for each in found.entities["a.Pod"].fields] == [("n", "a", "const"), ("up", "b", "var")]


def test_sources_are_split_into_version_and_kind() -> None:
    text = "module a\nentity Node from v1/Node\nentity Pod from v1/Pod from apps/v1/DaemonSet at spec.template times count(Node)\n"
    plain, counted = program(text).entities["a.Pod"].sources
    assert (plain.api_version, plain.kind, plain.times_default) == ("v1", "Pod", 1)
    assert (counted.api_version, counted.kind, counted.at, counted.times_entity) == ("apps/v1", "DaemonSet", "spec.template", "a.Node")


def test_parameters_chosen_from_a_set_have_its_items_type() -> None:
    text = "module a\nconst k: int = 3\nentity Pod\naction f(p in Pod, n in 0..k, m in {q in Pod where q != p}) { }\n"
    parameters = program(text).actions["a.f"].parameters
    assert [each.type for each in parameters] == [EntityType("a.Pod"), RangeType(0, "a.k"), EntityType("a.Pod")]


def test_attributes_and_docs() -> None:
    text = 'module a\n## Says so.\n@id("KM1") @severity(high) @flag\ninvariant i { true }\n'
    claim = program(text).claims["a.i"]
    assert (claim.attributes, claim.doc) == ({"id": "KM1", "severity": "high", "flag": ""}, "Says so.")


def test_recursive_relations() -> None:
    relations = "relation r(p: P)\nrelation s(p: P)\nrelation t(p: P)\n"
    rules = "rule r(p) when f(p)\ndef f(p: P): bool = s(p)\nrule s(p) when r(p)\nrule t(p) when r(p)\n"
    found = program(f"module a\nentity P\n{relations}{rules}").relations
    assert {each.short: each.recursive for each in found.values()} == {"r": True, "s": True, "t": False}
