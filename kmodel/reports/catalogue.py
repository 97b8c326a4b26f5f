"""The library's table of contents: each module with what it says of itself, its claims, its checks and what they come to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from rich.text import Text

from kmodel.records import dataclass
from kmodel.reports.result import Expected
from kmodel.reports.words import plural

_WORDS: Mapping[str, str] = {"holds": "proved", "violated": "violated", "reached": "reached", "unreachable": "unreachable"}


@dataclass(frozen=True, slots=True)
class ClaimEntry:
    """A claim that some check of the module decides, and what it says of itself."""

    name: str
    kind: str
    doc: str | None


@dataclass(frozen=True, slots=True)
class CheckEntry:
    """A check: its scope and limits in words, and each claim with its verdict (`proved`, `violated`, `holds to depth 20`, …)."""

    name: str
    doc: str | None
    scope: str
    verdicts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Entry:
    """A module of the library. Its verdicts are those that its checks expect, which the tests hold it to."""

    module: str
    doc: str | None
    claims: tuple[ClaimEntry, ...]
    checks: tuple[CheckEntry, ...]

    @property
    def title(self) -> str:
        """The first sentence of what the module says of itself."""
        text = " ".join((self.doc or "").split())
        return text.split(". ")[0].rstrip(".")

    def count(self, word: str) -> int:
        return sum(verdict.split()[0] == word for check in self.checks for _, verdict in check.verdicts)


def verdict_of(expected: Expected) -> str:
    """The verdict that an expectation asks for: `holds` is a proof, unless it is to a depth."""
    if expected.depth is not None:
        return str(expected)
    after = f" in {plural(expected.steps, 'step')}" if expected.steps else ""
    return _WORDS[expected.verdict] + after


def listing(entries: Sequence[Entry]) -> Text:
    """A line a module: how many claims its checks prove, break, reach."""
    width = max((len(entry.module) for entry in entries), default=0)
    lines = [Text.assemble("  ", (entry.module.ljust(width), "bold"), "  ", _counts(entry)) for entry in entries]
    return Text("\n").join([*lines, Text(_total(entries))])


def _counts(entry: Entry) -> str:
    words = ("proved", "holds", "violated", "reached", "unreachable")
    return ", ".join(f"{number} {word}" for word in words if (number := entry.count(word))) or "no checks"


def _total(entries: Sequence[Entry]) -> str:
    checks = sum(len(entry.checks) for entry in entries)
    claims = sum(len(entry.claims) for entry in entries)
    return f"{plural(len(entries), 'module')}, {plural(claims, 'claim')}, {plural(checks, 'check')}"


def shown(entry: Entry) -> Text:
    """A module in full."""
    blocks = [Text.assemble((entry.module, "bold"), *([f"\n{entry.doc}"] if entry.doc else []))]
    width = max((len(claim.name) for claim in entry.claims), default=0)
    if entry.claims:
        blocks.append(Text("\n").join([Text("claims", "underline"), *(_claim(claim, width) for claim in entry.claims)]))
    blocks += [_check(check) for check in entry.checks]
    return Text("\n\n").join(blocks)


def _claim(claim: ClaimEntry, width: int) -> Text:
    return Text.assemble("  ", claim.name.ljust(width), "  ", (claim.kind.ljust(10), "dim"), " ", " ".join((claim.doc or "").split()))


def _check(check: CheckEntry) -> Text:
    lines = [Text.assemble(("check ", "dim"), (check.name, "underline"), f" for {check.scope}" if check.scope else "")]
    lines += [Text(f"  {' '.join(check.doc.split())}", "italic")] if check.doc else []
    return Text("\n").join([*lines, *(Text(f"  {verdict:19}  {claim}") for claim, verdict in check.verdicts)])


# ---- the page


def page(entries: Iterable[Entry], measured: Mapping[str, float]) -> str:
    """The library as a page of Markdown; `measured` are the seconds that a module's checks took, where they are known."""
    blocks = [_INTRODUCTION]
    for folder, group in groupby(entries, lambda entry: entry.module.rpartition(".")[0]):
        modules = list(group)
        blocks += [f"## {folder}" if folder else "## others", _contents(modules)]
        blocks += [_section(entry, measured.get(entry.module)) for entry in modules]
    return "\n\n".join(blocks) + "\n"


_INTRODUCTION = """\
# The library

Written by `kmodel lib page --measure > docs/library.md`; a test compares it with the specs. `kmodel lib show NAME` prints one module,
`kmodel lib run NAME` runs its checks and tells every violation in full. *Proved* is for every reachable state of the scope that
stands beside it; *violated* is a failure that the spec knows of, with a trace in `counterexamples/`. The verdicts are those that the
specs expect and that the tests hold them to."""


def _contents(entries: Sequence[Entry]) -> str:
    rows = [
        f"| [{entry.module}](#{entry.module.replace('.', '')}) | {entry.title} | {entry.count('proved')} | {entry.count('violated')} |"
        for entry in entries
    ]
    return "\n".join(["| module | what it models | proved | violated |", "|---|---|---|---|", *rows])


def _section(entry: Entry, seconds: float | None) -> str:
    blocks = [f"### {entry.module}"]
    blocks += [entry.doc] if entry.doc else []
    blocks += [f"Checked in {seconds:.1f} s."] if seconds is not None else []
    if entry.claims:
        rows = [f"| `{claim.name}` | {claim.kind} | {_cell(claim.doc)} |" for claim in entry.claims]
        blocks.append("\n".join(["| claim | kind | it says |", "|---|---|---|", *rows]))
    if entry.checks:
        rows = [f"| `{check.name}` | {_cell(check.doc)} | {check.scope} | {_verdicts(check)} |" for check in entry.checks]
        blocks.append("\n".join(["| check | of | scope | verdicts |", "|---|---|---|---|", *rows]))
    return "\n\n".join(blocks)


def _verdicts(check: CheckEntry) -> str:
    grouped: dict[str, list[str]] = {}
    for claim, verdict in check.verdicts:
        grouped.setdefault(verdict, []).append(f"`{claim}`")
    return "; ".join(f"{verdict}: {', '.join(claims)}" for verdict, claims in grouped.items())


def _cell(text: str | None) -> str:
    return " ".join((text or "").split()).replace("|", "\\|")
