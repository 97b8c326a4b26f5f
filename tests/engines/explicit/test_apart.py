"""That individuals are not interchangeable is told with what tells them apart."""

from __future__ import annotations

import pytest

from kmodel.engines.explicit.apart import apart
from tests.ground.specs import system as ground_system

SHIPS = """
entity Ship {{ {fields} var load: 0..2 = {start} }}
component crane {fair}
action load(s: Ship) by crane {{ require s.load < 2 and {rule}  s.load := s.load + 1 }}
action swap(s: Ship, t: Ship) {{ require s != t  s.load := t.load  t.load := s.load }}
{claims}
check fleet {{ scope Ship = 3 {settings}  verify some }}
"""
ALIKE = "invariant some { exists s in Ship: s.load < 2 }"
PLAIN = {"fields": "", "start": "0", "fair": "", "rule": "true", "claims": ALIKE, "settings": ""}


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({}, ()),
        ({"start": "if ordinal(self) == 0 then 1 else 0"}, ("ship1 and ship2: `ship1.load` starts as something else for the other",)),
        (
            {"rule": "ordinal(s) > 0"},
            ("ship1 and ship2: no action is for the other what `load(ship2)` is for the one",),
        ),
        (
            {"claims": "invariant some { forall s in Ship: ordinal(s) == 0 implies s.load < 2 }"},
            ("ship1 and ship2: the claim `some` is about one of them",),
        ),
        (
            {"fields": "const weight: int", "rule": "s.weight > 2", "settings": "set Ship.weight = [2, 2, 3]"},
            ("ship1 and ship3: no action is for the other what `load(ship3)` is for the one",),
        ),
        (
            {"claims": "property some { forall s in Ship: eventually s.load == 2 }", "fair": "fair per Ship"},
            ("3 Ship: `some` follows single ones through time",),
        ),
        (
            {"claims": "property some { eventually exists s in Ship: s.load == 2 }", "fair": "fair per Ship"},
            ("3 Ship: fairness to `crane of ship1` is about single ones",),
        ),
    ],
    ids=["alike", "start", "rule", "claim", "constant", "property", "fairness"],
)
def test_what_tells_them_apart(other: dict[str, str], told: tuple[str, ...]) -> None:
    assert apart(ground_system(SHIPS.format(**PLAIN | other))) == told
