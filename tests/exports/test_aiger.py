"""The AIGER file is run by an interpreter of its own: its outputs become true where, and only where, the judge finds that claims fail."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import pytest
from hypothesis import given

from kmodel.exports import export
from kmodel.ground.system import System
from kmodel.semantics import check_by_exhaustion
from kmodel.source import Rejected
from kmodel.verdict.verdict import Violated
from tests.strategies.handmade import claim, int_variable, system
from tests.strategies.systems import enumerate_systems, systems

MOST_INPUTS = 10


@dataclass(frozen=True)
class File:
    inputs: list[int]
    latches: list[tuple[int, int]]
    outputs: list[int]
    ands: list[tuple[int, int, int]]


def read(text: str) -> File:
    header, *lines = text.splitlines()
    most, inputs, latches, outputs, ands = map(int, header.split()[1:])
    rows = [tuple(map(int, line.split())) for line in lines[: inputs + latches + outputs + ands]]
    file = File([row[0] for row in rows[:inputs]], [], [], [])
    file.latches.extend((row[0], row[1]) for row in rows[inputs : inputs + latches])
    file.outputs.extend(row[0] for row in rows[inputs + latches : inputs + latches + outputs])
    file.ands.extend((row[0], row[1], row[2]) for row in rows[inputs + latches + outputs :])
    assert most == inputs + latches + ands
    assert all(left > max(a, b) for left, a, b in file.ands)
    return file


def decoded(data: bytes) -> File:
    """The binary form."""
    header, rest = data.split(b"\n", 1)
    _, inputs, latches, outputs, ands = map(int, header.split()[1:])
    lines = rest.split(b"\n", latches + outputs)
    file = File([2 * (at + 1) for at in range(inputs)], [], [], [])
    file.latches.extend((2 * (inputs + at + 1), int(lines[at])) for at in range(latches))
    file.outputs.extend(int(line) for line in lines[latches : latches + outputs])
    bytes_ = iter(lines[-1])

    def number() -> int:
        value, shift = 0, 0
        while (byte := next(bytes_)) & 128:
            value, shift = value | (byte & 127) << shift, shift + 7
        return value | byte << shift

    for at in range(ands):
        left = 2 * (inputs + latches + at + 1)
        a = left - number()
        file.ands.append((left, a, a - number()))
    return file


def reached(file: File) -> set[int]:
    """The outputs that become true."""
    found: set[int] = set()
    seen = {(0,) * len(file.latches)}
    open_ = list(seen)
    while open_:
        state = open_.pop()
        for chosen in product((0, 1), repeat=len(file.inputs)):
            held = {latch: bit for (latch, _), bit in zip(file.latches, state, strict=True)}
            values = {0: 0, **dict(zip(file.inputs, chosen, strict=True)), **held}

            def value(literal: int, values: dict[int, int] = values) -> int:
                return values[literal & ~1] ^ (literal & 1)

            for left, a, b in file.ands:
                values[left] = value(a) & value(b)
            found |= {at for at, output in enumerate(file.outputs) if value(output)}
            after = tuple(value(following) for _, following in file.latches)
            if after not in seen:
                seen.add(after)
                open_.append(after)
    return found


def assert_agrees(made: System) -> None:
    file = read(export(made, "aiger").text)
    data = export(made, "aiger-binary").data
    assert data is not None
    assert decoded(data) == file
    if len(file.inputs) <= MOST_INPUTS:
        right = {at for at, verdict in enumerate(check_by_exhaustion(made).verdicts) if isinstance(verdict, Violated)}
        assert reached(file) == right


@given(systems(kinds=("invariant", "transition", "witness", "defined"), most_actions=3))
def test_outputs_become_true_where_claims_fail(made: System) -> None:
    assert_agrees(made)


def test_every_small_system() -> None:
    for made in list(enumerate_systems())[::3]:
        assert_agrees(made)


def test_numbers_without_bounds_are_refused() -> None:
    with pytest.raises(Rejected, match="bits cannot hold"):
        export(system([int_variable("n", 0, 0, None)], [0], [], [claim("invariant", "a")]), "aiger")
