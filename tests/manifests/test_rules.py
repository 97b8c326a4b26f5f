"""The rules beside the types of the API are of types, fields and formats that there are."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any

import yaml

from kmodel.manifests.paths import EACH, steps
from kmodel.manifests.schema import schema
from kmodel.source import data


def test_every_rule_is_of_a_known_type() -> None:
    rules = yaml.safe_load((data("spec") / "kubernetes" / "api" / "rules.yaml").read_text(encoding="utf-8"))
    known = schema()
    assert {*rules["types"], *rules["objects"], *rules["names"], ""} - {*known.types, ""} == set()
    formats = re.findall(r'"(?:format|whole)": "([^"]+)"', json.dumps(rules))
    assert set(formats) | {*known.names.values()} == {*known.formats}


def test_every_rule_is_of_a_type_and_a_field_that_there_are() -> None:
    known = schema()
    for name, type_ in {**known.types, **{f"{name} ": found for name, found in known.objects.items()}}.items():
        for path in [*type_.limits, *_named(type_.rules)]:
            assert _leads(name.strip(), steps(path)), (name, path)
    rules = json.dumps([type_.rules for type_ in known.types.values()])
    assert "among" in rules


def _named(rules: Any, at: str = "") -> list[str]:
    found = []
    for rule in rules:
        for key, value in rule.items():
            if key == "each":
                found += [path for place, inner in value.items() for path in _named([inner], f"{at}{place}.")]
            elif key in ("equal", "bytes"):
                found += [f"{at}{path}" for name in ("of", "texts", "base64") for path in value.get(name, ())]
            elif key != "says":
                found += [f"{at}{path}" for path in value]
    return found


def _leads(type_: str, path: Sequence[str]) -> bool:
    if not path or type_[0] == "{":
        return True
    fields = schema().types[type_].fields
    if path[0] not in fields:
        return False
    many = path[1:2] == (EACH,)
    return _leads(fields[path[0]][1:-1] if many else fields[path[0]], path[2 if many else 1 :])
