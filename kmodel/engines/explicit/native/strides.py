"""Fields at equal distances in one word: the one with some number is found by shifting the word, and not by comparing the number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kmodel.engines.explicit.native.packing import Field
from kmodel.records import dataclass

_FEW = 3
"""Fewer fields are compared one by one: as fast, and the bits of each may be needed anyway."""


@dataclass(frozen=True, slots=True)
class Strides:
    """`first` has the first of the numbers; the field of each next one begins `step` bits after the one before (before it: below 0)."""

    numbers: range
    first: Field
    step: int

    @staticmethod
    def among(fields: Sequence[Field | None], numbers: range) -> Strides | None:
        """The longest such row among the fields of the numbers; None if there is none worth it."""
        best = max(_rows(fields, numbers), key=lambda row: len(row.numbers), default=None)
        return best if best is not None and len(best.numbers) >= _FEW else None


def _rows(fields: Sequence[Field | None], numbers: range) -> Iterator[Strides]:
    """Rows that cannot be longer: two have at most one field in common."""
    while numbers:
        row = _row(fields, numbers)
        if row is not None:
            yield row
        numbers = numbers[1 if row is None else max(1, len(row.numbers) - 1) :]


def _row(fields: Sequence[Field | None], numbers: range) -> Strides | None:
    """The row that begins with the first number."""
    first = fields[numbers[0]]
    second = fields[numbers[1]] if len(numbers) > 1 else None
    if first is None or second is None:
        return None
    step, end = second.offset - first.offset, numbers.start
    while end < numbers.stop and _fits(first, fields[end], step * (end - numbers.start)):
        end += 1
    return Strides(range(numbers.start, end), first, step)


def _fits(first: Field, field: Field | None, distance: int) -> bool:
    return field is not None and (field.word, field.width, field.low, field.offset) == (
        first.word,
        first.width,
        first.low,
        first.offset + distance,
    )
