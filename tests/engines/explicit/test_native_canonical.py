"""The machine code that puts one state in the place of its orbit, on any states whatever, reachable or not."""

from __future__ import annotations

import ctypes

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from kmodel.engines.explicit.moves import orbit
from kmodel.engines.explicit.orbits import Symmetry, symmetry
from kmodel.ground.system import State, System
from tests.strategies.symmetric import symmetric_systems

pytest.importorskip("llvmlite")
compiling = pytest.importorskip("kmodel.engines.explicit.native.compile")
canonical = pytest.importorskip("kmodel.engines.explicit.native.canonical")
packing = pytest.importorskip("kmodel.engines.explicit.native.packing")


class Placed:
    """The functions of a symmetry, for single states."""

    def __init__(self, made: System, found: Symmetry) -> None:
        self.form = packing.packing(made)
        self.code = compiling.compiled(canonical.module(found, self.form), canonical.NAMES, compiling.QUICK)
        number, pointer = ctypes.c_uint64, ctypes.c_void_p
        self._place = ctypes.CFUNCTYPE(None, pointer, number)(self.code.addresses["canonical"])
        self._weigh = ctypes.CFUNCTYPE(None, pointer, number, number, *[pointer] * 6)(self.code.addresses["weigh"])

    def __call__(self, state: State) -> State:
        words = self._words(state)
        self._place(ctypes.addressof(words), 1)
        return tuple(self.form.decode(list(words)))

    def size(self, state: State) -> int:
        words, sums = self._words(state), (ctypes.c_uint64 * 1)()
        self._weigh(ctypes.addressof(words), 1, 0, *[0] * 5, ctypes.addressof(sums))
        return int(sums[0])

    def _words(self, state: State) -> ctypes.Array[ctypes.c_uint64]:
        return (ctypes.c_uint64 * self.form.words)(*self.form.encode(state))


@settings(max_examples=min(20, settings.default.max_examples))
@given(symmetric_systems(linked=True), st.data())
def test_one_state_stands_for_all_images(made: System, data: st.DataObject) -> None:
    found = symmetry(made)
    assume(found is not None)
    assert found is not None
    place = Placed(made, found)
    values = [st.integers(which.low, which.high) for which in made.variables]
    for state in data.draw(st.lists(st.tuples(*values), min_size=3, max_size=6)):
        images = list(orbit(state, found.generators))
        assert place(state) in images
        assert {place(image) for image in images} == {place(state)}
        assert place.size(state) == len(images)
