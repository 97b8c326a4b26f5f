"""The formatter: every spec and every example of the language reference, comments, blank lines, parentheses."""

from __future__ import annotations

import re

import pytest

from kmodel.source import Source
from kmodel.syntax import parse, show, show_expression
from kmodel.syntax.tree import Const
from tests.command import ROOT

SPECS = {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in sorted((ROOT / "spec").rglob("*.km"))}
PAGE = (ROOT / "docs" / "language.md").read_text(encoding="utf-8")
TEXTS = SPECS | {f"example{n}.km": block for n, block in enumerate(re.findall(r"```km\n(.*?)```", PAGE, re.DOTALL))}


def _shown(text: str) -> str:
    return show(parse(Source("hand.km", text)))


def _comments(text: str) -> list[str]:
    """Without their marks: one that documents nothing where it comes to stand loses a `#`."""
    return sorted(comment.text.lstrip("#").strip() for comment in parse(Source("hand.km", text)).comments)


@pytest.mark.parametrize("name", TEXTS)
def test_a_text_is_read_back(name: str) -> None:
    tree = parse(Source(name, TEXTS[name]))
    shown = show(tree)
    assert parse(Source(name, shown)) == tree
    assert _comments(shown) == _comments(TEXTS[name])


@pytest.mark.parametrize("name", TEXTS)
def test_showing_twice_changes_nothing(name: str) -> None:
    once = show(parse(Source(name, TEXTS[name])))
    assert show(parse(Source(name, once))) == once


@pytest.mark.parametrize(
    "text",
    [
        "a + b * c",
        "(a + b) * c",
        "a - (b - c)",
        "(forall p in S: p) and b",
        "b and forall p in S: p",
        "(if a then b else c) + 1",
        "(always a) and b",
        "not (a and b)",
        "a implies b implies c",
        "(a implies b) implies c",
        "-(a + b)",
        "x.f(1)[2].g",
        "(a == b) == c",
        '{"k": [1, 2], "l": []}',
        "{p in S where p > 0}",
        "[e for p in S where c]",
        "sum(p in S where c: e)",
    ],
)
def test_parentheses(text: str) -> None:
    (declaration,) = parse(Source("hand.km", f"const x: int = {text}")).declarations
    assert isinstance(declaration, Const)
    assert declaration.value is not None
    assert show_expression(declaration.value) == text


COMMENTED = """\
# first
module hand  # of the header

## documents p
entity P  # behind a name
  # before a source
  from v1/P
  from v2/P
{  # opened
  ## documents x
  var x: int = 1  # behind a member

  # the last of a block
}  # closed

action go(p: P) {  # head
  # before a statement
  if p.x == 1 {  # condition
    p.x := 2  # behind a statement
    # end of a branch
  } else {  # other
    p.x := 3
  }
}

# the last
"""


def test_comments_and_blank_lines_stay() -> None:
    assert _shown(COMMENTED) == COMMENTED


def test_a_comment_inside_of_a_line_is_kept() -> None:
    shown = _shown("## words\ndef f(a: int, # one\n  b: int): int = # two\n  ## three\n  a + # four\n  b # five\n")
    assert _comments(shown) == ["five", "four", "one", "three", "two", "words"]
    assert parse(Source("hand.km", shown)).declarations[0].doc == "words"


def test_comments_that_say_the_same_all_stay() -> None:
    text = "module hand\n\n## a\n##\n## b\nvar x: int = 1\n\n# a\n\n## a\n##\n## c\nvar y: int = 2\n"
    assert _shown(text) == text


def test_one_blank_line_at_most_and_always_between_blocks() -> None:
    assert _shown("const a: int\n\n\n\nconst b: int\nconst c: int\nenum E { A }\n") == (
        "const a: int\n\nconst b: int\nconst c: int\n\nenum E { A }\n"
    )


def test_a_long_chain_breaks_before_its_operators() -> None:
    names = [f"a_rather_long_name_{n}" for n in range(8)]
    shown = _shown(f"def f(): bool = {' and '.join(names)}\n")
    assert shown == "def f(): bool =\n  " + "\n    and ".join(names) + "\n"


def test_no_line_is_wider_than_it_must_be() -> None:
    wide = [line for text in SPECS.values() for line in _shown(text).splitlines() if len(line) > 130 and not line.lstrip().startswith("#")]
    assert [line for line in wide if " at spec." not in line and not line.startswith("@")] == []


def test_a_name_that_would_begin_a_line_of_a_check_stands_in_parentheses() -> None:
    text = "init {\n  a\n  (set)\n}\n"
    assert _shown(text) == text
    assert _shown("init { set }\n") == "init { set }\n"
