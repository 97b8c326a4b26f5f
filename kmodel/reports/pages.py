"""A claim's page: what its documentation in the spec says, in parts that every form can place.

The comment's first sentence is the summary. Then, where the comment has them, paragraphs that begin with `Why:`, `Example:` and `Fix:`;
lines of an example that are indented further are kept as they stand.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator

from kmodel.records import dataclass
from kmodel.reports.result import Result

_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z`])")
_HEADS = {"Why:": "Why it hurts", "Example:": "Example", "Fix:": "What to do"}


@dataclass(frozen=True, slots=True)
class Page:
    """`what` is the description before any heading; `parts` are headings with their texts; `fix` is the claim's own one-line advice."""

    title: str
    what: str
    parts: tuple[tuple[str, str], ...]
    fix: str | None

    @property
    def summary(self) -> str:
        return _SENTENCE.split(self.what, maxsplit=1)[0]

    @property
    def text(self) -> str:
        return "\n\n".join([self.what, *(f"{head}\n{body}" for head, body in self.sections)])

    @property
    def markdown(self) -> str:
        return "\n\n".join([self.what, *(f"**{head}**\n\n{_fenced(body)}" for head, body in self.sections)])

    @property
    def sections(self) -> tuple[tuple[str, str], ...]:
        """The parts, with the claim's advice as the last where no part says what to do."""
        has_advice = any(head == "What to do" for head, _ in self.parts)
        return self.parts if has_advice or not self.fix else (*self.parts, ("What to do", f"{self.fix[:1].upper()}{self.fix[1:]}."))


def page_of(result: Result) -> Page:
    return page(result.claim, result.doc, result.attributes.get("fix"))


def page(claim: str, doc: str | None, fix: str | None) -> Page:
    """The page of a claim; one without documentation says its name in words."""
    blocks = list(_blocks(doc or f"{claim.replace('_', ' ').capitalize()}."))
    what = [text for head, text in blocks if head is None]
    parts = tuple((_HEADS[head], f"{text[:1].upper()}{text[1:]}") for head, text in blocks if head is not None)
    return Page(claim, "\n\n".join(what), parts, fix)


def _blocks(doc: str) -> Iterator[tuple[str | None, str]]:
    """Paragraphs with the heading that they come under; those of one heading together."""
    head: str | None = None
    gathered: list[str] = []
    for paragraph in re.split(r"\n[ \t]*\n", textwrap.dedent(doc).strip("\n")):
        found = next((each for each in _HEADS if paragraph.lstrip().startswith(each)), None)
        if found is not None and gathered:
            yield head, "\n\n".join(gathered)
            gathered = []
        head = found or head
        gathered.append(_flowing(paragraph.lstrip()[len(found) :] if found else paragraph))
    if gathered:
        yield head, "\n\n".join(gathered)


def _flowing(paragraph: str) -> str:
    """Lines of prose joined; indented lines, which are code, as they stand."""
    lines = paragraph.strip("\n").splitlines()
    made: list[str] = []
    for line in lines:
        if line.startswith("    "):
            made.append(line)
        elif made and not made[-1].startswith("    "):
            made[-1] = f"{made[-1]} {line.strip()}"
        else:
            made.append(line.strip())
    return "\n".join(made).strip("\n")


def _fenced(body: str) -> str:
    """Indented lines as a block of code."""
    made: list[str] = []
    for is_code, lines in _runs(body.splitlines()):
        block = textwrap.dedent("\n".join(lines))
        made.append(f"\n```yaml\n{block}\n```\n" if is_code else block)
    return "\n".join(made).strip("\n")


def _runs(lines: list[str]) -> Iterator[tuple[bool, list[str]]]:
    gathered: list[str] = []
    for line in lines:
        if gathered and line.startswith("    ") != gathered[-1].startswith("    "):
            yield gathered[-1].startswith("    "), gathered
            gathered = []
        gathered.append(line)
    if gathered:
        yield gathered[-1].startswith("    "), gathered
