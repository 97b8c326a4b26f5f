"""The kept tables of the grammar: used when they are there, rebuilt when they are damaged, done without where they cannot be written."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import lark
import pytest

from kmodel.syntax import parse as _  # noqa: F401 # the package before the module, which has the function's name
from kmodel.syntax.parse import _build, _tables, cache_folder

GRAMMAR = 'start: WORD+\nWORD: /[a-z]+/\n%ignore " "\n'
TEXT = "some words here"


def _callbacks() -> dict[str, Any]:
    return {"transformer": SimpleNamespace(start=len)}


def _counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    built: list[str] = []

    def build(grammar: str, callbacks: dict[str, Any]) -> lark.Lark:
        built.append(grammar)
        return _build(grammar, callbacks)

    monkeypatch.setitem(_tables.__globals__, "_build", build)
    return built


def test_the_second_run_builds_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built = _counted(monkeypatch)
    assert _tables(GRAMMAR, _callbacks(), tmp_path / "new").parse(TEXT) == 3
    assert _tables(GRAMMAR, _callbacks(), tmp_path / "new").parse(TEXT) == 3
    assert len(built) == 1


def test_another_grammar_has_other_tables(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    built = _counted(monkeypatch)
    _tables(GRAMMAR, _callbacks(), tmp_path)
    assert _tables(GRAMMAR.replace("WORD+", "WORD WORD"), _callbacks(), tmp_path).parse("two words") == 2
    assert len(built) == 2


@pytest.mark.parametrize("damage", [b"", b"no pickle", b"\x80\x04N.", b"\x80\x04}."])
def test_damaged_tables_are_replaced(damage: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _tables(GRAMMAR, _callbacks(), tmp_path)
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(damage)
    assert _tables(GRAMMAR, _callbacks(), tmp_path).parse(TEXT) == 3
    built = _counted(monkeypatch)
    assert _tables(GRAMMAR, _callbacks(), tmp_path).parse(TEXT) == 3
    assert (built, list(tmp_path.iterdir())) == ([], [kept])


def test_half_written_tables_are_replaced(tmp_path: Path) -> None:
    _tables(GRAMMAR, _callbacks(), tmp_path)
    (kept,) = tmp_path.iterdir()
    kept.write_bytes(kept.read_bytes()[:-20])
    assert _tables(GRAMMAR, _callbacks(), tmp_path).parse(TEXT) == 3


def test_without_a_folder_that_can_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    assert _tables(GRAMMAR, _callbacks(), tmp_path / "file").parse(TEXT) == 3
    assert _tables(GRAMMAR, _callbacks(), None).parse(TEXT) == 3


def test_the_folder_follows_the_custom_of_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(cache_folder.__globals__, "sys", SimpleNamespace(platform="linux"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert cache_folder() == tmp_path / "kmodel"
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert cache_folder() == tmp_path / ".cache" / "kmodel"
