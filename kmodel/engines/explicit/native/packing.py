"""How a state lies in 64-bit words: each variable has a field of bits that holds its value less its least value.

A field never straddles a word. A state of at most 63 bits is one word whose highest bit is 0, so that no state with that bit set is 0,
which marks empty places of the table. Bits of no field are 0: equal states are equal bit by bit.
"""

from __future__ import annotations

from collections.abc import Sequence

from kmodel.engines.explicit.layout import bounds
from kmodel.ground.system import State, System
from kmodel.ground.terms import Variable
from kmodel.records import dataclass

WORD = 64
_ALONE = 63
_WIDEST = 62


def constant(value: int) -> str:
    """A 64-bit pattern as LLVM writes it: signed."""
    value &= (1 << WORD) - 1
    return str(value - (1 << WORD) if value >> WORD - 1 else value)


@dataclass(frozen=True, slots=True)
class Field:
    """The bits of a variable: `width` of them from `offset` in word `word`; 0 stands for `low`."""

    variable: Variable
    low: int
    word: int
    offset: int
    width: int

    @property
    def mask(self) -> int:
        """The field's ones, in place."""
        return ((1 << self.width) - 1) << self.offset


@dataclass(frozen=True, slots=True)
class Packing:
    """One field for each variable, in their order; `words` in all."""

    fields: tuple[Field, ...]
    words: int

    def encode(self, state: State) -> list[int]:
        """The state's words."""
        packed = [0] * self.words
        for field, value in zip(self.fields, state, strict=True):
            packed[field.word] |= value - field.low << field.offset
        return packed

    def decode(self, words: Sequence[int]) -> State:
        """The state of some words."""
        return tuple((words[field.word] >> field.offset & (1 << field.width) - 1) + field.low for field in self.fields)


def packing(system: System) -> Packing | None:
    """Fields in the order of the variables, moved on to the next word where they would straddle; None where a variable is too wide.
    The variables must be bounded."""
    widths = [(high - low).bit_length() for low, high in map(bounds, system.variables)]
    if max(widths, default=0) > _WIDEST:
        return None
    room = WORD if sum(widths) > _ALONE else _ALONE
    fields: list[Field] = []
    word = offset = 0
    for which, width in zip(system.variables, widths, strict=True):
        if offset + width > room:
            word, offset = word + 1, 0
        fields.append(Field(which, bounds(which)[0], word, offset, width))
        offset += width
    return Packing(tuple(fields), word + 1)
