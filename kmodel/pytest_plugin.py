"""The pytest plugin: with `--kmodel`, the checks of specs are tests, one a claim.

It loads nothing of kmodel until a spec is collected, so that it costs nothing where it is only installed.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

_SPEC = ".km"
_DEFINED = "defined"


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("kmodel", "kmodel: checks of specs as tests")
    group.addoption("--kmodel", action="store_true", help="collect the checks of `.km` files")
    group.addoption("--kmodel-manifests", action="append", default=[], metavar="PATH", help="the manifests that checks are about")
    group.addoption("--kmodel-timeout", type=float, default=60.0, metavar="SECONDS", help="for each check, all in all (60)")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.suffix == _SPEC and parent.config.getoption("--kmodel"):
        return Spec.from_parent(parent, path=file_path)
    return None


class Faulty(Exception):
    """A spec that cannot be checked; its diagnostics as text."""


class Spec(pytest.File):
    """A spec: an item a claim of each check."""

    def collect(self) -> Iterator[pytest.Item]:
        manifests = self.config.getoption("--kmodel-manifests")
        for check, claims, is_about_manifests in _module("kmodel.pipeline.outline").outline(self.path):
            runner = Runner(self.path, check, manifests if is_about_manifests else [], self.config.getoption("--kmodel-timeout"))
            for claim in (*claims, _DEFINED):
                item = Claim.from_parent(self, name=f"{check}::{claim}", runner=runner, claim=claim)
                if is_about_manifests and not manifests:
                    item.add_marker(pytest.mark.skip(reason="it is about manifests, and `--kmodel-manifests` names none"))
                yield item

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        if isinstance(excinfo.value, _module("kmodel.source").Rejected):
            return "\n\n".join(_module("kmodel.reports.excerpt").diagnosis(each).plain for each in excinfo.value.diagnostics)
        return super().repr_failure(excinfo)


class Runner:
    """Runs a check when the first of its claims is asked for; the others are in the same report."""

    def __init__(self, path: Path, check: str, manifests: list[str], seconds: float) -> None:
        self.path, self.check, self.manifests, self.seconds = path, check, manifests, seconds
        self._report: Any = None

    def report(self) -> Any:
        if self._report is None:
            paths = (str(self.path), *self.manifests)
            request = _module("kmodel.pipeline.request").Request(paths=paths, checks=self.check, seconds=self.seconds, jobs=1)
            self._report = _module("kmodel.pipeline.line").check(request)
        return self._report

    def result(self, claim: str) -> Any:
        """The result of the claim; None where there is nothing to say (that no step is undefined)."""
        return next((result for result in self.report().results if result.claim == claim), None)


class Claim(pytest.Item):
    """A claim of a check: it passes as expected, fails with its trace, and is skipped where nothing is known."""

    def __init__(self, *, runner: Runner, claim: str, **given: Any) -> None:
        super().__init__(**given)
        self.runner, self.claim = runner, claim

    def runtest(self) -> None:
        report = self.runner.report()
        if report.diagnostics:
            raise Faulty("\n\n".join(_module("kmodel.reports.excerpt").diagnosis(each).plain for each in report.diagnostics))
        result = self.runner.result(self.claim)
        words = _module("kmodel.reports.words")
        if result is None or result.standing in ("met", "note", "accepted"):
            return
        if result.standing == "inconclusive":
            pytest.skip(words.phrase(result))
        raise Faulty(_module("kmodel.reports.text").failure(result).plain)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        return str(excinfo.value) if isinstance(excinfo.value, Faulty) else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        return self.path, 0, f"{self.path.name}::{self.name}"


def _module(name: str) -> Any:
    return importlib.import_module(name)
