"""What is written is read back as it was."""

from __future__ import annotations

import json
from typing import Any

import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from kmodel.manifests import YamlList, YamlMap, YamlScalar, parse_yaml, write_yaml
from kmodel.manifests.nodes import Yaml
from kmodel.source import Source

SPELLED = [
    "1e3",
    "089",
    "0o17",
    "12:30",
    "yes",
    "on",
    "y",
    "N",
    "null",
    "~",
    "<<",
    "=",
    "1_000",
    ".5",
    "- a",
    "a: b",
    "#",
    "{{ x }}",
    "\t",
    "a\n\tb",
]
TEXTS = st.sampled_from(SPELLED) | st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"], include_characters="\n\t"))
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def _plain(node: Yaml) -> Any:
    match node:
        case YamlMap(fields=fields):
            return {key: _plain(value) for key, value in fields.items()}
        case YamlList(items=items):
            return [_plain(item) for item in items]
        case YamlScalar(value=value):
            return value


@given(st.dictionaries(TEXTS, VALUES, min_size=1, max_size=4))
@example({"a": {"b": "x\n y\n", "c": "x ", "d": "x \ny", "e": "\x85", "f": "\u2028a", "g": "\ufeff"}})
@example({"<<": {"a": "1"}})
@example({"a": 1e21})
def test_it_is_read_back(value: dict[str, Any]) -> None:
    documents, diagnostics = parse_yaml(Source("written", write_yaml(value)))
    assert diagnostics == []
    assert [_plain(each) for each in documents] == [value]


def test_equal_parts_are_written_out() -> None:
    part = {"a": [1]}
    text = write_yaml({"x": part, "y": part})
    assert "&" not in text
    assert yaml.safe_load(text) == json.loads('{"x": {"a": [1]}, "y": {"a": [1]}}')
