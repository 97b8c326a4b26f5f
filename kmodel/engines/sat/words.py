"""Numbers as bits: two's complement, the least bit first, the last one the sign. Every number is as wide as its interval needs.

A sum is worked out column by column with full adders (Wallace, 1964), modulo 2^width, which is exact as the sum fits. Bits that are
constant cost nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from kmodel.engines.sat.circuit import FALSE, TRUE, Circuit, Literal

Word: TypeAlias = tuple[Literal, ...]


def width(low: int, high: int) -> int:
    """The fewest bits, the sign included, for all of `low..high`."""
    return max((~low if low < 0 else low).bit_length(), (~high if high < 0 else high).bit_length()) + 1


def constant(value: int) -> Word:
    return tuple(TRUE if value >> at & 1 else FALSE for at in range(width(value, value)))


def resized(word: Word, to: int) -> Word:
    """The same number in `to` bits, where it fits."""
    return word[:to] if len(word) >= to else word + word[-1:] * (to - len(word))


def read(bits: Sequence[bool]) -> int:
    """The number that bits stand for."""
    return sum(1 << at for at, bit in enumerate(bits) if bit) - (1 << len(bits) if bits[-1] else 0)


class Words:
    """Operations on numbers over a circuit."""

    def __init__(self, circuit: Circuit) -> None:
        self.circuit = circuit

    # ---- comparisons

    def equal(self, a: Word, b: Word) -> Literal:
        size = max(len(a), len(b))
        return self.circuit.and_([self.circuit.same(x, y) for x, y in zip(resized(a, size), resized(b, size), strict=True)])

    def less(self, a: Word, b: Word, or_equal: bool = False) -> Literal:
        """From the least bit up: b is greater where it has a bit that a has not, unless higher bits decide."""
        size = max(len(a), len(b))
        a, b = resized(a, size), resized(b, size)
        found = TRUE if or_equal else FALSE
        for x, y in zip(a[:-1], b[:-1], strict=True):
            found = self.circuit.majority(-x, y, found)
        return self.circuit.majority(a[-1], -b[-1], found)

    # ---- choices

    def if_(self, condition: Literal, a: Word, b: Word) -> Word:
        size = max(len(a), len(b))
        pairs = zip(resized(a, size), resized(b, size), strict=True)
        return tuple(self.circuit.if_(condition, x, y) for x, y in pairs)

    def one_of(self, choices: Sequence[tuple[Literal, Word]]) -> Word:
        """The word whose condition is true; exactly one is."""
        size = max(len(word) for _, word in choices)
        wide = [(condition, resized(word, size)) for condition, word in choices]
        return tuple(self._bit([(condition, word[at]) for condition, word in wide]) for at in range(size))

    def _bit(self, choices: Sequence[tuple[Literal, Literal]]) -> Literal:
        """Bits of one value are put together first."""
        together: dict[Literal, list[Literal]] = {}
        for condition, bit in choices:
            together.setdefault(bit, []).append(condition)
        if len(together) == 1:
            return next(iter(together))
        together.pop(FALSE, None)
        return self.circuit.or_([self.circuit.and_((bit, self.circuit.or_(when))) for bit, when in together.items()])

    # ---- arithmetic

    def sum(self, words: Iterable[tuple[Word, int]], size: int) -> Word:
        """The sum of words, each shifted left by so many bits, in `size` bits."""
        columns: list[list[Literal]] = [[] for _ in range(size)]
        for word, shift in words:
            for at, bit in enumerate(resized(word, size - shift) if size > shift else ()):
                columns[at + shift].append(bit)
        return self._compressed(columns)

    def _compressed(self, columns: list[list[Literal]]) -> Word:
        made: list[Literal] = []
        for at, column in enumerate(columns):
            carries = columns[at + 1] if at + 1 < len(columns) else []
            made.append(self._added(column, carries))
        return tuple(made)

    def _added(self, column: list[Literal], carries: list[Literal]) -> Literal:
        """The last bit of a column's sum; the carries go to the next column."""
        bits = sorted((bit for bit in column if bit != FALSE), key=abs)
        ones = bits.count(TRUE)
        bits = bits[ones:]
        carries += [TRUE] * (ones // 2)
        bits += [TRUE] * (ones % 2)
        while len(bits) > 1:
            a, b, *rest = bits
            c = rest.pop(0) if rest else FALSE
            carries.append(self.circuit.majority(a, b, c))
            bits = [*rest, self.circuit.xor(self.circuit.xor(a, b), c)]
        return bits[0] if bits else FALSE

    def negative(self, word: Word, size: int) -> Word:
        """-word, in `size` bits."""
        return self.sum([(tuple(-bit for bit in resized(word, size)), 0), (constant(1), 0)], size)

    def product(self, a: Word, b: Word, size: int) -> Word:
        """a * b in `size` bits, in which it fits."""
        wide = resized(b, size)
        parts = [(tuple(self.circuit.and_((bit, other)) for other in wide[: size - at]), at) for at, bit in enumerate(resized(a, size))]
        return self.sum(parts, size)

    def quotient(self, a: Word, b: Word) -> tuple[Word, Word]:
        """a / b rounded down, and what it leaves, of b's sign; both 0 where b is 0. By long division of the absolute values."""
        size = max(len(a), len(b)) + 1
        a, b = resized(a, size), resized(b, size)
        upper, lower = self._absolute(a), self._absolute(b)
        quotient, rest = self._divided(upper, lower)
        opposite = self.circuit.xor(a[-1], b[-1])
        left = self.circuit.or_(rest)
        down = self.circuit.and_((opposite, left))
        signed = self.if_(opposite, self.negative(self.sum([(quotient, 0), ((down, FALSE), 0)], size), size), quotient)
        signed_rest = self.if_(a[-1], self.negative(rest, size), rest)
        signed_rest = self.if_(down, self.sum([(signed_rest, 0), (b, 0)], size), signed_rest)
        some = self.circuit.or_(b)
        return tuple(self.circuit.and_((some, bit)) for bit in signed), tuple(self.circuit.and_((some, bit)) for bit in signed_rest)

    def _absolute(self, word: Word) -> Word:
        return self.if_(word[-1], self.negative(word, len(word)), word)

    def _divided(self, a: Word, b: Word) -> tuple[Word, Word]:
        """Quotient and rest of numbers that are not negative."""
        size = len(a)
        rest: Word = (FALSE,) * size
        digits: list[Literal] = []
        for bit in reversed(a):
            rest = (bit, *rest[:-1])
            fits = self.less(b, rest, or_equal=True)
            difference = self.sum([(rest, 0), (tuple(-each for each in b), 0), (constant(1), 0)], size)
            rest = self.if_(fits, difference, rest)
            digits.append(fits)
        return tuple(reversed(digits)), rest
