"""Checks: which instance, which modules, which claims, what is expected.

A check sees its module's names, those of the modules that it uses, and the individuals that its scopes name. Without `use` the
module and all that it imports, directly or not, takes part; with it the module itself and what the used ones bring. The claims to
decide are the module's own, or those that `verify` means instead, and those that are expected; in the order of their declarations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import field
from fnmatch import fnmatchcase
from typing import assert_never

from kmodel.records import dataclass
from kmodel.source import Diagnostic, Span
from kmodel.syntax import tree
from kmodel.typed.declare import Declarations, constant
from kmodel.typed.expressions import Expr
from kmodel.typed.faults import Fault, fault, short, silent, suggest, suggest_or_list, word
from kmodel.typed.instances import Instance, read_scope, read_setting
from kmodel.typed.module import CheckSymbol, ClaimSymbol, Expectation
from kmodel.typed.relate import BOOL
from kmodel.typed.scope import Named, Scope, ambiguous, article

_OF_WITNESSES = ("reached", "unreachable")


@dataclass(slots=True)
class _Draft:
    """A check while its lines are read."""

    scope: Scope
    library: Declarations
    claims: Mapping[str, ClaimSymbol]
    active: frozenset[str]
    faults: list[Diagnostic]
    instance: Instance
    assumptions: list[Expr] = field(default_factory=list)
    limits: dict[str, int] = field(default_factory=dict)
    verified: list[str] | None = None
    expectations: list[Expectation] = field(default_factory=list)
    expected: dict[str, Expectation] = field(default_factory=dict)
    cluster: tuple[str, ...] | None = None


def check(node: tree.Check, scope: Scope, library: Declarations, claims: Mapping[str, ClaimSymbol]) -> CheckSymbol:
    """The typed check. Faults are collected in the module's."""
    faults = library.faults[scope.module]
    used = _used(node, scope, library, faults)
    wider = scope.with_modules(used)
    active = frozenset({scope.module}).union(*(each.closure for each in used)) if used else scope.closure
    draft = _Draft(wider, library, claims, active, faults, Instance(wider, library))
    for item in sorted(node.items, key=_turn):
        try:
            _read(draft, item)
        except Fault as found:
            if found.diagnostic is not None:
                faults.append(found.diagnostic)
    return _finished(node, draft)


def _turn(item: tree.CheckItem) -> int:
    """Scopes come first: the others may speak of the individuals that they name."""
    return 0 if isinstance(item, tree.Scope) else 1


def _finished(node: tree.Check, draft: _Draft) -> CheckSymbol:
    own = [name for name, claim in draft.claims.items() if claim.module == draft.scope.module]
    chosen = {*(own if draft.verified is None else draft.verified), *draft.expected}
    return CheckSymbol(
        tuple(draft.instance.scopes),
        draft.instance.universe,
        tuple(draft.instance.settings.values()),
        tuple(draft.assumptions),
        draft.limits,
        draft.active,
        tuple(name for name in draft.claims if name in chosen),
        tuple(draft.expectations),
        draft.cluster,
        name=f"{draft.scope.module}.{node.name}",
        module=draft.scope.module,
        span=node.name_span,
        doc=node.doc,
    )


def _read(draft: _Draft, item: tree.CheckItem) -> None:
    match item:
        case tree.Scope():
            read_scope(draft.instance, item)
        case tree.Set():
            read_setting(draft.instance, item)
        case tree.CheckAssume(condition):
            typer = draft.instance.typer(draft.faults)
            draft.assumptions.append(constant(typer, typer.expression(condition, BOOL), "an assumption"))
        case tree.Limit():
            _limit(draft, item)
        case tree.Verify(globs):
            found = [name for glob in globs for name in _meant(draft, glob, item.span)]
            draft.verified = [*(draft.verified or []), *found]
        case tree.Expect():
            _expect(draft, item)
        case tree.Cluster(paths):
            draft.cluster = (*(draft.cluster or ()), *paths)
        case tree.Use():
            pass
        case _:
            assert_never(item)


# ---- modules


def uses(node: tree.Check) -> Iterable[tuple[str, Span]]:
    """The modules that a check uses, as it writes them."""
    for item in node.items:
        if isinstance(item, tree.Use):
            yield from ((name, word(item.span, name)) for name in item.modules)


def _used(node: tree.Check, scope: Scope, library: Declarations, faults: list[Diagnostic]) -> list[Scope]:
    found: list[Scope] = []
    for name, span in uses(node):
        module = meant_module(name, scope, library.scopes)
        if module is not None:
            found.append(module)
        elif not scope.incomplete:
            help_ = suggest(name, library.scopes) or "give the module's whole name, or import it"
            faults.append(Diagnostic("unknown-module", f"there is no module `{name}`", span, (), help_))
    return found


def meant_module(name: str, scope: Scope, scopes: Mapping[str, Scope]) -> Scope | None:
    """The module of this name, alias or last part."""
    qualified = scope.qualifiers.get(name, [])
    if len(qualified) == 1:
        return qualified[0]
    return scopes.get(name)


