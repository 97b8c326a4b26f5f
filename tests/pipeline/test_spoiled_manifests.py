"""Manifests that are made or spoiled at random: connectivity or a diagnostic, always; never a crash."""

from __future__ import annotations

import json
from contextlib import suppress
from copy import deepcopy

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kmodel.pipeline.connectivity import connectivity
from kmodel.source import Rejected
from tests.strategies.network import Object, clusters

JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-1, 70000),
    st.sampled_from(("", "80", "10.0.0.0/33", "::/0", "TCP", "-", "a" * 70, "{{ .Values.x }}")),
    st.just([]),
    st.just({}),
    st.just([None]),
    st.just({"a": {"b": []}}),
)


@st.composite
def spoiled_clusters(draw: st.DrawFn) -> str:
    """A cluster with some parts replaced, dropped or repeated; sometimes its text is cut or has a stray character."""
    objects = deepcopy(draw(clusters()))  # what is drawn may be shared with other draws, and must not be changed
    for _ in range(draw(st.integers(1, 3))):
        _spoil(draw, objects)
    text = "\n---\n".join(json.dumps(each, indent=1) for each in objects)
    if draw(st.booleans()):
        at = draw(st.integers(0, len(text)))
        text = text[:at] + draw(st.sampled_from(("", "\t", "}", "&a", "*a", "\x00", ": ", "\n- "))) + text[at + draw(st.integers(0, 3)) :]
    return text


def _spoil(draw: st.DrawFn, objects: list[Object]) -> None:
    """Walks down to some place and changes what is there."""
    at: object = objects
    while True:
        keys = list(at) if isinstance(at, dict) else list(range(len(at))) if isinstance(at, list) else []
        if not keys:
            return
        key = draw(st.sampled_from(keys))
        inner = at[key]  # type: ignore[index] # a dict or list, by its own key
        if isinstance(inner, dict | list) and inner and draw(st.integers(0, 4)):
            at = inner
            continue
        if draw(st.booleans()) and isinstance(at, dict):
            del at[key]
        else:
            at[key] = deepcopy(draw(JUNK))  # type: ignore[index] # as above
        return


def _check(text: str) -> None:
    with suppress(Rejected):
        connectivity(["-"], lambda: text).connections()


SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


@settings(max_examples=40, deadline=None, suppress_health_check=SLOW)
@given(spoiled_clusters())
def test_a_verdict_or_a_diagnostic(text: str) -> None:
    _check(text)


@pytest.mark.nightly
@settings(max_examples=10_000, deadline=None, suppress_health_check=SLOW)
@given(spoiled_clusters())
def test_a_verdict_or_a_diagnostic_ten_thousand_times(text: str) -> None:
    _check(text)
