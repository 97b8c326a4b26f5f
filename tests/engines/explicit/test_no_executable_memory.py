"""Where memory may not be made executable, columns search instead of machine code, and find the same."""

from __future__ import annotations

import ctypes
import mmap
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import pytest

from kmodel.engines import Budget
from kmodel.engines.explicit import explicit, tiers
from tests.engines.explicit.baselines import addresses

pytest.importorskip("numpy")
_PR_SET_MDWE, _PR_MDWE_REFUSE_EXEC_GAIN = 65, 1
COUNTS = 52_637, 240_325, 17


@pytest.fixture
def hardened(monkeypatch: pytest.MonkeyPatch) -> None:
    """A system that refuses such mappings."""
    plain: Callable[..., mmap.mmap] = mmap.mmap

    def refusing(*arguments: Any, prot: int = 0, **named: Any) -> mmap.mmap:
        if prot & mmap.PROT_EXEC:
            raise PermissionError(13, "Permission denied")
        return plain(*arguments, **named)

    monkeypatch.setattr(tiers.mmap, "mmap", refusing)
    monkeypatch.setattr(tiers.sys, "platform", "linux")


@pytest.mark.usefixtures("hardened")
def test_columns_search_instead() -> None:
    swift = tiers.swift()
    assert swift is not None
    assert swift.__module__ == "kmodel.engines.explicit.columns.decide"
    assert tiers.orderly() is None
    effort = explicit(addresses(2, 2, 4), Budget(symmetry=False)).effort
    assert (effort.states, effort.generated, effort.depth) == COUNTS


_SEARCH = f"""
import ctypes, sys
if ctypes.CDLL(None).prctl({_PR_SET_MDWE}, {_PR_MDWE_REFUSE_EXEC_GAIN}, 0, 0, 0):
    sys.exit(77)
from kmodel.engines import Budget
from kmodel.engines.explicit import explicit
from tests.engines.explicit.baselines import addresses
effort = explicit(addresses(2, 2, 4), Budget(symmetry=False)).effort
assert (effort.states, effort.generated, effort.depth) == {COUNTS}
assert "llvmlite" not in sys.modules
"""


@pytest.mark.skipif(sys.platform != "linux" or not hasattr(ctypes.CDLL(None), "prctl"), reason="no prctl")
def test_a_process_that_may_not_gain_executable_memory() -> None:
    """The kernel refuses it from then on, to LLVM too, which would end the process."""
    done = subprocess.run([sys.executable, "-c", _SEARCH], check=False, capture_output=True, text=True)
    if done.returncode == 77:
        pytest.skip("the kernel cannot refuse it")
    assert done.returncode == 0, done.stderr
