"""What is found out about a claim, and the file form of its traces.

`Verdict` is closed: `Proved`, `HoldsToDepth`, `Violated` with a `Trace`, `Unknown` with a reason. `to_itf` writes a trace of a system as
ITF JSON; `parse_itf` reads a file back without believing it, and `match` says what it means in a system (of a spec that may have changed).
"""

from kmodel.verdict.certified import Certified, certificate_of, parse_proof, to_proof
from kmodel.verdict.itf import Origin, fingerprint, to_itf
from kmodel.verdict.match import Matched, Unmatched, match
from kmodel.verdict.recorded import Recorded, from_itf, parse_itf
from kmodel.verdict.verdict import (
    Certificate,
    Complete,
    Counted,
    Effort,
    EveryScope,
    Exhaustion,
    HoldsToDepth,
    Induction,
    Invariant,
    KLiveness,
    Orbits,
    Outcome,
    Proved,
    Trace,
    Unknown,
    Verdict,
    Violated,
)
from kmodel.verdict.written import Json, Strange

__all__ = [
    "Certificate",
    "Certified",
    "Complete",
    "Counted",
    "Effort",
    "EveryScope",
    "Exhaustion",
    "HoldsToDepth",
    "Induction",
    "Invariant",
    "Json",
    "KLiveness",
    "Matched",
    "Orbits",
    "Origin",
    "Outcome",
    "Proved",
    "Recorded",
    "Strange",
    "Trace",
    "Unknown",
    "Unmatched",
    "Verdict",
    "Violated",
    "certificate_of",
    "fingerprint",
    "from_itf",
    "match",
    "parse_itf",
    "parse_proof",
    "to_itf",
    "to_proof",
]
