"""The compiled functions of a symmetry, for a space."""

from __future__ import annotations

import ctypes
from dataclasses import field
from typing import Any

from kmodel.engines.explicit.native import compile as compiling
from kmodel.engines.explicit.native.canonical import NAMES, module
from kmodel.engines.explicit.native.space import Space
from kmodel.engines.explicit.orbits import Symmetry
from kmodel.records import dataclass


@dataclass(slots=True)
class Orbits:
    """Makes the space keep one state for each orbit, from its making on."""

    space: Space
    symmetry: Symmetry
    code: compiling.Code = field(init=False)

    def __post_init__(self) -> None:
        self.code = compiling.compiled(module(self.symmetry, self.space.packing), NAMES, compiling.GOOD)
        self.space.context.canonical = self.code.addresses["canonical"]
        self.space.kept.append(self.code)

    def weigh(self, states: int, expanded: int) -> tuple[int, list[int]]:
        """How many states are in the first so many orbits, and in how many of those of the first `expanded` each action is enabled."""
        space, mine = self.space, self.space.workers[0]
        sums: Any = (ctypes.c_uint64 * (space.actions + 1))()
        number, pointer = ctypes.c_uint64, ctypes.c_void_p
        call = ctypes.CFUNCTYPE(None, pointer, number, number, *[pointer] * 6)(self.code.addresses["weigh"])
        fields = mine.fields
        places = fields.buffer, fields.actions, fields.events, ctypes.addressof(space.watch), ctypes.addressof(sums)
        call(space.arena.address, states, expanded, space.context.visit, *places)
        return int(sums[0]), [int(each) for each in sums[1:]]
