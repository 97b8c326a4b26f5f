"""Single questions about connectivity: may this end open a connection to that one, on this port?"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from ipaddress import ip_address
from pathlib import Path

from kmodel.pipeline.connectivity import OWN_TITLE, SOURCE, TARGET, TITLE, Connectivity
from kmodel.pipeline.files import read
from kmodel.records import dataclass
from kmodel.source import Diagnostic, Rejected, Span
from kmodel.typed.module import QuerySymbol
from kmodel.typed.types import EntityType, EnumType, IpType, RangeType
from kmodel.typed.values import Individual, Ip, Member, Value


@dataclass(frozen=True, slots=True)
class Probe:
    """`source` and `target`: a workload or pod (`namespace/name`, or its whole title), an address, or a query's own end in braces."""

    source: str
    target: str
    port: int
    protocol: str


@dataclass(frozen=True, slots=True)
class Asked:
    """A probe as a query of its ends: the individuals, and the values of all other parameters."""

    query: QuerySymbol
    individuals: Mapping[str, Individual]
    point: Mapping[str, Value]


def read_probes(path: Path) -> tuple[Probe, ...]:
    """The questions of a JSON file: a list of objects with `from`, `to`, `port` and, unless it is TCP, `protocol`."""
    source = read(path)
    try:
        return tuple(_probe(each) for each in json.loads(source.text))
    except json.JSONDecodeError as error:
        raise _bad(str(error), Span(source, error.pos, error.pos + 1)) from None
    except (KeyError, TypeError, ValueError) as error:
        raise _bad(f"{type(error).__name__}: {error}", None) from None


def _probe(row: Mapping[str, object]) -> Probe:
    return Probe(str(row["from"]), str(row["to"]), int(str(row["port"])), str(row.get("protocol", "TCP")).upper())


def _bad(message: str, span: Span | None) -> Rejected:
    help_ = 'write a list such as [{"from": "shop/web", "to": "shop/db", "port": 5432, "protocol": "TCP"}]'
    return Rejected([Diagnostic("invalid-probes", f"this is no list of questions: {message}", span, (), help_)])


class Ends:
    """What the ends of questions mean."""

    def __init__(self, found: Connectivity) -> None:
        self.found = found
        self.known: dict[str, list[Individual]] = {}
        for name in (OWN_TITLE, TITLE):
            for one in found.titles:
                title = found.title(one, name)
                for text in dict.fromkeys((title, title.partition("[")[0], title.partition("[")[0].rpartition("/")[2])):
                    self.known.setdefault(text, []).append(one)

    def asked(self, probe: Probe) -> Asked:
        """Raises Rejected where an end means nothing, or two things."""
        ends = {SOURCE: self.end(probe.source), TARGET: self.end(probe.target)}
        query = next((each for each in self.found.asking.queries if _fits(each, ends)), None)
        if query is None:
            help_ = "ask for a workload at one end at least"
            raise Rejected([Diagnostic("unknown-end", f"nothing is known from `{probe.source}` to `{probe.target}`", help=help_)])
        individuals = {name: end for name, end in ends.items() if isinstance(end, Individual)}
        point = {name: end for name, end in ends.items() if not isinstance(end, Individual | str)}
        return Asked(query, individuals, {**point, **_rest(query, probe)})

    def name(self, text: str) -> str:
        """How connections call an end."""
        meant = self.end(text)
        return self.found.names[meant] if isinstance(meant, Individual) else text

    def end(self, text: str) -> Individual | Ip | str:
        """A workload, an address or a query's own end."""
        if text.startswith("{"):
            return text
        try:
            return ip_address(text)
        except ValueError:
            pass
        meant = self.known.get(text, [])
        if len({self.found.names[one] for one in meant}) == 1 or (meant and len({self.found.title(one, OWN_TITLE) for one in meant}) == 1):
            return meant[0]
        several = ", ".join(f"`{name}`" for name in sorted({self.found.names[one] for one in meant})[:5])
        help_ = f"say which: {several}" if several else "`kmodel connectivity` lists the workloads"
        what = "means several workloads" if meant else "is no workload of these manifests, and no address"
        raise Rejected([Diagnostic("unknown-end", f"`{text}` {what}", help=help_)])


def _fits(query: QuerySymbol, ends: Mapping[str, Individual | Ip | str]) -> bool:
    types = {each.name: each.type for each in query.parameters}
    own = "{" + query.short.replace("_", "-") + "}"
    return all(
        isinstance(types.get(name), EntityType)
        if isinstance(end, Individual)
        else name not in types and end == own
        if isinstance(end, str)
        else isinstance(types.get(name), IpType)
        for name, end in ends.items()
    )


def _rest(query: QuerySymbol, probe: Probe) -> Mapping[str, Value]:
    """The protocol and the port, by the types of the query's parameters."""
    found: dict[str, Value] = {}
    for each in query.parameters:
        if isinstance(each.type, EnumType):
            found[each.name] = Member(each.type.name, probe.protocol)
        elif isinstance(each.type, RangeType):
            found[each.name] = probe.port
    return found


def answer(found: Connectivity, probes: Sequence[Probe]) -> tuple[bool, ...]:
    """Whether each is allowed."""
    ends = Ends(found)
    asked = [ends.asked(probe) for probe in probes]
    return tuple(found.asking.regions.holds(each.query, each.individuals, each.point) for each in asked)
