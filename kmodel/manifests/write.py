"""Trees of plain values to YAML text that the reader here, and Kubernetes' own, reads back as the same values."""

from __future__ import annotations

from typing import Any

import yaml

from kmodel.manifests.scalars import resolve

_BASE: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_DOUBTFUL = frozenset({"y", "Y", "n", "N"})  # readers disagree on them
_UNPRINTED = frozenset("\x85\u2028\u2029\ufeff")  # line ends to some readers only


class _Dumper(_BASE):  # type: ignore[misc]
    """Quotes what the reader would take for something else than a text, and shares nothing by aliases."""

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _text(dumper: Any, value: str) -> Any:
    if value in _DOUBTFUL or not isinstance(resolve(value), str) or not _UNPRINTED.isdisjoint(value):
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style='"')
    lined = "\n" in value and all(line == line.rstrip() for line in value.split("\n"))
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if lined else None)


_Dumper.add_representer(str, _text)


def write_yaml(value: Any) -> str:
    """A document. Keys keep their order; texts of several lines are blocks where they can be."""
    return str(yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=1_000_000))
