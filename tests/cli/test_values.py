"""How options are written."""

from __future__ import annotations

from pathlib import Path

import click
import pytest

from kmodel.cli.values import Output, budgets, outputs, pairs, seconds, size

CONTEXT = click.Context(click.Command("x"))
OPTION = click.Option(["--x"])


@pytest.mark.parametrize(
    ("text", "value"), [("60s", 60.0), ("2m", 120.0), ("500ms", 0.5), ("1h", 3600.0), ("1.5", 1.5), ("none", None), ("0", None)]
)
def test_seconds(text: str, value: float | None) -> None:
    assert seconds(CONTEXT, OPTION, text) == value


@pytest.mark.parametrize("text", ["soon", "-1s", "s", "1 s", ""])
def test_no_seconds(text: str) -> None:
    with pytest.raises(click.BadParameter):
        seconds(CONTEXT, OPTION, text)


def test_pairs() -> None:
    assert pairs(CONTEXT, OPTION, ["Pod=6", "ip=10.0.0.0/29, Node = 2"]) == {"Pod": "6", "ip": "10.0.0.0/29", "Node": "2"}
    assert budgets(CONTEXT, OPTION, ["a=1,b=0"]) == {"a": 1, "b": 0}
    for bad in ("Pod", "=3", "Pod=", ""):
        with pytest.raises(click.BadParameter):
            pairs(CONTEXT, OPTION, [bad])
    with pytest.raises(click.BadParameter):
        budgets(CONTEXT, OPTION, ["a=some"])


def test_outputs() -> None:
    assert outputs(CONTEXT, OPTION, []) == (Output("text", None),)
    assert outputs(CONTEXT, OPTION, ["json", "junit=a=b.xml"]) == (Output("json", None), Output("junit", Path("a=b.xml")))
    for bad in (["xml"], ["json", "text"], ["pdf=x"]):
        with pytest.raises(click.BadParameter):
            outputs(CONTEXT, OPTION, bad)


@pytest.mark.parametrize(("text", "value"), [("2GiB", 2 << 30), ("500MB", 500_000_000), ("4096", 4096), ("1.5 kib", 1536), (None, None)])
def test_size(text: str | None, value: int | None) -> None:
    assert size(CONTEXT, OPTION, text) == value


@pytest.mark.parametrize("text", ["much", "2 Gibberish", "-1", "0", ""])
def test_no_size(text: str) -> None:
    with pytest.raises(click.BadParameter):
        size(CONTEXT, OPTION, text)
