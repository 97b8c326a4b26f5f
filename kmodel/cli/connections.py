"""Connections as text, csv, json, dot and html."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from html import escape

from kmodel.pipeline.connectivity import Connection, Conns, everything, words


def text(found: Sequence[Connection]) -> str:
    return "\n".join(f"{each.source} => {each.target} : {words(each.conns)}" for each in found)


def as_json(found: Sequence[Connection]) -> str:
    rows = [{"src": each.source, "dst": each.target, "conns": plain(each.conns)} for each in found]
    return listed(rows)


def listed(rows: Iterable[object]) -> str:
    """A JSON list with a row a line."""
    lines = ",\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    return f"[\n{lines}\n]" if lines else "[]"


def plain(conns: Conns) -> object:
    """`"ALL"`, or protocols with the ranges of their ports."""
    if everything(conns):
        return "ALL"
    return [{"protocol": protocol, "ports": [list(span) for span in ports]} for protocol, ports in conns]


def as_csv(found: Sequence[Connection]) -> str:
    return table(["src", "dst", "conns"], [(each.source, each.target, words(each.conns)) for each in found])


def table(header: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().rstrip("\n")


def dot(found: Sequence[Connection]) -> str:
    """A graph for Graphviz: addresses are ellipses, workloads boxes."""
    ends = sorted({end for each in found for end in (each.source, each.target)})
    nodes = [f"  {json.dumps(end)} [shape={'box' if '/' in end else 'ellipse'}];" for end in ends]
    edges = [f"  {json.dumps(each.source)} -> {json.dumps(each.target)} [label={json.dumps(words(each.conns))}];" for each in found]
    return "\n".join(["digraph connectivity {", "  rankdir=LR;", *nodes, *edges, "}"])


def html(found: Sequence[Connection]) -> str:
    """A matrix: a row a source, a column a target, and what is possible where they meet."""
    sources, targets = (sorted({getattr(each, side) for each in found}) for side in ("source", "target"))
    cells = {(each.source, each.target): words(each.conns) for each in found}
    head = "".join(f"<th scope='col'><span>{escape(target)}</span></th>" for target in targets)
    rows = "\n".join(
        f"<tr><th scope='row'>{escape(source)}</th>{''.join(_cell(source, target, cells) for target in targets)}</tr>" for source in sources
    )
    return f"{_HEAD}<table><thead><tr><th>from \\ to</th>{head}</tr></thead>\n<tbody>\n{rows}\n</tbody></table>\n</body></html>"


def _cell(source: str, target: str, cells: Mapping[tuple[str, str], str]) -> str:
    shown = cells.get((source, target))
    if shown is None:
        return "<td class='none'></td>"
    kind = "all" if shown == "All Connections" else "some"
    return f"<td class='{kind}' title='{escape(f'{source} => {target}', quote=True)}'>{escape(shown)}</td>"


_HEAD = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Connectivity</title><style>
body { font: 13px system-ui, sans-serif; margin: 1em } table { border-collapse: collapse }
th, td { border: 1px solid #bbb; padding: 2px 6px; text-align: left; vertical-align: bottom }
thead th { position: sticky; top: 0; background: #fff } thead span { writing-mode: vertical-rl; transform: rotate(180deg) }
tbody th { position: sticky; left: 0; background: #fff; white-space: nowrap }
td.all { background: #f6c9c0 } td.some { background: #fdf0c4 } td.none { background: #e3f1e0 }
@media (prefers-color-scheme: dark) { body, thead th, tbody th { background: #181818; color: #ddd } td { color: #111 } }
</style></head><body><h1>Connectivity</h1>
"""

FORMS: Mapping[str, Callable[[Sequence[Connection]], str]] = {"text": text, "json": as_json, "csv": as_csv, "dot": dot, "html": html}
