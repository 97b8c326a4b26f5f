"""What workloads are open to, as text, csv and json."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping

from kmodel.cli.connections import plain, table
from kmodel.pipeline.connectivity import words
from kmodel.pipeline.exposure import Exposed, Exposure

TITLES = {"in": "ingress", "out": "egress"}


def text(found: Exposure) -> str:
    """Three lists: what is open, what is less open than to the whole cluster, and which workloads no rule is about."""
    parts = [_section(f"Open, {TITLES[way]}", (each for each in found.open if each.direction == way)) for way in ("out", "in")]
    parts.append(_section("Less than the entire cluster gets", found.less))
    bare = [f"{workload}: {TITLES[way]}" for workload, way in found.bare]
    parts.append("\n".join(["Without any rule:", *(f"  {line}" for line in bare)]) if bare else "")
    return "\n\n".join(part for part in parts if part)


def _section(title: str, rows: Iterable[Exposed]) -> str:
    lines = [f"  {each.workload} {'<=' if each.direction == 'in' else '=>'} {each.peer} : {shown(each)}" for each in rows]
    return "\n".join([f"{title}:", *lines]) if lines else ""


def shown(each: Exposed) -> str:
    """`TCP 80,http`: numbers, and the names of ports that the other end is to have."""
    if not each.names:
        return words(each.conns)
    parts = {protocol: words(((protocol, ports),)) for protocol, ports in each.conns}
    for protocol, name in each.names:
        parts[protocol] = f"{parts[protocol]},{name}" if protocol in parts else f"{protocol} {name}"
    return ",".join(parts[protocol] for protocol in sorted(parts))


def as_json(found: Exposure) -> str:
    ways = {TITLES[way]: [_plain(each) for each in found.open if each.direction == way] for way in ("out", "in")}
    bare = [{"workload": workload, "direction": TITLES[way]} for workload, way in found.bare]
    less = [{"direction": TITLES[each.direction], **_plain(each)} for each in found.less]
    return json.dumps({**ways, "less": less, "unprotected": bare}, indent=1, ensure_ascii=False)


def _plain(each: Exposed) -> dict[str, object]:
    return {"workload": each.workload, "peer": each.peer, "conns": {"raw": shown(each)} if each.names else plain(each.conns)}


def as_csv(found: Exposure) -> str:
    rows = [("open", each) for each in found.open] + [("less", each) for each in found.less]
    bare = [("unprotected", TITLES[way], workload, "", "") for workload, way in found.bare]
    lines = [(kind, TITLES[each.direction], each.workload, each.peer, shown(each)) for kind, each in rows]
    return table(["list", "direction", "workload", "peer", "conns"], [*lines, *bare])


FORMS: Mapping[str, Callable[[Exposure], str]] = {"text": text, "json": as_json, "csv": as_csv}
