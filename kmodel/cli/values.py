"""How options are written: `60s`, `Pod=6`, `json=report.json`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import click

from kmodel.pipeline.config import parse_seconds
from kmodel.records import dataclass
from kmodel.reports import FORMS


@dataclass(frozen=True, slots=True)
class Output:
    """A form of report and where it goes (None: standard output)."""

    form: str
    file: Path | None


def outputs(_: click.Context, __: click.Parameter, texts: Iterable[str]) -> tuple[Output, ...]:
    """`-o FORM[=FILE]`, repeated; without any, text."""
    made = tuple(_output(text) for text in texts) or (Output("text", None),)
    if sum(output.file is None for output in made) > 1:
        raise click.BadParameter("only one report can go to standard output: give the others a file, such as `-o json=report.json`")
    return made


def _output(text: str) -> Output:
    form, _, file = text.partition("=")
    if form not in FORMS:
        raise click.BadParameter(f"there is no form `{form}`; there are {', '.join(f'`{each}`' for each in FORMS)}")
    return Output(form, Path(file) if file else None)


def seconds(_: click.Context, __: click.Parameter, text: str) -> float | None:
    """`60s`, `2m`, `500ms`, `1h`; `0` and `none` for no limit."""
    try:
        return parse_seconds(text)
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


_UNITS = {"": 1, "B": 1, "KB": 10**3, "MB": 10**6, "GB": 10**9, "KIB": 1 << 10, "MIB": 1 << 20, "GIB": 1 << 30}


def size(_: click.Context, __: click.Parameter, text: str | None) -> int | None:
    """`2GiB`, `500MB`, bytes."""
    if text is None:
        return None
    found = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([A-Za-z]*)", text)
    if found is None or found[2].upper() not in _UNITS or float(found[1]) == 0:
        raise click.BadParameter(f"`{text}` is no size; write a number of bytes, or such as `500MB` or `2GiB`")
    return int(float(found[1]) * _UNITS[found[2].upper()])


def pairs(context: click.Context, parameter: click.Parameter, texts: Iterable[str]) -> dict[str, str]:
    """`NAME=VALUE`, repeated or separated by commas."""
    made: dict[str, str] = {}
    for text in (part for each in texts for part in each.split(",")):
        name, equals, value = (piece.strip() for piece in text.partition("="))
        if not (name and equals and value):
            raise click.BadParameter(f"`{text}` is not of the form `NAME=VALUE`")
        made[name] = value
    return made


def budgets(context: click.Context, parameter: click.Parameter, texts: Iterable[str]) -> dict[str, int]:
    """`ACTION=N`."""
    made = pairs(context, parameter, texts)
    for name, value in made.items():
        if not value.isdigit():
            raise click.BadParameter(f"`{name}={value}`: a budget is a whole number")
    return {name: int(value) for name, value in made.items()}
