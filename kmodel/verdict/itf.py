"""Traces as files in the Informal Trace Format (ITF) that other model checkers read too: what is written.

Each state gives every place of the spec its value. What only this model checker knows (which spec, claim and steps it is about) is under
`#meta`, as are, in each state, the variables that no place shows (`hidden`: budgets of limited actions).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from hashlib import sha256

from kmodel import __version__
from kmodel.ground.decode import decode
from kmodel.ground.describe import describe
from kmodel.ground.shapes import variables_of
from kmodel.ground.system import Action, Claim, Place, State, System, Undefined
from kmodel.ground.terms import Variable
from kmodel.records import dataclass
from kmodel.typed.values import Value
from kmodel.verdict.verdict import Trace
from kmodel.verdict.written import Json, write, write_plain

FORMAT = "kmodel-trace"
VERSION = 1


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a trace comes from: the spec's file, the check (qualified), the `fingerprint` of all texts that were read for it, the manifests
    that it was run on, and what was asked for instead of what the check says (such as scope and fault budgets)."""

    spec: str
    check: str
    fingerprint: str
    manifests: tuple[str, ...] = ()
    options: tuple[tuple[str, str], ...] = ()


def fingerprint(texts: Iterable[str]) -> str:
    """The SHA-256 of the texts, each with its length, in order."""
    digest = sha256()
    for text in texts:
        data = text.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return f"sha256:{digest.hexdigest()}"


def to_itf(system: System, claim: Claim, trace: Trace, origin: Origin) -> dict[str, Json]:
    """The trace of the (whole) system against one of its claims, as JSON."""
    labelled = places_by_label(system)
    hidden = hidden_variables(system)
    states = [_state(labelled, hidden, at, state) for at, state in enumerate(trace.states)]
    loop: dict[str, Json] = {} if trace.loop is None else {"loop": trace.loop}
    return {"#meta": _meta(system, claim, trace, origin), "params": [], "vars": list(labelled), "states": states, **loop}


def places_by_label(system: System) -> dict[str, Place]:
    """The places by how traces write them: by their label, or where two have the same, by something longer."""
    counts = Counter(place.label for place in system.places)
    labelled: dict[str, Place] = {}
    for place in system.places:
        wanted = place.label if counts[place.label] == 1 else place.name
        label, number = wanted, 1
        while label in labelled:
            label, number = f"{wanted}#{number + 1}", number + 1
        labelled[label] = place
    return labelled


def hidden_variables(system: System) -> tuple[Variable, ...]:
    """The variables that no place shows."""
    shown = {which.index for place in system.places for which in variables_of(place.shape)}
    return tuple(which for which in system.variables if which.index not in shown)


def texts(named: Iterable[tuple[str, Value]]) -> dict[str, str]:
    """Parameters with their values as text."""
    return {name: describe(value) for name, value in named}


def _state(labelled: Mapping[str, Place], hidden: Iterable[Variable], at: int, state: State) -> dict[str, Json]:
    unseen: dict[str, Json] = {which.name: write_plain(state[which.index]) for which in hidden}
    meta: dict[str, Json] = {"index": at, **({"hidden": unseen} if unseen else {})}
    return {"#meta": meta, **{label: write(place.shape, decode(place.shape, state), place.type) for label, place in labelled.items()}}


def _meta(system: System, claim: Claim, trace: Trace, origin: Origin) -> dict[str, Json]:
    return {
        "format": FORMAT,
        "version": VERSION,
        "kmodel": __version__,
        "spec": origin.spec,
        "fingerprint": origin.fingerprint,
        "check": origin.check,
        "manifests": list(origin.manifests),
        "options": dict(origin.options),
        "claim": claim.name,
        "kind": claim.kind,
        "binding": texts(claim.binding),
        "verdict": "reached" if claim.kind == "witness" else "violated",
        "steps": [None if action < 0 else _step(system.actions[action]) for action in trace.actions],
        "undefined": _undefined(system, claim, trace),
    }


def _step(action: Action) -> dict[str, Json]:
    return {"action": action.name, "arguments": texts(action.arguments), "component": action.component}


def _undefined(system: System, claim: Claim, trace: Trace) -> Json:
    match trace.undefined:
        case None:
            return None
        case ("action", index, hole):
            return {"step": _step(system.actions[index]), **_hole(system.actions[index].undefined[hole])}
        case (_, _, hole):
            return {"step": None, **_hole(claim.undefined[hole])}


def _hole(undefined: Undefined) -> dict[str, Json]:
    return {"code": undefined.code, "message": undefined.message}
