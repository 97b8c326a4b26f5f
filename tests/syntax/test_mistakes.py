"""Syntax errors say where, what was found, what could stand there, and what to do: `tests/cases/syntax/errors.md`."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kmodel.source import Diagnostic, Rejected, Source
from kmodel.syntax import parse
from kmodel.syntax.parse import RULES, _parser

PAGE = (Path(__file__).parents[1] / "cases" / "syntax" / "errors.md").read_text(encoding="utf-8")
CASES = re.findall(r"^## (.+?)\n.*?```km\n(.*?)```\n\n```text\n(.*?)```", PAGE, re.MULTILINE | re.DOTALL)


def _rejected(text: str) -> tuple[Diagnostic, ...]:
    with pytest.raises(Rejected) as raised:
        parse(Source("case.km", text))
    return raised.value.diagnostics


def _told(diagnostic: Diagnostic) -> str:
    assert diagnostic.span is not None
    lines = [f"{diagnostic.span.line}:{diagnostic.span.column} {diagnostic.code}: {diagnostic.message} [{diagnostic.span.text}]"]
    lines += [f"  {span.line}:{span.column} {label}" for span, label in diagnostic.also]
    return "\n".join([*lines, f"  help: {diagnostic.help}", ""])


@pytest.mark.parametrize(("text", "expected"), [(text, expected) for _, text, expected in CASES], ids=[name for name, _, _ in CASES])
def test_what_is_told(text: str, expected: str) -> None:
    assert "".join(map(_told, _rejected(text))) == expected


def test_all_errors_are_in_the_order_of_the_text() -> None:
    text = 'const a: string = "\\q"\nconst b int\nconst c: = 1\n\nentity E { var x: int at a at b }\nconst d: int = 1 +\n'
    found = _rejected(text)
    assert [(d.code, d.span.line) for d in found if d.span] == [
        ("unknown-escape", 1),
        ("syntax-error", 2),
        ("syntax-error", 3),
        ("duplicate-suffix", 5),
        ("unexpected-end", 6),
    ]


def test_an_error_is_told_once() -> None:
    """What is read again to know what could stand somewhere tells nothing again."""
    assert [d.code for d in _rejected('def f() = "\\q" + )\n')] == ["unknown-escape", "syntax-error"]


WORDS = re.findall(r"\S+", "action a(p: T) by c { require p . q [ 1 ] == { 2 : 3 } if x { y := - 1 } } check d { expect holds a in 6 }")


def _found(text: str) -> tuple[Diagnostic, ...]:
    try:
        parse(Source("case.km", text))
    except Rejected as rejected:
        return rejected.diagnostics
    return ()


@pytest.mark.parametrize("odd", ["if", ")", "]", "}", ":=", "=", "§", '"', "5x", "..", "\f"])
def test_an_odd_word_anywhere_is_told_with_a_help(odd: str) -> None:
    texts = [" ".join([*WORDS[:place], odd, *WORDS[place:]]) for place in range(len(WORDS) + 1)]
    found = [_found(text) for text in texts]
    assert [text for text, told in zip(texts, found, strict=True) if not all(d.help and d.span and d.message for d in told)] == []
    assert any(found)


def test_every_rule_of_the_grammar_makes_a_node() -> None:
    tables = _parser().tables
    inlined = {"expr", "implication", "disjunction", "conjunction", "negation", "comparison", "range", "sum", "product", "factor"}
    inlined |= {"postfix", "type"}
    named = {str(rule.alias or rule.origin.name) for rule in tables.rules}
    assert {name for name in named if not name.startswith("_")} - inlined == set(RULES)
