"""Records of interchangeable individuals put in order, by a sorting network without branches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from kmodel.engines.explicit.native.function import Function
from kmodel.engines.explicit.native.packing import WORD, Field, Packing, constant
from kmodel.engines.explicit.orbits import SortedGroup


def _chunks(group: SortedGroup, packing: Packing) -> list[tuple[int, ...]]:
    """The places of a record's variables, so many together that their fields fit in a word."""
    chunks: list[list[int]] = []
    used = WORD
    for place, at in enumerate(group.records[0]):
        width = packing.fields[at].width
        if used + width > WORD:
            chunks.append([])
            used = 0
        chunks[-1].append(place)
        used += width
    return [tuple(chunk) for chunk in chunks]


def network(size: int) -> Iterator[tuple[int, int]]:
    """Places to compare and exchange, in order (Knuth, The Art of Computer Programming 3, algorithm 5.2.2M)."""
    top = 1 << max(0, (size - 1).bit_length() - 1)
    p = top
    while p > 0:
        q, r, d = top, 0, p
        while d > 0:
            yield from ((at, at + d) for at in range(size - d) if at & p == r)
            d, q, r = q - p, q // 2, p
        p //= 2


def sorting(groups: Sequence[SortedGroup], packing: Packing) -> str:
    """`sorted(s, to)`: the state with its records in order; in how many orders of equal records it is the same."""
    made = Function.begun(packing)
    cleared = [0] * packing.words
    added: list[list[str]] = [[] for _ in range(packing.words)]
    same = "1"
    for group in groups:
        chunks = _chunks(group, packing)
        keys = _in_order(made, [[_gathered(made, record, chunk) for chunk in chunks] for record in group.records])
        same = _multiplied(made, keys, same)
        for record, key in zip(group.records, keys, strict=True):
            for chunk, value in zip(chunks, key, strict=True):
                _scattered(made, [packing.fields[record[place]] for place in chunk], value, cleared, added)
    made.stored([made.either([word, *more]) for word, more in zip(made.kept(cleared), added, strict=True)], "%to")
    return made.text("i64 @sorted(ptr noalias %s, ptr noalias %to)", f"i64 {same}")


def _gathered(made: Function, record: Sequence[int], chunk: Sequence[int]) -> str:
    offset, parts = 0, []
    for place in chunk:
        parts.append(made.up(made.field(record[place]), offset))
        offset += made.packing.fields[record[place]].width
    return made.either(parts)


def _scattered(made: Function, fields: Sequence[Field], value: str, cleared: list[int], added: list[list[str]]) -> None:
    offset = 0
    for field in fields:
        shifted = made.op(f"lshr i64 {value}, {offset}") if offset else value
        bits = made.op(f"and i64 {shifted}, {constant((1 << field.width) - 1)}")
        added[field.word].append(made.up(bits, field.offset))
        cleared[field.word] |= field.mask
        offset += field.width


def _in_order(made: Function, keys: list[list[str]]) -> list[list[str]]:
    for one, other in network(len(keys)):
        a, b = keys[one], keys[other]
        wrong = _greater(made, a, b)
        keys[one] = [made.op(f"select i1 {wrong}, i64 {y}, i64 {x}") for x, y in zip(a, b, strict=True)]
        keys[other] = [made.op(f"select i1 {wrong}, i64 {x}, i64 {y}") for x, y in zip(a, b, strict=True)]
    return keys


def _greater(made: Function, a: Sequence[str], b: Sequence[str]) -> str:
    """Whether a comes after b; the first parts count most."""
    found = "false"
    for x, y in reversed(list(zip(a, b, strict=True))):
        more, equal = made.op(f"icmp ugt i64 {x}, {y}"), made.op(f"icmp eq i64 {x}, {y}")
        found = more if found == "false" else made.op(f"select i1 {equal}, i1 {found}, i1 {more}")
    return found


def _multiplied(made: Function, keys: Sequence[Sequence[str]], same: str) -> str:
    """The factorials of how often each key comes: 1 * 2 * … along each run of equal ones."""
    run = "1"
    for before, key in pairwise(keys):
        equal = "true"
        for x, y in zip(before, key, strict=True):
            equal = made.op(f"and i1 {equal}, {made.op(f'icmp eq i64 {x}, {y}')}")
        run = made.emitter.fresh(f"select i1 {equal}, i64 {made.op(f'add i64 {run}, 1')}, i64 1")
        same = made.emitter.fresh(f"mul i64 {same}, {run}")
    return same
