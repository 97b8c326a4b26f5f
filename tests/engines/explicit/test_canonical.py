"""The parts of canonical states in machine code that can be tested apart."""

from __future__ import annotations

from itertools import product
from math import factorial, prod

import pytest

from kmodel.engines.explicit.native.canonical import walk
from kmodel.engines.explicit.native.records import network


@pytest.mark.parametrize("size", range(1, 10))
def test_a_network_sorts_whatever_is_0_or_1(size: int) -> None:
    """And so, by the zero-one principle, everything."""
    for values in product((0, 1), repeat=size):
        places = list(values)
        for one, other in network(size):
            places[one], places[other] = min(places[one], places[other]), max(places[one], places[other])
        assert places == sorted(values)


@pytest.mark.parametrize("sizes", [[2], [3], [5], [2, 3], [4, 2], [3, 3, 2]], ids=str)
def test_a_walk_comes_through_all_permutations_once(sizes: list[int]) -> None:
    offsets = [sum(sizes[:at]) + place for at, size in enumerate(sizes) for place in range(size - 1)]
    order = list(range(sum(sizes)))
    seen = [tuple(order)]
    for exchange in walk(sizes):
        at = offsets[exchange]
        order[at], order[at + 1] = order[at + 1], order[at]
        seen.append(tuple(order))
    assert len(seen) == len(set(seen)) == prod(map(factorial, sizes))
