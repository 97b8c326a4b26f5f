"""What can be wrong with a module: raised where it is found, collected where typing can go on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

from kmodel.source import Diagnostic, Span

# Every code that elaboration gives, and what it means.
CODES: Mapping[str, str] = {
    "aggregate-form": "an aggregate has a value after `:` where it takes none, or lacks the one it needs",
    "ambiguous-name": "a name that two imports, or two enums, bring",
    "argument-count": "too many or too few arguments, or named ones where none are taken",
    "assigned-const": "an action assigns to what never changes",
    "choose-one": "`choose` with more than one variable",
    "duplicate-expectation": "two expectations for one claim",
    "duplicate-field": "a field that the entity or record already has",
    "duplicate-module": "two files with one module name",
    "duplicate-name": "a name that is declared, given or limited twice",
    "duplicate-scope": "two scopes for one entity",
    "duplicate-setting": "a constant or field that is set twice",
    "host-bits-set": "a range of addresses whose address has bits beyond its prefix",
    "import-cycle": "modules that import each other",
    "infinite-parameter": "a parameter with endlessly many values",
    "infinite-state-type": "a `var` of a type that a state cannot hold",
    "invalid-literal": "a literal that means no value",
    "invalid-scope": "a scope that is no number, no set of names and no range of addresses, or more than its pool",
    "kind-mismatch": "quantities of different kinds",
    "misplaced-name": "a name that stands where what it means has no place",
    "misplaced-next": "`next` outside of a transition, or within another `next`",
    "misplaced-temporal": "a temporal operator outside of a property",
    "missing-field": "a record without a field that has no default",
    "not-a-pool": "`create`, `delete` or `of` for an entity whose individuals neither come nor go",
    "not-a-set": "no items where items are wanted",
    "not-an-entity": "`extend` of something that is no entity",
    "not-assignable": "`:=` after what is no place in the state",
    "not-constant": "something that depends on the state where a constant is wanted",
    "not-optional": "`is`, or `or_else`, of what always has a value",
    "optional-value": "an optional where its value is wanted",
    "past-name": "a temporal operator's operand uses a value that was taken from an earlier state",
    "recursive-def": "a def that calls itself",
    "recursive-default": "a default that needs itself",
    "recursive-type": "a type that contains itself",
    "shadowed-name": "a local name that is taken where it is bound",
    "too-deep": "an expression that is nested too deeply",
    "type-mismatch": "a value of one type where another is wanted",
    "unknown-action": "a limit on no action that is known",
    "unknown-claim": "no claim is meant",
    "unknown-component": "an action by no component that is known",
    "unknown-entity": "no entity is meant",
    "unknown-field": "a field that an entity or record does not have",
    "unknown-module": "a module that is not found",
    "unknown-name": "a name that means nothing where it stands",
    "unknown-relation": "a rule for no relation that is known",
    "unknown-type": "no type is meant",
    "untyped-empty": "an item of an empty set or list, or the value of `none`, of no known type",
    "unstratified-rules": "rules through which a relation depends on what it does not hold of",
    "wrong-expectation": "`holds` of a witness, `reached` of another claim",
}


class Fault(Exception):
    """A diagnostic on its way to where it is collected; None where the reason has been given before."""

    def __init__(self, diagnostic: Diagnostic | None) -> None:
        self.diagnostic = diagnostic
        super().__init__(diagnostic.message if diagnostic else "a consequence of an earlier fault")


Also = tuple[tuple[Span, str], ...]


def fault(code: str, message: str, span: Span, help_: str | None = None, also: Also = ()) -> Fault:
    assert code in CODES, code
    return Fault(Diagnostic(code, message, span, also, help_))


def silent() -> Fault:
    """For what follows from a fault that has been reported: nobody is told twice."""
    return Fault(None)


def suggest(name: str, known: Iterable[str]) -> str | None:
    """A help that names what was probably meant."""
    near = get_close_matches(name, sorted(set(known)), n=1, cutoff=0.6)
    return f"did you mean `{near[0]}`?" if near else None


def suggest_or_list(name: str, known: Iterable[str], what: str) -> str:
    """What was probably meant, and else what there is."""
    names = sorted(set(known))
    listed = ", ".join(f"`{each}`" for each in names[:20]) + (", …" if len(names) > 20 else "")
    return suggest(name, names) or (f"{what}: {listed}" if names else f"{what}: none")


def word(span: Span, name: str) -> Span:
    """The first place within a span where a name stands as a word; the span itself where it does not."""
    found = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", span.text)
    return span if found is None else Span(span.source, span.start + found.start(), span.start + found.end())


def last_word(span: Span, name: str) -> Span:
    """The end of a span, where the name that it ends with stands."""
    return Span(span.source, span.end - len(name), span.end) if span.text.endswith(name) else word(span, name)


def short(qualified: str) -> str:
    return qualified.rsplit(".", 1)[-1]
