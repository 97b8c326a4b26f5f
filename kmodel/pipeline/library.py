"""The library that comes with kmodel: which modules there are, and what each says of itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path

from kmodel.pipeline.expect import expected
from kmodel.pipeline.files import spec_files
from kmodel.pipeline.specs import Specs
from kmodel.reports.catalogue import CheckEntry, ClaimEntry, Entry, verdict_of
from kmodel.reports.pages import page
from kmodel.source import Diagnostic, Rejected, data
from kmodel.typed.module import CheckSymbol, Module, ScopeItem


def library() -> dict[str, Path]:
    """The file of every module that comes with kmodel, by the module's name, which is the file's path."""
    root = data("spec")
    return {".".join(path.relative_to(root).with_suffix("").parts): path for path in spec_files(root)}


def entries(specs: Specs) -> Iterator[Entry]:
    """The modules in the order of their files."""
    for name in specs.given:
        module = specs.program.modules.get(name)
        if module is not None:
            yield _entry(module, specs)


def named(names: Sequence[str]) -> list[Path]:
    """The files of the modules meant by names: a module's (with `-` for `_`, and only its last part if one likes), or a folder's.

    Rejected where nothing has such a name.
    """
    known = library()
    found: dict[Path, None] = {}
    unknown = []
    for name in names:
        meant = [module for module in known if _fits(module, name.replace("-", "_"))]
        found.update({known[module]: None for module in meant})
        unknown += [] if meant else [_unknown(name, list(known))]
    if unknown:
        raise Rejected(unknown)
    return list(found)


def _fits(module: str, name: str) -> bool:
    return f".{module}".endswith(f".{name}") or module.startswith(f"{name}.")


def _unknown(name: str, known: Sequence[str]) -> Diagnostic:
    last = {module.rsplit(".", 1)[-1]: module for module in known}
    close = get_close_matches(name.replace("-", "_"), [*last, *known], 1)
    help_ = f"did you mean `{last.get(close[0], close[0])}`?" if close else "`kmodel lib list` names them all"
    return Diagnostic("unknown-name", f"nothing in the library is called `{name}`", help=help_)


def _entry(module: Module, specs: Specs) -> Entry:
    claims = dict.fromkeys(claim for check in module.checks for claim in check.claims)
    symbols = [specs.program.claims[claim] for claim in claims if claim in specs.program.claims]
    return Entry(
        module.name,
        specs.trees[module.name].doc,
        tuple(
            ClaimEntry(symbol.short, symbol.kind, page(symbol.short, symbol.doc, None).what if symbol.doc else None) for symbol in symbols
        ),
        tuple(_check(check, specs) for check in module.checks),
    )


def _check(check: CheckSymbol, specs: Specs) -> CheckEntry:
    scope = [f"{item.entity.rsplit('.', 1)[-1]} = {_size(item)}" for item in check.scopes]
    scope += [f"{action.rsplit('.', 1)[-1]} ≤ {most}" for action, most in check.limits.items()]
    kinds = {name: symbol.kind for name, symbol in specs.program.claims.items()}
    verdicts = [(claim.rsplit(".", 1)[-1], expected(check, claim, kinds[claim])) for claim in check.claims if claim in kinds]
    return CheckEntry(check.short, check.doc, ", ".join(scope), tuple((claim, verdict_of(said)) for claim, said in verdicts))


def _size(item: ScopeItem) -> str:
    return str(item.size) if item.pool is None else f"{item.size} of {item.pool}"
