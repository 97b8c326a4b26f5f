"""Trace files read back, and doubted: whatever a file holds, the answer is a `Recorded` or diagnostics."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from json import JSONDecodeError, dumps, loads
from typing import NoReturn, TypeAlias, TypeVar

from kmodel.records import dataclass
from kmodel.source import Diagnostic, Rejected, Source, Span
from kmodel.verdict.itf import FORMAT, VERSION, Origin
from kmodel.verdict.written import Json

T = TypeVar("T")
_MOST_NESTED = 100
_HELP = "record the trace again with `kmodel check --save`"


@dataclass(frozen=True, slots=True)
class Step:
    """An action by its name and the texts of its arguments."""

    action: str
    arguments: tuple[tuple[str, str], ...]
    component: str | None

    def __str__(self) -> str:
        return f"{self.action}({', '.join(value for _, value in self.arguments)})"


@dataclass(frozen=True, slots=True)
class Ending:
    """What is undefined at the end: in a step (that the last state would have), or in the claim (`step` None)."""

    step: Step | None
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Recorded:
    """A trace file's content. `states` give each of the `labels` a written value, and `hidden` the variables that no place shows;
    `steps[i]` (None: nothing happens) leads from `states[i]` to `states[i + 1]`."""

    origin: Origin
    claim: str
    kind: str
    binding: tuple[tuple[str, str], ...]
    steps: tuple[Step | None, ...]
    ending: Ending | None
    labels: tuple[str, ...]
    states: tuple[Mapping[str, Json], ...]
    hidden: tuple[Mapping[str, Json], ...]
    loop: int | None


def parse_itf(source: Source) -> Recorded:
    """The trace of a file. Raises `Rejected` with `invalid-trace` diagnostics."""
    return from_itf(loaded(source, _diagnostic), Span(source, 0, 0))


def from_itf(data: object, span: Span | None = None) -> Recorded:
    """The trace that JSON data holds. Raises `Rejected` with all that is wrong, at the given place."""
    return doubted(data, span, _recorded, _diagnostic)


Telling: TypeAlias = Callable[[str, Span | None], Diagnostic]
"""How a fault of a file is told."""


def loaded(source: Source, tell: Telling) -> object:
    """The JSON data of a file. Raises `Rejected`."""
    try:
        data: object = loads(source.text, object_pairs_hook=_object, parse_constant=_no_constant)
    except JSONDecodeError as error:
        raise Rejected([tell(f"it is not JSON: {error.msg.lower()}", Span(source, error.pos, error.pos))]) from None
    except _NotJson as error:
        raise Rejected([tell(f"it is not JSON: {error}", Span(source, 0, 0))]) from None
    except (RecursionError, ValueError):
        raise Rejected([tell("it is nested too deeply, or has numbers that are too long", Span(source, 0, 0))]) from None
    return data


def doubted(data: object, span: Span | None, read: Callable[[Reader, object], T | None], tell: Telling) -> T:
    """What `read` makes of the data. Raises `Rejected` with all that is wrong."""
    reader = Reader()
    if not _shallow(data):
        reader.fault("it is nested too deeply", None)
    elif not _has_whole_characters(data):
        reader.fault("it has halves of characters", None)
    made = None if reader.faults else read(reader, data)
    if reader.faults or made is None:
        raise Rejected([tell(fault, span) for fault in reader.faults])
    return made


def _diagnostic(fault: str, span: Span | None) -> Diagnostic:
    return Diagnostic("invalid-trace", f"this is no trace: {fault}", span, help=_HELP)


class _NotJson(Exception):
    pass


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise _NotJson("an object has a name twice")
    return made


def _no_constant(name: str) -> NoReturn:
    raise _NotJson(f"`{name}` is no number")


def _shallow(data: object) -> bool:
    """Whether lists and objects are within each other at most `_MOST_NESTED` deep."""
    level = [data]
    for _ in range(_MOST_NESTED):
        lists = [item for part in level if isinstance(part, list) for item in part]
        level = lists + [item for part in level if isinstance(part, Mapping) for item in part.values()]
        if not level:
            return True
    return False


def _has_whole_characters(data: object) -> bool:
    """Whether texts can be written in UTF-8, which lone surrogates cannot."""
    try:
        dumps(data, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True


@dataclass(slots=True)
class Reader:
    """Collects what is wrong; where something is, the given substitute goes on."""

    faults: list[str] = field(default_factory=list)

    def fault(self, text: str, substitute: T) -> T:
        self.faults.append(text)
        return substitute

    def mapping(self, value: object, what: str) -> Mapping[str, object]:
        return value if isinstance(value, dict) else self.fault(f"{what} is not an object", {})

    def items(self, value: object, what: str) -> Sequence[object]:
        return value if isinstance(value, list) else self.fault(f"{what} is not a list", [])

    def text(self, value: object, what: str) -> str:
        return value if isinstance(value, str) else self.fault(f"{what} is not a text", "")

    def texts(self, value: object, what: str) -> tuple[tuple[str, str], ...]:
        return tuple((name, self.text(each, f"`{name}` of {what}")) for name, each in self.mapping(value, what).items())

    def maybe(self, value: object, read: Callable[[object], T]) -> T | None:
        return None if value is None else read(value)


def _recorded(reader: Reader, data: object) -> Recorded | None:
    whole = reader.mapping(data, "the file")
    meta = reader.mapping(whole.get("#meta"), "`#meta`")
    if reader.faults:
        return None
    if meta.get("format") != FORMAT or meta.get("version") != VERSION or isinstance(meta.get("version"), bool):
        return reader.fault(f"`#meta` does not say that it is `{FORMAT}`, version {VERSION}", None)
    labels = tuple(reader.text(label, "a name in `vars`") for label in reader.items(whole.get("vars"), "`vars`"))
    if len(set(labels)) < len(labels):
        reader.fault("`vars` has a name twice", None)
    states = [reader.mapping(state, f"state {at}") for at, state in enumerate(reader.items(whole.get("states"), "`states`"))]
    steps = tuple(_step(reader, step, f"step {at}") for at, step in enumerate(reader.items(meta.get("steps"), "`steps` of `#meta`"), 1))
    if not reader.faults and len(states) != len(steps) + 1:
        reader.fault(f"it has {len(states)} states and {len(steps)} steps", None)
    return Recorded(
        origin_of(reader, meta),
        reader.text(meta.get("claim"), "the claim"),
        reader.text(meta.get("kind"), "the claim's kind"),
        reader.texts(meta.get("binding"), "the claim's binding"),
        steps,
        reader.maybe(meta.get("undefined"), lambda value: _ending(reader, value)),
        labels,
        tuple(_places(reader, state, labels, at) for at, state in enumerate(states)),
        tuple(_hidden(reader, state, at) for at, state in enumerate(states)),
        _loop(reader, whole, len(states)),
    )


def origin_of(reader: Reader, meta: Mapping[str, object]) -> Origin:
    spec, check, fingerprint = (reader.text(meta.get(name), f"`{name}` of `#meta`") for name in ("spec", "check", "fingerprint"))
    manifests = tuple(reader.text(path, "a path in `manifests`") for path in reader.items(meta.get("manifests", []), "`manifests`"))
    return Origin(spec, check, fingerprint, manifests, reader.texts(meta.get("options", {}), "`options`"))


def _step(reader: Reader, value: object, what: str) -> Step | None:
    return reader.maybe(value, lambda given: _action(reader, given, what))


def _action(reader: Reader, value: object, what: str) -> Step:
    given = reader.mapping(value, what)
    component = reader.maybe(given.get("component"), lambda text: reader.text(text, f"the component of {what}"))
    return Step(reader.text(given.get("action"), f"the action of {what}"), reader.texts(given.get("arguments"), what), component)


def _ending(reader: Reader, value: object) -> Ending:
    given = reader.mapping(value, "`undefined`")
    step = _step(reader, given.get("step"), "the undefined step")
    return Ending(step, reader.text(given.get("code"), "the code of `undefined`"), reader.text(given.get("message"), "its message"))


def _places(reader: Reader, state: Mapping[str, object], labels: Sequence[str], at: int) -> Mapping[str, Json]:
    for name in sorted(set(labels) ^ (state.keys() - {"#meta"})):
        reader.fault(f"state {at} {'has' if name in state else 'lacks'} `{name}`, which `vars` {'lacks' if name in state else 'has'}", None)
    return {label: _json(state.get(label)) for label in labels}


def _hidden(reader: Reader, state: Mapping[str, object], at: int) -> Mapping[str, Json]:
    meta = reader.mapping(state.get("#meta", {}), f"`#meta` of state {at}")
    if "index" in meta and (meta["index"] != at or isinstance(meta["index"], bool)):
        reader.fault(f"state {at} says that it is another", None)
    return {name: _json(value) for name, value in reader.mapping(meta.get("hidden", {}), f"`hidden` of state {at}").items()}


def _json(value: object) -> Json:
    assert value is None or isinstance(value, bool | int | float | str | list | Mapping)
    return value


def _loop(reader: Reader, whole: Mapping[str, object], states: int) -> int | None:
    loop = whole.get("loop")
    if loop is None:
        return None
    if isinstance(loop, int) and not isinstance(loop, bool) and 0 <= loop < states - 1:
        return loop
    return reader.fault("`loop` is not the index of a state before the last", None)
