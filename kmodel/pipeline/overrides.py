"""What the command line says instead of the checks: filters, scopes, fault budgets."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from difflib import get_close_matches
from fnmatch import fnmatchcase
from ipaddress import ip_network

from kmodel.pipeline.request import Request
from kmodel.source import Diagnostic, Rejected, Span
from kmodel.typed import Program
from kmodel.typed.module import MOST_INDIVIDUALS, CheckSymbol, Expectation, ScopeItem

NODES = "Node"
DEFINED = "defined"


def meant(name: str, glob: str) -> bool:
    """Whether a glob fits a qualified name, or its last part."""
    return fnmatchcase(name, glob) or fnmatchcase(name.rsplit(".", 1)[-1], glob)


def narrowed(check: CheckSymbol, glob: str) -> CheckSymbol:
    """The check with only the claims that the glob means."""
    claims = tuple(name for name in check.claims if meant(name, glob))
    expectations = (replace(each, claims=tuple(name for name in each.claims if meant(name, glob))) for each in check.expectations)
    return replace(check, claims=claims, expectations=tuple(each for each in expectations if each.claims))


def overridden(check: CheckSymbol, program: Program, request: Request) -> CheckSymbol:
    """The check with the request's scopes and budgets. Rejected where they do not fit the program."""
    for name, text in scopes(request).items():
        check = _universe(check, text) if name == "ip" else _scope(check, program, name, text)
    for name, most in request.faults.items():
        action = _named(name, program.actions, "action", "--faults")
        check = replace(check, limits={**check.limits, action: most})
    return check


def scopes(request: Request) -> Mapping[str, str]:
    """`--scope`, and `--nodes` where it is a number."""
    counted = request.nodes is not None and request.nodes.isdigit()
    return {**request.scope, **({NODES: request.nodes} if counted and request.nodes else {})}


def _scope(check: CheckSymbol, program: Program, name: str, text: str) -> CheckSymbol:
    entity = _named(name, program.entities, "entity", "--scope", check.active)
    if not text.isdigit():
        raise Rejected([Diagnostic("invalid-scope", f"`{text}` is not a number of `{name}`", help=f"write `--scope {name}=3`")])
    size = int(text)
    if size > MOST_INDIVIDUALS:
        raise Rejected(
            [Diagnostic("invalid-scope", f"so many individuals of `{name}` are too many: {size:,}", help=f"at most {MOST_INDIVIDUALS:,}")]
        )
    known = next((item for item in check.scopes if item.entity == entity), None)
    if known is None:
        made = ScopeItem(entity, (), size, None, False, span=check.span)
    else:
        made = replace(known, names=(), size=size, pool=max(size, known.pool) if known.pool is not None else None, unless_given=False)
    return replace(check, scopes=(*(item for item in check.scopes if item.entity != entity), made))


def _universe(check: CheckSymbol, text: str) -> CheckSymbol:
    try:
        return replace(check, universe=ip_network(text))
    except ValueError:
        raise Rejected(
            [Diagnostic("invalid-scope", f"`{text}` is not a range of addresses", help="write `--scope ip=10.244.0.0/29`")]
        ) from None


def _named(name: str, known: Iterable[str], what: str, option: str, active: frozenset[str] = frozenset()) -> str:
    """The one qualified name that is meant; of several, the one of an active module."""
    found = [each for each in known if name in (each, each.rsplit(".", 1)[-1])]
    found = [each for each in found if each.rsplit(".", 1)[0] in active] or found
    if len(found) == 1:
        return found[0]
    if found:
        raise Rejected([Diagnostic("ambiguous-name", f"`{name}` of `{option}` may be {_either(found)}", help="give the qualified name")])
    close = get_close_matches(name, sorted({each.rsplit(".", 1)[-1] for each in known}), 1)
    help_ = f"did you mean `{close[0]}`?" if close else f"give the name of an {what} that the specs declare"
    raise Rejected([Diagnostic("unknown-name", f"there is no {what} `{name}`, as `{option}` says", help=help_)])


def _either(names: Iterable[str]) -> str:
    return " or ".join(f"`{name}`" for name in sorted(names))


def expectation(check: CheckSymbol, claim: str) -> Expectation | None:
    """What the check says of a claim, if anything."""
    return next((each for each in check.expectations if claim in each.claims), None)


def place(check: CheckSymbol, claim: str) -> Span:
    """Where the check speaks of the claim: its expectation, else the check's name."""
    said = expectation(check, claim)
    return said.span if said is not None else check.span
