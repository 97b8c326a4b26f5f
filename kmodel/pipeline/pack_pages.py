"""The standard packs for people: the page of one claim, and all of them as a document."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from itertools import groupby

from kmodel.pipeline.jobs import packs
from kmodel.pipeline.specs import Specs, link
from kmodel.reports.pages import Page, page
from kmodel.typed.module import ClaimSymbol

ALL = "packs"
_INTRODUCTION = """\
# The standard packs

Written by `kmodel explain packs > docs/packs.md`; a test compares it with [`spec/packs/`](../spec/packs), where each claim, its page and
its rules stand together. A pack is a `.km` file in that folder, and nothing else: a claim with an `@id`, a `@severity`, a `@fix` and a
description becomes a rule with its page here, in `kmodel explain KM0101`, and in SARIF.

`high`, `medium` and `low` fail a run; a `note` may be meant so, or depends on what is outside the given objects, and only tells. Rollouts,
drains and scaling are decided by running a model of them, workload by workload, in every order in which things can happen; the report says
for which scope."""


@cache
def _linked() -> Specs:
    return link(packs())


def ids() -> tuple[str, ...]:
    """The ids of all claims, in the order of their numbers."""
    return tuple(sorted(claim.attributes["id"] for claim in _linked().program.claims.values() if "id" in claim.attributes))


def claims() -> Iterator[ClaimSymbol]:
    """The claims of the packs in the order of their ids."""
    known = _linked().program.claims.values()
    yield from sorted((claim for claim in known if "id" in claim.attributes), key=lambda claim: claim.attributes["id"])


def claim_page(claim: ClaimSymbol) -> Page:
    return page(claim.short, claim.doc, claim.attributes.get("fix"))


def explained(name: str) -> str | None:
    """The page of the claim with this id as text; None where there is none. For `packs`, the whole document."""
    if name == ALL:
        return document()
    found = _claim(name)
    if found is None:
        return None
    head = f"{found.attributes['id']}  {found.short}  ({found.attributes.get('severity', 'high')}; {found.span})"
    return f"{head}\n\n{claim_page(found).text}\n\naccept  kmodel.dev/ignore: {found.attributes['id']}=why  (an annotation of the object)"


def claim_named(name: str) -> str:
    """The claim's name, where its id is given."""
    found = _claim(name)
    return found.short if found is not None else name


def _claim(name: str) -> ClaimSymbol | None:
    if not name[-1:].isdigit():
        return None
    return next((claim for claim in claims() if claim.attributes["id"] == name.upper()), None)


def document() -> str:
    """All packs as a page of Markdown."""
    blocks = [_INTRODUCTION, *_tables()]
    for module, group in groupby(claims(), lambda claim: claim.module):
        blocks.append(f"## {module.rpartition('.')[2].capitalize()}")
        blocks += [_section(claim) for claim in group]
    return "\n\n".join(blocks)


def _tables() -> Iterator[str]:
    rows = ["| id | severity | finding |", "|---|---|---|"]
    for claim in claims():
        name = claim.attributes["id"]
        rows.append(f"| [{name}](#{name.lower()}) | {claim.attributes.get('severity', 'high')} | {claim_page(claim).summary} |")
    yield "\n".join(rows)


def _section(claim: ClaimSymbol) -> str:
    kind = {"property": "of every behaviour", "transition": "of every step", "witness": "some state must exist"}.get(claim.kind, "always")
    head = f"### {claim.attributes['id']}\n\n`{claim.short}` · {claim.attributes.get('severity', 'high')} · {kind}"
    return f"{head}\n\n{claim_page(claim).markdown}"
