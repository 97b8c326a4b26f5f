"""Manifests that somebody spoiled: what people type, and what they never would."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st

YAML = [
    "\t",
    "---\n",
    "\n",
    ": ",
    "- ",
    "&a ",
    "*a",
    "<<: ",
    "!x ",
    "{",
    "[",
    "}",
    "]",
    '"',
    "'",
    "|",
    ">",
    "%",
    "#",
    "? ",
    "...\n",
    "  ",
    ",",
]
CHARACTERS = ["\0", "\ud800", "\ufeff", "\x85", "é", "🦉", "\r"]
VALUES = ["null", "yes", "0644", "1e999", "-1", "{}", "[]", "[[1]]", "x", "10.0.0.0/99", "99999999999999999999", '""', "~"]


@st.composite
def spoiled(draw: st.DrawFn, texts: Sequence[str]) -> str:
    """One of the texts with a few pieces of YAML, odd characters or other values put in, and a little left out."""
    text = draw(st.sampled_from(texts))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from(YAML + CHARACTERS + VALUES)) + text[at + draw(st.integers(0, 5)) :]
    return text


@st.composite
def exchanged(draw: st.DrawFn, text: str) -> str:
    """The text with the values of a few lines exchanged for others: mostly sound YAML of the wrong shape."""
    lines = text.split("\n")
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        key, colon, _ = lines[at].partition(": ")
        lines[at] = f"{key}{colon}{draw(st.sampled_from(VALUES))}"
    return "\n".join(lines)
