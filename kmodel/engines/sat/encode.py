"""Terms as bits of a circuit, one row for each operation. The rows are held to `kmodel.semantics` by differential tests.

A bool is one literal. An int is a word as wide as its own interval needs, so that nothing wraps.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TypeAlias

from kmodel.engines.sat.circuit import FALSE, TRUE, Circuit, Literal
from kmodel.engines.sat.words import Word, Words, constant, resized, width
from kmodel.ground.terms import Term, Variable

Bits: TypeAlias = Mapping[Variable, Word]
Row: TypeAlias = Callable[["Encoder", Term], Word]


def bounds(which: Variable) -> tuple[int, int]:
    """The least and the greatest number that a variable of a finite system can be."""
    assert which.low is not None and which.high is not None
    return which.low, which.high


def free_bits(circuit: Circuit, which: Variable) -> Word:
    """New inputs for a variable. Of an int that is never negative the sign is no input."""
    if which.sort == "bool":
        return (circuit.input(),)
    low, high = bounds(which)
    if low == high:
        return constant(low)
    size = width(low, high)
    return tuple(circuit.input() for _ in range(size)) if low < 0 else (*(circuit.input() for _ in range(size - 1)), FALSE)


class Encoder:
    """Terms over the bits of the state (`now`) and of the state after the step (`after`). What was encoded before is remembered."""

    def __init__(self, circuit: Circuit, now: Bits, after: Bits | None = None) -> None:
        self.circuit = circuit
        self.words = Words(circuit)
        self.places: Mapping[str, Bits] = {"variable": now, "primed": after or {}}
        self.known: dict[Term, Word] = {}

    def literal(self, term: Term) -> Literal:
        """A bool term."""
        return self.word(term)[0]

    def word(self, term: Term) -> Word:
        """The term's bits (a bool's is one). Without recursion: terms are deep."""
        open_ = [term]
        while open_:
            top = open_[-1]
            missing = [part for part in _needed(top) if part not in self.known]
            if missing:
                open_.extend(missing)
                continue
            open_.pop()
            if top not in self.known:
                self.known[top] = ROWS[top.op](self, top)
        return self.known[term]

    def within(self, which: Variable) -> Literal:
        """That the variable's bits are one of its values."""
        if which.sort == "bool":
            return TRUE
        low, high = bounds(which)
        word = self.places["variable"][which]
        return self.circuit.and_((self.words.less(constant(low), word, True), self.words.less(word, constant(high), True)))

    def parts(self, term: Term) -> list[Word]:
        return [self.known[argument] for argument in term.arguments]

    def literals(self, term: Term) -> list[Literal]:
        return [self.known[argument][0] for argument in term.arguments]


def _size(term: Term) -> int:
    assert term.low is not None and term.high is not None
    return 1 if term.sort == "bool" else width(term.low, term.high)


def _leaf(encoder: Encoder, term: Term) -> Word:
    assert isinstance(term.value, Variable)
    return encoder.places[term.op][term.value]


def _number(_: Encoder, term: Term) -> Word:
    assert isinstance(term.value, int)
    return constant(term.value)


def _alike(word: Word, term: Term) -> Word:
    return resized(word, _size(term)) if term.sort == "int" else word


def _if(encoder: Encoder, term: Term) -> Word:
    condition, a, b = encoder.parts(term)
    return _alike(encoder.words.if_(condition[0], a, b), term)


def _select(encoder: Encoder, term: Term) -> Word:
    index, *options = encoder.parts(term)
    low, high = term.arguments[0].low or 0, term.arguments[0].high or 0
    choices = [(encoder.words.equal(index, constant(at)), options[at]) for at in range(low, high + 1)]
    return _alike(encoder.words.one_of(choices), term)


def _less(encoder: Encoder, term: Term) -> Word:
    a, b = encoder.parts(term)
    return (encoder.words.less(a, b, or_equal=term.op == "at_most"),)


def _count(encoder: Encoder, term: Term) -> Word:
    return encoder.words.sum([((literal, FALSE), 0) for literal in encoder.literals(term)], _size(term))


def _add(encoder: Encoder, term: Term) -> Word:
    size = _size(term)
    return encoder.words.sum([shifted for part in term.arguments for shifted in _weighted(encoder, part, size)], size)


def _weighted(encoder: Encoder, term: Term, size: int) -> Iterator[tuple[Word, int]]:
    """What a summand adds: of k * t, t shifted for each bit of k; of a negative k, the bits the other way round, and one."""
    factor, part = _factor(term)
    word = resized(encoder.known[part], size)
    flipped = word if factor > 0 else tuple(-bit for bit in word)
    for shift in range(abs(factor).bit_length()):
        if abs(factor) >> shift & 1:
            yield flipped, shift
            if factor < 0:
                yield (TRUE, FALSE), shift


def _factor(term: Term) -> tuple[int, Term]:
    if term.op == "multiply" and isinstance(term.arguments[0].value, int) and term.arguments[0].value:
        return term.arguments[0].value, term.arguments[1]
    return 1, term


def _multiply(encoder: Encoder, term: Term) -> Word:
    if _factor(term)[1] is not term:
        return encoder.words.sum(_weighted(encoder, term, _size(term)), _size(term))
    a, b = encoder.parts(term)
    return encoder.words.product(a, b, _size(term))


def _divide(encoder: Encoder, term: Term) -> Word:
    return resized(encoder.words.quotient(*encoder.parts(term))[0], _size(term))


def _modulo(encoder: Encoder, term: Term) -> Word:
    return resized(encoder.words.quotient(*encoder.parts(term))[1], _size(term))


def _needed(term: Term) -> Sequence[Term]:
    """What must be encoded before the term: of a sum, what its multiples are of."""
    if term.op == "add" or (term.op == "multiply" and _factor(term)[1] is not term):
        return [_factor(part)[1] for part in (term.arguments if term.op == "add" else (term,))]
    return term.arguments


ROWS: Mapping[str, Row] = {
    "true": lambda _, __: (TRUE,),
    "false": lambda _, __: (FALSE,),
    "number": _number,
    "variable": _leaf,
    "primed": _leaf,
    "not": lambda encoder, term: (-encoder.known[term.arguments[0]][0],),
    "and": lambda encoder, term: (encoder.circuit.and_(encoder.literals(term)),),
    "or": lambda encoder, term: (encoder.circuit.or_(encoder.literals(term)),),
    "iff": lambda encoder, term: (encoder.circuit.same(*encoder.literals(term)),),
    "equal": lambda encoder, term: (encoder.words.equal(*encoder.parts(term)),),
    "less": _less,
    "at_most": _less,
    "if": _if,
    "select": _select,
    "count": _count,
    "add": _add,
    "multiply": _multiply,
    "divide": _divide,
    "modulo": _modulo,
}
