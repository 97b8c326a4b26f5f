"""Values with terms in them as bytes, for other processes: terms are interned there again, and variables stay who they are.

Terms are written row by row, each after what it is made of, so that no depth is too much for the pickler.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Sequence
from typing import Any

from kmodel.ground.terms import Sort, Term, Variable, interned

_Row = tuple[str, Sort, tuple[int, ...], int | None, int | None, int | None, int | None]
"""A term: operator, sort, the rows of its arguments, the number of its variable, its value, its bounds."""


def pack(value: object, variables: Sequence[Variable] = ()) -> bytes:
    """`variables` are those that both sides have, in the same order; others are made anew there."""
    written = io.BytesIO()
    writer = _Writer(written, variables)
    writer.dump(value)
    strangers = [_parts(which) for which in list(writer.numbers)[len(variables) :]]
    return pickle.dumps((strangers, writer.rows, written.getvalue()), pickle.HIGHEST_PROTOCOL)


def unpack(data: bytes, variables: Sequence[Variable] = ()) -> Any:
    """What was packed, with these variables in the place of those."""
    strangers, rows, written = pickle.loads(data)
    known = [*variables, *(Variable(*parts) for parts in strangers)]
    terms: list[Term] = []
    for op, sort, arguments, number, value, low, high in rows:
        is_of = value if number is None else known[number]
        terms.append(interned(op, sort, tuple(terms[at] for at in arguments), is_of, low, high))
    return _Reader(io.BytesIO(written), known, terms).load()


def _parts(which: Variable) -> tuple[object, ...]:
    return which.name, which.index, which.sort, which.low, which.high, which.rigid


class _Writer(pickle.Pickler):
    def __init__(self, file: io.BytesIO, variables: Sequence[Variable]) -> None:
        super().__init__(file, protocol=pickle.HIGHEST_PROTOCOL)
        self.numbers = {which: at for at, which in enumerate(variables)}
        self.rows: list[_Row] = []
        self.places: dict[Term, int] = {}

    def persistent_id(self, value: object) -> tuple[str, int] | None:
        match value:
            case Term():
                return "term", self._place(value)
            case Variable():
                return "variable", self._number(value)
            case _:
                return None

    def _number(self, which: Variable) -> int:
        return self.numbers.setdefault(which, len(self.numbers))

    def _place(self, term: Term) -> int:
        waiting = [term]
        while waiting:
            top = waiting[-1]
            missing = [part for part in top.arguments if part not in self.places]
            waiting.extend(missing)
            if not missing:
                waiting.pop()
                if top not in self.places:
                    self.places[top] = len(self.rows)
                    self.rows.append(self._row(top))
        return self.places[term]

    def _row(self, term: Term) -> _Row:
        number, value = (self._number(term.value), None) if isinstance(term.value, Variable) else (None, term.value)
        return term.op, term.sort, tuple(self.places[part] for part in term.arguments), number, value, term.low, term.high


class _Reader(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, variables: Sequence[Variable], terms: Sequence[Term]) -> None:
        super().__init__(file)
        self.variables, self.terms = variables, terms

    def persistent_load(self, where: tuple[str, int]) -> object:
        sort, at = where
        return self.terms[at] if sort == "term" else self.variables[at]
