"""Which code searches: interpreted (`python`), columns (`numpy`) or machine code (`native`). All give the same verdicts and counts.

`KMODEL_TIER` names one instead of the choice that is made by how long a search is.
"""

from __future__ import annotations

import mmap
import os
import sys
from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec
from typing import Any, TypeAlias

from kmodel.engines.engine import Budget
from kmodel.engines.explicit.ample import Independence
from kmodel.engines.explicit.clock import Clock
from kmodel.engines.explicit.ends import Looked
from kmodel.engines.explicit.orbits import Symmetry
from kmodel.engines.explicit.walking import Machine, Walks
from kmodel.ground.system import System
from kmodel.verdict.verdict import Outcome

Swift: TypeAlias = Callable[[System, Budget, Clock, Symmetry | None], Outcome | None]
"""Decides all claims; None where the system is too large for it, or has claims of a kind that it does not treat."""

Orderly: TypeAlias = Callable[[System, Budget, Clock, Symmetry | None, Independence], Looked | None]
"""Looks at steps that commute in one order; None where the system is too large for it."""

_FAST = {"native": "kmodel.engines.explicit.native.decide", "numpy": "kmodel.engines.explicit.columns.decide"}


def swift_enough() -> bool:
    """Whether states are likely to be enumerated by machine code. Nothing is loaded for the answer."""
    return os.environ.get("KMODEL_TIER") in (None, "", "native") and find_spec("llvmlite") is not None


def executable() -> bool:
    """Whether memory may be made executable: hardened systems forbid it, and LLVM would end the process."""
    if not hasattr(mmap, "PROT_EXEC"):
        return True
    try:
        mmap.mmap(-1, mmap.PAGESIZE, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC).close()
    except OSError:
        return sys.platform == "darwin"  # where it takes a flag that LLVM knows
    return True


def forced() -> bool:
    """Whether a tier was asked for, even for the smallest search."""
    return bool(os.environ.get("KMODEL_TIER"))


def swift() -> Swift | None:
    """The fastest tier that there is beside the interpreted one."""
    for name, place in _FAST.items():
        found: Swift | None = _loaded(name, place, "decided")
        if found is not None:
            return found
    return None


def orderly() -> Orderly | None:
    """The tier that looks at steps that commute in one order faster than interpreted code."""
    found: Orderly | None = _loaded("native", _FAST["native"], "in_one_order")
    return found


def walking() -> Callable[[Walks, Budget], Machine | None] | None:
    """What makes walks by machine code, if there is any."""
    found: Callable[[Walks, Budget], Machine | None] | None = _loaded("native", "kmodel.engines.explicit.native.walk", "machine")
    return found


def _loaded(name: str, place: str, function: str) -> Any:
    """A function of a tier; None where another one was asked for, or the tier cannot be loaded."""
    if os.environ.get("KMODEL_TIER") not in (None, "", name) or (name == "native" and not executable()):
        return None
    try:
        return getattr(import_module(place), function)
    except (ImportError, OSError, RuntimeError):
        return None
