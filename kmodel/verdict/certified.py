"""Proofs as files: what is written, and what is read back, doubted.

A lemma is written twice: as a sentence for people, and as a term, `["not", ["equal", "p1.ip", 2]]`, over the names of the system's
variables. Only the terms are read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from kmodel import __version__
from kmodel.ground.system import Claim, Slice, System
from kmodel.ground.terms import (
    FALSE,
    TRUE,
    Term,
    Variable,
    add,
    and_,
    at_most,
    count,
    equal,
    if_,
    less,
    multiply,
    not_,
    number,
    or_,
    variable,
)
from kmodel.records import dataclass
from kmodel.source import Diagnostic, Source, Span
from kmodel.verdict.itf import Origin, texts
from kmodel.verdict.recorded import Reader, doubted, loaded, origin_of
from kmodel.verdict.verdict import Certificate, Induction, Invariant
from kmodel.verdict.written import Json, Strange

FORMAT = "kmodel-proof"
VERSION = 1
_MOST_STATES = 1000


@dataclass(frozen=True, slots=True)
class Certified:
    """A proof file's content: by `lemmas` that every step keeps; or (where there are none) by induction over `k` states in a row, all
    different where `distinct`, together with the claims of the names `together`."""

    origin: Origin
    claim: str
    binding: tuple[tuple[str, str], ...]
    lemmas: tuple[object, ...] | None
    k: int
    distinct: bool
    together: tuple[tuple[str, tuple[tuple[str, str], ...]], ...]

    def is_about(self, claim: Claim) -> bool:
        return claim.name == self.claim and texts(claim.binding) == dict(self.binding)


def to_proof(
    claim: Claim, beside: Sequence[Claim], certificate: Invariant | Induction, said: Sequence[str], origin: Origin
) -> dict[str, Json]:
    """The proof of the claim as JSON; `beside` are the claims that were decided with it, `said` the sentences of the proof."""
    return {
        "#meta": {
            "format": FORMAT,
            "version": VERSION,
            "kmodel": __version__,
            "spec": origin.spec,
            "fingerprint": origin.fingerprint,
            "check": origin.check,
            "manifests": list(origin.manifests),
            "options": dict(origin.options),
        },
        "claim": claim.name,
        "binding": texts(claim.binding),
        "said": list(said),
        **_certificate(beside, certificate),
    }


def _certificate(beside: Sequence[Claim], certificate: Invariant | Induction) -> dict[str, Json]:
    if isinstance(certificate, Invariant):
        return {"lemmas": [_written(lemma) for lemma in certificate.lemmas]}
    claims = [beside[at] for at in certificate.together]
    named: list[Json] = [{"claim": claim.name, "binding": texts(claim.binding)} for claim in claims]
    return {"k": certificate.k, "distinct": certificate.distinct, "together": named}


def _written(term: Term) -> Json:
    match term.op:
        case "true" | "false":
            return term.op == "true"
        case "number":
            assert isinstance(term.value, int)
            return term.value
        case "variable":
            assert isinstance(term.value, Variable)
            return term.value.name
        case _:
            return [term.op, *(_written(argument) for argument in term.arguments)]


# ---- read back


def parse_proof(source: Source) -> Certified:
    """The proof of a file. Raises `Rejected` with `invalid-proof` diagnostics."""
    return doubted(loaded(source, _diagnostic), Span(source, 0, 0), _certified, _diagnostic)


def _diagnostic(fault: str, span: Span | None) -> Diagnostic:
    return Diagnostic("invalid-proof", f"this is no proof: {fault}", span, help="save it again with `kmodel check --save-proofs`")


def _certified(reader: Reader, data: object) -> Certified | None:
    whole = reader.mapping(data, "the file")
    meta = reader.mapping(whole.get("#meta"), "`#meta`")
    if not reader.faults and (meta.get("format"), meta.get("version")) != (FORMAT, VERSION):
        return reader.fault(f"`#meta` does not say that it is `{FORMAT}`, version {VERSION}", None)
    lemmas = reader.maybe(whole.get("lemmas"), lambda given: tuple(reader.items(given, "`lemmas`")))
    k, distinct = whole.get("k", 1), whole.get("distinct", False)
    if not isinstance(k, int) or isinstance(k, bool) or not 1 <= k <= _MOST_STATES or not isinstance(distinct, bool):
        reader.fault(f"`k` is not a number from 1 to {_MOST_STATES}, or `distinct` neither true nor false", None)
        return None
    return Certified(
        origin_of(reader, meta),
        reader.text(whole.get("claim"), "the claim"),
        reader.texts(whole.get("binding"), "the claim's binding"),
        lemmas,
        k,
        distinct,
        tuple(_beside(reader, each) for each in reader.items(whole.get("together", []), "`together`")),
    )


def _beside(reader: Reader, value: object) -> tuple[str, tuple[tuple[str, str], ...]]:
    given = reader.mapping(value, "a claim in `together`")
    return reader.text(given.get("claim"), "its name"), reader.texts(given.get("binding"), "its binding")


_MAKERS: Mapping[str, tuple[Callable[..., Term], str, int | None]] = {
    "not": (not_, "bool", 1),
    "and": (and_, "bool", None),
    "or": (or_, "bool", None),
    "iff": (equal, "bool", 2),
    "count": (count, "bool", None),
    "equal": (equal, "int", 2),
    "less": (less, "int", 2),
    "at_most": (at_most, "int", 2),
    "add": (add, "int", None),
    "multiply": (multiply, "int", 2),
}
"""How a term is made of arguments of one sort, and of how many (None: any number)."""


def certificate_of(proof: Certified, part: Slice, system: System) -> Certificate:
    """The certificate, about the part's variables and claims. Raises Strange where it speaks of something else."""
    if proof.lemmas is None:
        claims = [system.claims[index] for index in part.claims]
        return Induction(proof.k, proof.distinct, tuple(_index(name, dict(binding), claims) for name, binding in proof.together))
    known = {which.name: which for which in part.system.variables}
    return Invariant(tuple(_lemma(written, known) for written in proof.lemmas))


def _index(name: str, binding: Mapping[str, str], claims: Sequence[Claim]) -> int:
    found = [at for at, claim in enumerate(claims) if claim.name == name and texts(claim.binding) == binding]
    if not found:
        raise Strange(f"there is no claim `{name}` beside it")
    return found[0]


def _lemma(written: object, known: Mapping[str, Variable]) -> Term:
    made = _term(written, known)
    if made.sort != "bool":
        raise Strange("a lemma is a number")
    return made


def _term(written: object, known: Mapping[str, Variable]) -> Term:
    match written:
        case bool():
            return TRUE if written else FALSE
        case int():
            return number(written)
        case str():
            if written not in known:
                raise Strange(f"there is no `{written}` that the claim depends on")
            return variable(known[written])
        case [str() as op, *arguments]:
            return _applied(op, [_term(each, known) for each in arguments])
        case _:
            raise Strange("a lemma is no term")


def _applied(op: str, arguments: Sequence[Term]) -> Term:
    sorts = [each.sort for each in arguments]
    if op == "if" and len(arguments) == 3 and sorts[0] == "bool" and sorts[1] == sorts[2]:
        return if_(*arguments)
    make, sort, most = _MAKERS.get(op, (and_, "", None))
    if not arguments or any(each != sort for each in sorts) or most not in (None, len(arguments)):
        raise Strange(f"`{op}` is not of such arguments")
    return make(*arguments)
