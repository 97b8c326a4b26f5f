"""Memory from the operating system: zeroed, not touched before it is used, given back at once."""

from __future__ import annotations

import ctypes
import mmap
from contextlib import suppress
from pathlib import Path

_FRACTION = 0.8
_PAGE = mmap.PAGESIZE
_HUGE = 1 << 22
"""From so many bytes on, large pages: a table is read all over, and its addresses would not stay translated."""


class Block:
    """Some bytes, zeroed. May grow; the address may change then. Raises MemoryError."""

    def __init__(self, size: int) -> None:
        self.size = 0
        self._map: mmap.mmap | None = None
        self.grow(size)

    def grow(self, size: int) -> None:
        """At least so many bytes, the old ones first."""
        size = -(-max(size, 1) // _PAGE) * _PAGE
        if size <= self.size:
            return
        try:
            self._resize(size)
        except (OSError, OverflowError, ValueError) as error:
            raise MemoryError(f"no {size} bytes") from error
        self.size = size

    def _resize(self, size: int) -> None:
        if self._map is not None:
            with suppress(OSError, SystemError):
                self._map.resize(size)
                return
        old = self._map
        new = _mapped(size)
        if old is not None:
            new[: self.size] = old[: self.size]
            old.close()
        self._map = new

    @property
    def address(self) -> int:
        assert self._map is not None
        view = ctypes.c_char.from_buffer(self._map)
        return ctypes.addressof(view)

    def read(self, at: int, size: int) -> bytes:
        assert self._map is not None
        return self._map[at : at + size]

    def view(self, kind: str, size: int) -> memoryview:
        """The first numbers, unsigned ones of a kind of `array`. While anybody holds it the block cannot grow."""
        assert self._map is not None
        return memoryview(self._map).cast("B").cast(kind)[:size]  # type: ignore[call-overload, no-any-return]

    def free(self) -> None:
        """Gives the memory back. No address of it is valid any more."""
        if self._map is not None:
            self._map.close()
            self._map, self.size = None, 0


def _mapped(size: int) -> mmap.mmap:
    if not hasattr(mmap, "MAP_PRIVATE"):
        return mmap.mmap(-1, size)
    made = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    if size >= _HUGE and hasattr(mmap, "MADV_HUGEPAGE"):
        with suppress(OSError):
            made.madvise(mmap.MADV_HUGEPAGE)
    return made


def available() -> int | None:
    """How many bytes may be used before the system comes to its limits; None where it does not tell."""
    found = [size for size in (_free(), _left_to_group()) if size is not None]
    return int(min(found) * _FRACTION) if found else None


def _free() -> int | None:
    for line in _lines("/proc/meminfo"):
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return None


def _left_to_group() -> int | None:
    """What a container's limit leaves."""
    limit, used = (_number(f"/sys/fs/cgroup/memory.{name}") for name in ("max", "current"))
    return None if limit is None or used is None else max(limit - used, 0)


def _number(path: str) -> int | None:
    text = next(iter(_lines(path)), "")
    return int(text) if text.isdigit() else None


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError):
        return []
