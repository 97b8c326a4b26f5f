"""Which way a walk goes: the same by interpreted and by machine code, and for each walk whatever walks there were before it.

A walk has a number; it and the seed give its stream of numbers. For each step, each action that is possible draws a lot (another number
mixed from the next of the stream and its own), and the least lot wins: all actions are as likely, in whichever order they are known.
`mix` is that of SplitMix64 (Steele, Lea and Flood, OOPSLA 2014).
"""

from __future__ import annotations

from collections.abc import Iterable

from kmodel.records import dataclass

FIRST, SECOND, THIRD = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0xD6E8FEB86659FD93
STREAM = 0x9E3779B97F4A7C15
ONES = (1 << 64) - 1


def mix(number: int) -> int:
    """A bijection of 64 bits."""
    number = (number ^ number >> 30) * FIRST & ONES
    number = (number ^ number >> 27) * SECOND & ONES
    return number ^ number >> 31


@dataclass(slots=True)
class Dice:
    """The stream of one walk."""

    number: int

    def start(self, many: int) -> int:
        """One of so many starts."""
        return (self.number >> 32) * many >> 32

    def step(self, options: Iterable[tuple[int, int]]) -> tuple[int, int]:
        """One of some steps, each an action and what it leads to."""
        self.number = self.number + STREAM & ONES
        dice = mix(self.number)
        return min(options, key=lambda option: mix(dice ^ (option[0] + 1) * THIRD & ONES))


def dice(seed: int, walk: int) -> Dice:
    return Dice(mix(mix(seed & ONES) ^ walk * STREAM & ONES))
