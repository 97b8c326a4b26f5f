"""What the API's own kinds look like, from the data in the library: their types, and the rules beside them."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from functools import cache
from ipaddress import ip_address, ip_network
from typing import Any, TypeAlias
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from kmodel.records import dataclass
from kmodel.source import data

FOLDER = ("kubernetes", "api")
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Limits: TypeAlias = Mapping[str, Any]
"""What holds of one value, as `rules.yaml` says it."""


@dataclass(frozen=True, slots=True)
class Format:
    """How a text must be written."""

    says: str
    pattern: re.Pattern[str] | None
    most: int | None
    test: Callable[[str], object] | None

    def fits(self, text: str) -> bool:
        if self.most is not None and len(text) > self.most:
            return False
        if self.pattern is not None and self.pattern.fullmatch(text):
            return True
        return self.test is not None and _passes(self.test, text)


@dataclass(frozen=True, slots=True)
class Type:
    """The fields of a type with the types of their values, the fields that it needs, and the rules: of fields by path, of several."""

    fields: Mapping[str, str]
    needed: Sequence[str]
    limits: Mapping[str, Limits] = field(default_factory=dict)
    rules: Sequence[Limits] = ()


@dataclass(frozen=True, slots=True)
class Schema:
    """`kinds` maps API versions to the types of their kinds (None: of a version whose types are not known); `objects` are rules of whole
    objects, by type; `names` the formats of names, by type and under "" for the others."""

    kinds: Mapping[str, Mapping[str, str | None]]
    types: Mapping[str, Type]
    objects: Mapping[str, Type]
    names: Mapping[str, str]
    formats: Mapping[str, Format]


@cache
def schema() -> Schema:
    """The data that comes with the library."""
    folder = data("spec").joinpath(*FOLDER)
    types = json.loads((folder / "types.json").read_text(encoding="utf-8"))
    rules = yaml.load((folder / "rules.yaml").read_text(encoding="utf-8"), Loader=_LOADER)
    return Schema(
        types["kinds"],
        {name: _type(fields, rules["types"].get(name, {})) for name, fields in types["types"].items()},
        {name: _type({}, found) for name, found in rules["objects"].items()},
        rules["names"],
        {name: _format(said) for name, said in rules["formats"].items()},
    )


def _type(fields: Mapping[str, Any], rules: Mapping[str, Any]) -> Type:
    limits = {path: found for path, found in rules.items() if path}
    return Type({key: value for key, value in fields.items() if key}, fields.get("", ()), limits, rules.get("", ()))


def _format(said: Mapping[str, Any]) -> Format:
    pattern = said.get("pattern")
    return Format(
        said["says"], None if pattern is None else re.compile(pattern, re.ASCII), said.get("most"), _TESTS.get(said.get("is", ""))
    )


def _passes(test: Callable[[str], object], text: str) -> bool:
    try:
        test(text)
    except (ValueError, binascii.Error):
        return False
    return True


def _address(text: str) -> object:
    if "%" in text:
        raise ValueError(text)
    return ip_address(text)


def _range(text: str) -> object:
    if not re.fullmatch(r"[^/%]+/[0-9]{1,3}", text, re.ASCII):
        raise ValueError(text)
    return ip_network(text, strict=False)


def _base64(text: str) -> object:
    return base64.b64decode(text.translate({10: None, 13: None}), validate=True)


_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_TIMES: Sequence[tuple[int, int, Sequence[str]]] = ((0, 59, ()), (0, 23, ()), (1, 31, ()), (1, 12, _MONTHS), (0, 6, _DAYS))
_NAMED = re.compile(r"@(yearly|annually|monthly|weekly|daily|midnight|hourly)|@every ([0-9.]+(ns|us|µs|ms|s|m|h))+")


def _schedule(text: str) -> None:
    """As robfig/cron's standard parser reads it: five fields, a week from 0 to 6, or a name."""
    text = re.sub(r"\A(CRON_)?TZ=\S+ +", "", text)
    fields = text.split()
    if _NAMED.fullmatch(text):
        return
    if len(fields) != len(_TIMES):
        raise ValueError(text)
    for field_, (low, high, names) in zip(fields, _TIMES, strict=True):
        for part in field_.split(","):
            _times(part, low, high, names)


def _times(text: str, low: int, high: int, names: Sequence[str]) -> None:
    found = re.fullmatch(r"(?:[*?]|(\w+)(?:-(\w+))?)(?:/([0-9]+))?", text, re.ASCII)
    if found is None or (found[3] is not None and int(found[3]) == 0):
        raise ValueError(text)
    first, last = (None if each is None else _time(each, low, names) for each in (found[1], found[2]))
    begin = low if first is None else first
    if not low <= begin <= (begin if last is None else last) <= high:
        raise ValueError(text)


def _time(text: str, low: int, names: Sequence[str]) -> int:
    return low + names.index(text.lower()) if text.lower() in names else int(text)


def _time_zone(text: str) -> None:
    """Where the machine has no database of zones, any that could be one is."""
    if not re.fullmatch(r"(?!local\Z)[a-z][a-z0-9_+/-]*", text, re.ASCII | re.IGNORECASE):
        raise ValueError(text)
    for zone in ("UTC", text):
        try:
            ZoneInfo(zone)
        except (ZoneInfoNotFoundError, OSError):  # a folder of zones is none
            if zone == text:
                raise ValueError(text) from None
            return


_TESTS: Mapping[str, Callable[[str], object]] = {
    "ip": _address,
    "cidr": _range,
    "base64": _base64,
    "schedule": _schedule,
    "time-zone": _time_zone,
}
