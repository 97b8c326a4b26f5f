"""Which modules declare a name, for the help of faults: read off the text, since to parse the whole library takes seconds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

from kmodel.pipeline.files import spec_files
from kmodel.typed import Elsewhere

_MODULE = re.compile(r"^module\s+([\w.]+)", re.MULTILINE)
_IMPORT = re.compile(r"^import\s+([\w.]+)", re.MULTILINE)
_DECLARED = re.compile(r"^(?:entity|enum|record|type|def|relation|action|component|const|var)\s+(\w+)", re.MULTILINE)
_MEMBERS = re.compile(r"^enum\s+\w+\s*\{([^}]*)\}", re.MULTILINE)
# A block ends where a line begins with its brace, or with the line that it begins on.
_BLOCK = re.compile(r"^extend\s+(\w+)\s*(\{[^\n]*\}[ \t]*$|\{.*?^\})", re.MULTILINE | re.DOTALL)
_FIELD = re.compile(r"(?:^|\{)\s*(?:const|var)\s+(\w+)\s*:", re.MULTILINE)
_COMMENT = re.compile(r"#.*")


def declaring(paths: Iterable[Path]) -> Elsewhere:
    """Finds the modules of the files, and below the folders, that declare a name (or an enum with such a member), or give an entity
    such a field: those that most others import come first, then in the order given. The files are read when it is first asked."""
    known: dict[tuple[str | None, str], list[str]] = {}

    def modules(name: str, owner: str | None = None) -> list[str]:
        if not known:
            known.update(_read(paths))
        return known.get((owner, name), [])

    return modules


def _read(paths: Iterable[Path]) -> dict[tuple[str | None, str], list[str]]:
    found: dict[tuple[str | None, str], list[str]] = {}
    imports: Counter[str] = Counter()
    for path in {path.resolve(): path for given in paths for path in spec_files(given)}.values():
        text = _COMMENT.sub("", path.read_text(encoding="utf-8", errors="replace"))
        imports.update(_IMPORT.findall(text))
        for module in _MODULE.findall(text)[:1]:
            for key in dict.fromkeys(_declared(text)):
                found.setdefault(key, []).append(module)
    return {key: sorted(modules, key=lambda name: -imports[name]) for key, modules in found.items()}


def _declared(text: str) -> Iterator[tuple[str | None, str]]:
    yield from ((None, name) for name in _DECLARED.findall(text))
    yield from ((None, name) for members in _MEMBERS.findall(text) for name in re.findall(r"\w+", members))
    for owner, fields in _BLOCK.findall(text):
        for module in _IMPORT.findall(text):
            yield from ((f"{module}.{owner}", name) for name in _FIELD.findall(fields))
