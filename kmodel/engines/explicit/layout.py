"""How a state lies in one Python int: each variable has a field of bits that holds its value less its least value.

A field of at most `WORD` bits never straddles a word of `WORD` bits, so that it is read from the word by small-int arithmetic.
"""

from __future__ import annotations

from math import prod

from kmodel.ground.system import State, System
from kmodel.ground.terms import Variable
from kmodel.records import dataclass

WORD = 30
"""Bits in a digit of CPython's int: arithmetic on one digit takes its shortest path."""


@dataclass(frozen=True, slots=True)
class Field:
    """The bits of a variable: `width` of them from `offset` (from the state's least bit)."""

    variable: Variable
    low: int
    offset: int
    width: int

    @property
    def mask(self) -> int:
        """The field's ones, in place."""
        return ((1 << self.width) - 1) << self.offset


@dataclass(frozen=True, slots=True)
class Layout:
    """One field for each variable, in their order; `bits` in all."""

    fields: tuple[Field, ...]
    bits: int

    @property
    def words(self) -> int:
        return max(1, -(-self.bits // WORD))

    def encode(self, state: State) -> int:
        return sum(value - field.low << field.offset for field, value in zip(self.fields, state, strict=True))

    def decode(self, packed: int) -> State:
        return tuple((packed >> field.offset & (1 << field.width) - 1) + field.low for field in self.fields)


def unbounded(system: System) -> tuple[str, ...]:
    """The names of the variables that have no bounds."""
    return tuple(which.name for which in system.variables if which.sort == "int" and (which.low is None or which.high is None))


def bounds(which: Variable) -> tuple[int, int]:
    """The least and the greatest value; the variable must be bounded."""
    if which.sort == "bool":
        return 0, 1
    assert which.low is not None, f"{which.name} is unbounded"
    assert which.high is not None, f"{which.name} is unbounded"
    return which.low, which.high


def space(system: System) -> int:
    """How many states there would be if every variable could have any value in any of them: an upper bound. All must be bounded."""
    return prod(high - low + 1 for low, high in map(bounds, system.variables))


def layout(system: System) -> Layout:
    """Fields in the order of the variables, moved on to the next word where they would straddle."""
    fields: list[Field] = []
    at = 0
    for which in system.variables:
        low, high = bounds(which)
        width = (high - low).bit_length()
        if at % WORD and at % WORD + width > WORD:
            at += WORD - at % WORD
        fields.append(Field(which, low, at, width))
        at += width
    return Layout(tuple(fields), at)