# ---- limits


def _limit(draft: _Draft, item: tree.Limit) -> None:
    span = word(item.span, item.action)
    named = draft.scope.dotted(item.action, span, "action") or _anywhere(draft, item.action, span)
    if named is None:
        if draft.scope.incomplete:
            raise silent()
        known = [each.declared.name for each in _seen(draft, "action")]
        help_ = draft.scope.to_import(item.action) or suggest_or_list(item.action, known, "there is")
        raise fault("unknown-action", f"there is no action `{item.action}`", span, help_)
    if named.name in draft.limits:
        raise fault("duplicate-name", f"`{item.action}` is limited twice", span, "leave one of them out")
    draft.limits[named.name] = item.most


def _seen(draft: _Draft, kind: str) -> list[Named]:
    """What is declared in all modules that the check sees, imported directly or not."""
    modules = [draft.library.scopes[module] for module in sorted(draft.scope.closure) if module in draft.library.scopes]
    return [each for module in modules for each in module.own.values() if each.kind == kind]


def _anywhere(draft: _Draft, name: str, span: Span) -> Named | None:
    found = [each for each in _seen(draft, "action") if each.declared.name == name]
    if len(found) > 1:
        raise ambiguous(name, found, span)
    return found[0] if found else None


# ---- claims


def _meant(draft: _Draft, glob: str, span: Span) -> list[str]:
    """The claims that a glob means: `claim`, `module.claim`, `module.*`, `*`. A bare name is the module's own claim, if it has one."""
    seen = {name: claim for name, claim in draft.claims.items() if claim.module in draft.scope.closure}
    found = [name for name in seen if _matches(draft.scope, glob, name)]
    if not found:
        if draft.scope.incomplete:
            raise silent()
        known = [short(name) for name in seen]
        raise fault("unknown-claim", f"there is no claim `{glob}`", word(span, glob), suggest_or_list(glob, known, "there is"))
    if "*" in glob or len(found) == 1:
        return found
    own = [name for name in found if seen[name].module == draft.scope.module]
    if not own:
        named = [draft.library.scopes[seen[name].module].own["claim", short(name)] for name in found]
        raise ambiguous(glob, named, word(span, glob))
    return own


def _matches(scope: Scope, glob: str, name: str) -> bool:
    module, _, claim = name.rpartition(".")
    wanted, _, last = glob.rpartition(".")
    if not fnmatchcase(claim, last):
        return False
    aliased = any(each.module == module for each in scope.qualifiers.get(wanted, ()))
    return not wanted or aliased or fnmatchcase(module, wanted) or module.endswith(f".{wanted}")


def _expect(draft: _Draft, item: tree.Expect) -> None:
    claims = dict.fromkeys(name for glob in item.globs for name in _fitting(draft, item, glob))
    kept = tuple(name for name in claims if _is_first(draft, item, name))
    verdict = item.verdict
    assert verdict in ("holds", "violated", "reached", "unreachable"), verdict
    if item.every_scope:
        _for_every_scope(draft, item, kept)
    made = Expectation(verdict, kept, item.depth, item.steps, item.every_scope, span=item.span)  # type: ignore[arg-type] # asserted above
    draft.expected.update(dict.fromkeys(kept, made))
    draft.expectations.append(made)


def _for_every_scope(draft: _Draft, item: tree.Expect, claims: Iterable[str]) -> None:
    """Only what never fails can be so in every scope; and there are no words yet for whole behaviours."""
    place = word(item.span, "every")
    if item.verdict in ("violated", "reached"):
        raise fault("wrong-expectation", f"`{item.verdict}` is about one scope", place, "leave `for every scope` out: one trace is enough")
    lasting = next((name for name in claims if draft.claims[name].kind == "property"), None)
    if lasting is not None:
        message = f"`{short(lasting)}` is a property, which is proved for one scope at a time"
        raise fault("wrong-expectation", message, place, "leave `for every scope` out")


def _fitting(draft: _Draft, item: tree.Expect, glob: str) -> list[str]:
    """The claims that are meant, of which the verdict can be said; to name another one is a fault."""
    found = _meant(draft, glob, item.span)
    fitting = [name for name in found if (draft.claims[name].kind == "witness") == (item.verdict in _OF_WITNESSES)]
    if fitting == found or (fitting and "*" in glob):
        return fitting
    wrong = next(name for name in found if name not in fitting)
    words = "`holds` or `violated`" if item.verdict in _OF_WITNESSES else "`reached` or `unreachable`"
    message = f"`{short(wrong)}` is {article(draft.claims[wrong].kind)}, which cannot be `{item.verdict}`"
    raise fault("wrong-expectation", message, word(item.span, glob), f"expect it to be {words}")


def _is_first(draft: _Draft, item: tree.Expect, name: str) -> bool:
    first = draft.expected.get(name)
    if first is not None:
        also = ((first.span, "the first one"),)
        message = f"`{short(name)}` has two expectations"
        draft.faults.append(Diagnostic("duplicate-expectation", message, item.span, also, "leave one of them out"))
    return first is None
