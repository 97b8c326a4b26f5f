"""Neighbours among individuals that are searched: their exchange, and whether their keys are in order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby, pairwise

from kmodel.engines.explicit.moves import Move
from kmodel.engines.explicit.native.function import Function
from kmodel.engines.explicit.native.packing import WORD, Packing, constant
from kmodel.engines.explicit.orbits import Part, SearchedGroup


def exchange(number: int, step: Move, packing: Packing) -> str:
    """`exchange3(s)`: the fourth exchange, in place."""
    made = Function.begun(packing)
    moved = [at for at, to in enumerate(step.to) if to != at or step.values[at] is not None]
    cleared = [0] * packing.words
    added: list[list[str]] = [[] for _ in range(packing.words)]
    for at in moved:
        cleared[packing.fields[step.to[at]].word] |= packing.fields[step.to[at]].mask
    plain = [at for at in moved if step.values[at] is None]
    for (word, to, _), run in groupby(plain, key=_runs(step, packing, plain)):
        together = [packing.fields[at] for at in run]
        first, width = together[0], sum(field.width for field in together)
        target = next(packing.fields[step.to[at]] for at in plain if packing.fields[at] is first)
        added[to].append(made.up(made.bits(word, first.offset, width), target.offset))
    for at in moved:
        values = step.values[at]
        if values is not None:
            field, target = packing.fields[at], packing.fields[step.to[at]]
            added[target.word].append(made.up(_renamed(made, made.field(at), values, field.low), target.offset))
    made.stored([made.either([word, *more]) for word, more in zip(made.kept(cleared), added, strict=True)])
    return made.text(f"void @exchange{number}(ptr noalias %s)", "void")


def _runs(step: Move, packing: Packing, plain: Sequence[int]) -> Callable[[int], tuple[int, int, int]]:
    """Numbers runs of fields that lie side by side and go side by side."""
    number = 0
    kinds: dict[int, tuple[int, int, int]] = {}
    for before, at in zip([None, *plain], plain, strict=False):
        field, target = packing.fields[at], packing.fields[step.to[at]]
        if before is not None:
            last, there = packing.fields[before], packing.fields[step.to[before]]
            beside = last.word == field.word and last.offset + last.width == field.offset
            number += not (beside and there.word == target.word and there.offset + there.width == target.offset)
        kinds[at] = field.word, target.word, number
    return kinds.__getitem__


def _renamed(made: Function, value: str, values: Sequence[int], low: int) -> str:
    result = value
    for before, after in enumerate(values):
        if before != after and before >= low:
            is_it = made.op(f"icmp eq i64 {value}, {before - low}")
            result = made.emitter.fresh(f"select i1 {is_it}, i64 {after - low}, i64 {result}")
    return result


# ---- keys

Sum = tuple[Sequence[Part], int]
"""The parts of a sum, and how many bits it may have."""


def fitting(group: SearchedGroup, packing: Packing) -> list[list[Sum]]:
    """For each individual the sums of its key, with their widths, as many as fit in a word."""
    chosen: list[int] = []
    room = WORD - 1
    widths = [_width(parts, packing) for parts in group.keys[0]]
    for at, width in enumerate(widths):
        if width is not None and width <= room:
            chosen.append(at)
            room -= width
    return [[(key[at], widths[at] or 0) for at in chosen] for key in group.keys]


def _width(parts: Sequence[Part], packing: Packing) -> int | None:
    """The bits of a sum; None where a table does not fit in a word."""
    most = 0
    for at, counts in parts:
        most += (1 << packing.fields[at].width) - 1 if counts is None else max(counts)
        if counts is not None and len(counts) * _entry(counts) > WORD:
            return None
    return most.bit_length()


def _entry(counts: Sequence[int]) -> int:
    return max(1, max(counts).bit_length())


def _key(made: Function, sums: Sequence[Sum]) -> str:
    """The sums side by side, the first highest."""
    result = "0"
    for parts, width in sums:
        total = "0"
        for at, counts in parts:
            total = made.op(f"add i64 {total}, {_counted(made, at, counts)}")
        result = made.op(f"add i64 {made.up(result, width) if result != '0' else '0'}, {total}")
    return result


def _counted(made: Function, at: int, counts: Sequence[int] | None) -> str:
    value = made.field(at)
    if counts is None:
        return value
    size = _entry(counts)
    table = sum(count << number * size for number, count in enumerate(counts))
    place = made.op(f"and i64 {made.op(f'mul i64 {value}, {size}')}, {WORD - 1}")
    return made.op(f"and i64 {made.op(f'lshr i64 {constant(table)}, {place}')}, {(1 << size) - 1}")


Keys = Sequence[Sequence[Sequence[Sum]]]


def compare(name: str, groups: Keys, packing: Packing, relation: str) -> str:
    """Whether the keys of all neighbours are in this relation."""
    made = Function.begun(packing)
    result = "true"
    for keys in groups:
        values = [_key(made, key) for key in keys]
        for one, other in pairwise(values):
            result = made.op(f"and i1 {result}, {made.op(f'icmp {relation} i64 {one}, {other}')}")
    return made.text(f"i1 @{name}(ptr noalias %s)", f"i1 {result}")


def towards(groups: Keys, packing: Packing) -> Iterator[str]:
    """`wrong3(s)`: whether the neighbours of the fourth exchange are not in order."""
    number = 0
    for keys in groups:
        for one, other in pairwise(keys):
            made = Function.begun(packing)
            wrong = made.op(f"icmp ugt i64 {_key(made, one)}, {_key(made, other)}")
            yield made.text(f"i1 @wrong{number}(ptr noalias %s)", f"i1 {wrong}")
            number += 1
