"""Quantities and durations: examples, and the law that their value is exact and rounded up once."""

from __future__ import annotations

from contextlib import suppress
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmodel.manifests.quantities import MOST, SUFFIXES, UNITS, duration, millicpu, milliseconds, quantity, seconds, whole_bytes


@pytest.mark.parametrize(
    ("text", "milli"),
    [
        ("1", 1000),
        ("0.5", 500),
        ("250m", 250),
        ("2k", 2_000_000),
        ("1e3", 1_000_000),
        ("1E-3", 1),
        ("+.5", 500),
        ("5.", 5000),
        ("-1", -1000),
        ("100u", 1),
        ("1n", 1),
        ("0", 0),
    ],
)
def test_cpu_is_in_thousandths_rounded_up(text: str, milli: int) -> None:
    assert millicpu(text) == milli


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("128Mi", 128 * 2**20),
        ("1G", 10**9),
        ("1.5Gi", 3 * 2**29),
        ("128974848", 128974848),
        ("129e6", 129 * 10**6),
        ("1E", 10**18),
        ("1E1", 10),
        ("7Ei", 7 * 2**60),
        ("123m", 1),
        ("1500m", 2),
        ("3P", 3 * 10**15),
        ("2Ti", 2**41),
        ("1Pi", 2**50),
        ("4Ki", 4096),
        ("1T", 10**12),
    ],
)
def test_bytes_are_whole_rounded_up(text: str, size: int) -> None:
    assert whole_bytes(text) == size


@pytest.mark.parametrize(
    "text",
    [
        "",
        "m",
        "1 Gi",
        "1gi",
        "1K",
        "1MB",
        "0x10",
        "1e",
        "1e1.5",
        "--1",
        "1.2.3",
        "٣",
        "1Gi ",
        "1e3m",
        ".",
        "inf",
        "nan",
        "1e999999999",
        "9" * 200,
        "8Ei",
        "1_000",
    ],
)
def test_what_is_no_quantity(text: str) -> None:
    with pytest.raises(ValueError, match=r"^(no|too)"):
        quantity(text)


@pytest.mark.parametrize(
    ("text", "milli"),
    [
        ("30s", 30_000),
        ("1h5m", 3_900_000),
        ("500ms", 500),
        ("1.5h", 5_400_000),
        ("-1m", -60_000),
        ("0", 0),
        ("1us", 1),
        ("1h0.5s", 3_600_500),
        ("2µs", 1),
    ],
)
def test_durations_are_in_milliseconds(text: str, milli: int) -> None:
    assert milliseconds(text) == milli


@pytest.mark.parametrize("text", ["", "30", "s", "1d", "1h 5m", "5M", "1:30", "0s1", "99999999999999999999h", "٣s"])
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match=r"^(no|too)"):
        duration(text)


def test_plain_seconds() -> None:
    assert (seconds("30"), seconds("0.5"), seconds("0.0001")) == (30_000, 500, 1)


numbers = st.decimals(min_value=0, max_value=10**6, places=4, allow_nan=False, allow_infinity=False)
signs = st.sampled_from(["", "+", "-"])


def rounded_up(value: Fraction) -> int:
    return -((-value.numerator) // value.denominator)


@given(signs, numbers, st.sampled_from(sorted(SUFFIXES)))
def test_a_quantity_is_its_number_times_its_suffix(sign: str, number: object, suffix: str) -> None:
    value = Fraction(str(number)) * SUFFIXES[suffix] * (-1 if sign == "-" else 1)
    text = f"{sign}{number}{suffix}"
    if abs(value) > MOST:
        with pytest.raises(ValueError, match=r"^(no|too)"):
            quantity(text)
    else:
        assert quantity(text) == value
        assert millicpu(text) == rounded_up(value * 1000)
        assert whole_bytes(text) == rounded_up(value)


@given(numbers, st.integers(-20, 12), st.sampled_from("eE"))
def test_an_exponent_is_a_power_of_ten(number: object, exponent: int, letter: str) -> None:
    assert quantity(f"{number}{letter}{exponent}") == Fraction(str(number)) * Fraction(10) ** exponent


@given(signs, st.lists(st.tuples(st.integers(0, 10**6), st.sampled_from(sorted(UNITS))), min_size=1, max_size=4))
def test_a_duration_is_the_sum_of_its_parts(sign: str, parts: list[tuple[int, str]]) -> None:
    value = sum((number * UNITS[unit] for number, unit in parts), Fraction(0)) * (-1 if sign == "-" else 1)
    assert duration(sign + "".join(f"{number}{unit}" for number, unit in parts)) == value


@given(st.text(max_size=12))
def test_any_text_is_a_value_or_refused(text: str) -> None:
    for parse in (quantity, duration):
        with suppress(ValueError):
            assert abs(parse(text)) <= MOST
