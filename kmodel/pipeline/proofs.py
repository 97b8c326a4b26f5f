"""What proofs rest on, in the words of the spec; and proofs as files, that are looked at again by another solver than found them."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence

from kmodel.engines.smt.recheck import recheck
from kmodel.ground import slices
from kmodel.ground.system import Slice, System
from kmodel.ground.wording import sentences
from kmodel.pipeline.files import write
from kmodel.pipeline.jobs import Job
from kmodel.pipeline.judge import Finding
from kmodel.pipeline.origins import origin
from kmodel.pipeline.request import Request
from kmodel.typed import Program
from kmodel.verdict import Certificate, Certified, EveryScope, Induction, Invariant, Proved, Strange, certificate_of, to_proof

SUFFIX = ".proof.json"


def told(system: System, findings: Sequence[Finding]) -> dict[int, tuple[str, ...]]:
    """By the index of its claim, what each proof rests on, a sentence each; nothing where all states were looked at."""
    parts = _parts(system, findings)
    return {index: tuple(_lines(certificate, part, system)) for index, (certificate, part) in parts.items()}


def _parts(system: System, findings: Sequence[Finding]) -> dict[int, tuple[Certificate, Slice]]:
    """By claim, its proof and the slice that it is about; the findings are those of this system."""
    proofs = {each.index: each.verdict.certificate for each in findings if isinstance(each.verdict, Proved)}
    return {index: (proofs[index], part) for part in (slices(system) if proofs else ()) for index in part.claims if index in proofs}


def _lines(certificate: Certificate, part: Slice, system: System) -> Iterator[str]:
    match certificate:
        case Invariant(lemmas):
            yield from sentences(part.system, lemmas)
        case Induction(together=together):
            yield from dict.fromkeys(system.claims[part.claims[at]].name.rsplit(".", 1)[-1] for at in together)
        case EveryScope(claims, invariants):
            yield from (*(name.rsplit(".", 1)[-1] for name in claims), *invariants)
        case _:
            return


# ---- files


def saved(system: System, job: Job, program: Program, findings: Sequence[Finding], request: Request) -> None:
    """Writes each proof that can be looked at again without finding it again, where the request says: a file for each ground claim."""
    if request.save_proofs is None:
        return
    numbers: Counter[str] = Counter()
    for index, (certificate, part) in sorted(_parts(system, findings).items()):
        claim = system.claims[index]
        name = f"{job.check.module}--{job.check.short}--{claim.name.rsplit('.', 1)[-1]}"
        numbers[name] += 1
        if isinstance(certificate, Invariant | Induction):
            beside = [system.claims[at] for at in part.claims]
            made = to_proof(claim, beside, certificate, tuple(_lines(certificate, part, system)), origin(program, job, request))
            number = f"--{numbers[name]}" if numbers[name] > 1 else ""
            write(request.save_proofs / f"{name}{number}{SUFFIX}", json.dumps(made, indent=1, ensure_ascii=False) + "\n")


def stands(proof: Certified, system: System, seconds: float) -> str | None:
    """Why the proof does not stand for the system's claim (None: it does), by a solver that shares nothing with what finds proofs."""
    found = [(part, at) for part in slices(system) for at, index in enumerate(part.claims) if proof.is_about(system.claims[index])]
    if not found:
        return "there is no such claim"
    part, at = found[0]
    try:
        certificate = certificate_of(proof, part, system)
    except Strange as strange:
        return str(strange)
    match recheck(part.system, [at], certificate, seconds):
        case True:
            return None
        case False:
            return "it does not follow, or some step does not keep it"
        case None:
            return "there is no answer in that time"
