"""IR text to machine code, by llvmlite, in this process. Nothing here is imported before a system is large enough to be compiled.

Only one thread compiles at a time; compiling releases the interpreter's lock. Code is kept by `cache`, so that what was compiled once is
loaded in a millisecond.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from threading import Lock
from typing import Any

import llvmlite
import llvmlite.binding as llvm

from kmodel.engines.explicit.native import cache
from kmodel.records import dataclass

QUICK, GOOD, BEST = 0, 1, 2
"""Levels: code in the shortest time; the default for systems; with passes, for what is compiled once for all of them."""

_lock = Lock()


@dataclass(frozen=True, slots=True)
class Code:
    """Machine code, for as long as it is held: the addresses of its functions."""

    addresses: dict[str, int]
    engine: Any


@lru_cache(maxsize=1)
def _host() -> tuple[str, str, str]:
    """The triple, the processor and its features. Initialises LLVM."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    return llvm.get_process_triple(), llvm.get_host_cpu_name(), llvm.get_host_cpu_features().flatten()


def _machine(level: int) -> Any:
    triple, cpu, features = _host()
    return llvm.Target.from_triple(triple).create_target_machine(cpu=cpu, features=features, opt=level, jit=True)


def key(text: str, level: int) -> str:
    """What the code of a text depends on."""
    parts = (text, str(level), llvmlite.__version__, str(llvm.llvm_version_info), *_host())
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def compiled(text: str, names: Sequence[str], level: int) -> Code:
    """The functions of these names, from the cache where they are in it; quick code is not kept. Raises RuntimeError where the text is
    not IR."""
    with _lock:
        name = key(text, level)
        kept = cache.read(name) if level > QUICK else None
        if kept is not None:
            return _loaded(kept, names, level)
        return _made(text, names, level, name)


def cached(text: str, names: Sequence[str], level: int) -> Code | None:
    """The functions, if they need not be compiled."""
    with _lock:
        kept = cache.read(key(text, level))
        return None if kept is None else _loaded(kept, names, level)


def _loaded(code: bytes, names: Sequence[str], level: int) -> Code:
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), _machine(level))
    engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    return _finished(engine, names)


def _made(text: str, names: Sequence[str], level: int, name: str) -> Code:
    machine = _machine(level)
    module = llvm.parse_assembly(text)
    if level >= BEST:
        tuning = llvm.create_pipeline_tuning_options(speed_level=1)
        tuning.slp_vectorization = False
        passes = llvm.create_pass_builder(machine, tuning)
        passes.getModulePassManager().run(module, passes)
    engine = llvm.create_mcjit_compiler(module, machine)
    with _noticed(engine) as written:
        code = _finished(engine, names)
    for made in written if level > QUICK else ():
        cache.write(name, made)
    return code


@contextmanager
def _noticed(engine: Any) -> Iterator[list[bytes]]:
    """Collects the object file that the engine makes."""
    written: list[bytes] = []
    engine.set_object_cache(notify_func=lambda module, buffer: written.append(bytes(buffer)), getbuffer_func=lambda module: None)
    yield written


def _finished(engine: Any, names: Sequence[str]) -> Code:
    engine.finalize_object()
    return Code({name: engine.get_function_address(name) for name in names}, engine)
