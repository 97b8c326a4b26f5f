"""Terms as z3 terms. A trusted file: what finds a verdict and what re-checks its certificate share it, and nothing else.

There is one row for each operation and each of two sorts of numbers. `INTEGERS` has no bounds. `BITS` are two's complement
bit-vectors, each term's as wide as its own interval needs. That nothing wraps holds by construction: an operation widens its
arguments until the intervals of the arguments, of the result and of whatever lies between fit (`_sum`, `_divide`), or it is exact
modulo 2^width while its result fits (`_multiply`). A variable's bits hold its distance from its lower bound. Comparisons of weighted
counts go to the solver as they are (`sums`).
The rows are held to `kmodel.semantics` by differential tests on random terms.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias

import z3

from kmodel.engines.smt.sums import AtMost, as_count
from kmodel.ground.terms import Term, Variable
from kmodel.records import dataclass

Z3: TypeAlias = Any  # z3 has no types
Row: TypeAlias = Callable[[Term, Sequence[Z3]], Z3]
Constants: TypeAlias = Mapping[Variable, Z3]


@dataclass(frozen=True, slots=True)
class Numbers:
    """A way to encode ints. `declare` makes the z3 constant that holds an int variable, `within` says that this is in its bounds,
    `value` is the variable's number as terms use it, and `read` that number from what a model gives for the constant. `level` makes
    numbers comparable that were encoded by different terms (bools are as they are). `as_count` finds comparisons that are given to the
    solver as weighted counts."""

    name: str
    declare: Callable[[Variable, str], Z3]
    within: Callable[[Variable, Z3], Z3]
    value: Callable[[Variable, Z3], Z3]
    read: Callable[[Variable, Z3], int]
    level: Callable[..., Sequence[Z3]]
    as_count: Callable[[Term], AtMost | None]
    rows: Mapping[str, Row]


# ---- bools, the same for both


def _cases(index: Z3, options: Sequence[Z3], low: int, high: int) -> Z3:
    """The option at the index, which is within `low..high`."""
    chosen = options[high]
    for at in range(high - 1, low - 1, -1):
        chosen = z3.If(index == at, options[at], chosen)
    return chosen


_BOOL_ROWS: dict[str, Row] = {
    "true": lambda _, __: z3.BoolVal(True),
    "false": lambda _, __: z3.BoolVal(False),
    "not": lambda _, parts: z3.Not(parts[0]),
    "and": lambda _, parts: z3.And(list(parts)),
    "or": lambda _, parts: z3.Or(list(parts)),
    "iff": lambda _, parts: parts[0] == parts[1],
}


# ---- bit-vectors


def width(low: int, high: int) -> int:
    """The fewest bits whose two's complement numbers include `low..high`."""
    return max((~low if low < 0 else low).bit_length(), (~high if high < 0 else high).bit_length()) + 1


def _own_width(term: Term) -> int:
    assert term.low is not None
    assert term.high is not None
    return width(term.low, term.high)


def _widen(bits: Z3, to: int) -> Z3:
    return z3.SignExt(to - bits.size(), bits) if to > bits.size() else bits


def _resize(bits: Z3, to: int) -> Z3:
    """The same number in `to` bits, where it fits."""
    return z3.Extract(to - 1, 0, bits) if to < bits.size() else _widen(bits, to)


def _level(*numbers: Z3) -> list[Z3]:
    widest = max(bits.size() for bits in numbers)
    return [_widen(bits, widest) for bits in numbers]


def _sum(parts: Sequence[tuple[Z3, int, int]]) -> tuple[Z3, int, int]:
    """The sum of numbers, each with its interval, as a balanced tree: every inner sum is as wide as the sum of its intervals needs."""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    (a, a_low, a_high), (b, b_low, b_high) = _sum(parts[:middle]), _sum(parts[middle:])
    low, high = a_low + b_low, a_high + b_high
    enough = max(width(low, high), a.size(), b.size())
    return _widen(a, enough) + _widen(b, enough), low, high


def _add(term: Term, parts: Sequence[Z3]) -> Z3:
    summands = [(bits, part.low or 0, part.high or 0) for bits, part in zip(parts, term.arguments, strict=True)]
    return _resize(_sum(summands)[0], _own_width(term))


def _count(term: Term, parts: Sequence[Z3]) -> Z3:
    one, none = z3.BitVecVal(1, 2), z3.BitVecVal(0, 2)
    return _resize(_sum([(z3.If(part, one, none), 0, 1) for part in parts])[0], _own_width(term))


def _multiply(term: Term, parts: Sequence[Z3]) -> Z3:
    a, b = _level(*(_resize(part, max(part.size(), _own_width(term))) for part in parts))
    return _resize(a * b, _own_width(term))


def _divide(term: Term, parts: Sequence[Z3]) -> Z3:
    """One bit more than the arguments, since the least number by -1 needs it; z3's quotient is cut towards 0, its remainder of a's sign."""
    wide = max(*(part.size() for part in parts), _own_width(term)) + 1
    a, b = (_widen(part, wide) for part in parts)
    remainder = z3.SRem(a, b)
    down = z3.And(remainder != 0, (remainder < 0) != (b < 0))
    quotient = z3.If(down, a / b - 1, a / b)
    return _resize(z3.If(b == 0, z3.BitVecVal(0, wide), quotient), _own_width(term))


def _modulo(term: Term, parts: Sequence[Z3]) -> Z3:
    """z3's `%` on bit-vectors has the sign of b, as Python's."""
    a, b = _level(*parts)
    return _resize(z3.If(b == 0, z3.BitVecVal(0, b.size()), a % b), _own_width(term))


def _bits_if(term: Term, parts: Sequence[Z3]) -> Z3:
    condition, *options = parts
    return z3.If(condition, *_alike(term, options))


def _bits_select(term: Term, parts: Sequence[Z3]) -> Z3:
    index, low, high = parts[0], term.arguments[0].low or 0, term.arguments[0].high or 0
    return _cases(index, _alike(term, parts[1:]), low, high)


def _alike(term: Term, options: Sequence[Z3]) -> list[Z3]:
    return [_resize(option, _own_width(term)) for option in options] if term.sort == "int" else list(options)


def _span(which: Variable) -> tuple[int, int]:
    assert which.low is not None
    assert which.high is not None
    return which.low, which.high


def _declare_bits(which: Variable, name: str) -> Z3:
    low, high = _span(which)
    return z3.BitVec(name, (high - low).bit_length())


def _bits_within(which: Variable, constant: Z3) -> Z3:
    low, high = _span(which)
    return z3.BoolVal(True) if high - low == (1 << constant.size()) - 1 else z3.ULE(constant, high - low)


def _bits_value(which: Variable, constant: Z3) -> Z3:
    low, high = _span(which)
    value = z3.ZeroExt(width(low, high) - constant.size(), constant)
    return value + low if low else value


def _read_bits(which: Variable, found: Z3) -> int:
    return int(found.as_long()) + _span(which)[0]


BITS = Numbers(
    "bit-vectors",
    _declare_bits,
    _bits_within,
    _bits_value,
    _read_bits,
    lambda *parts: parts if z3.is_bool(parts[0]) else _level(*parts),
    as_count,
    {
        **_BOOL_ROWS,
        "number": lambda term, _: z3.BitVecVal(term.low, _own_width(term)),
        "equal": lambda _, parts: operator.eq(*_level(*parts)),
        "less": lambda _, parts: operator.lt(*_level(*parts)),
        "at_most": lambda _, parts: operator.le(*_level(*parts)),
        "if": _bits_if,
        "select": _bits_select,
        "count": _count,
        "add": _add,
        "multiply": _multiply,
        "divide": _divide,
        "modulo": _modulo,
    },
)


# ---- integers


def _integer_divide(_: Term, parts: Sequence[Z3]) -> Z3:
    """z3's division leaves a remainder that is never negative: rounded down for a positive divisor only."""
    a, b = parts
    return z3.If(b == 0, z3.IntVal(0), z3.If(b > 0, a / b, (-a) / (-b)))


def _integer_modulo(_: Term, parts: Sequence[Z3]) -> Z3:
    a, b = parts
    return z3.If(b == 0, z3.IntVal(0), z3.If(b > 0, a % b, -((-a) % (-b))))


def _integer_select(term: Term, parts: Sequence[Z3]) -> Z3:
    return _cases(parts[0], parts[1:], term.arguments[0].low or 0, term.arguments[0].high or 0)


def _integer_within(which: Variable, constant: Z3) -> Z3:
    low = z3.BoolVal(True) if which.low is None else constant >= which.low
    high = z3.BoolVal(True) if which.high is None else constant <= which.high
    return z3.And(low, high)


INTEGERS = Numbers(
    "integers",
    lambda _, name: z3.Int(name),
    _integer_within,
    lambda _, constant: constant,
    lambda _, found: int(found.as_long()),
    lambda *parts: parts,
    lambda _: None,
    {
        **_BOOL_ROWS,
        "number": lambda term, _: z3.IntVal(term.low),
        "equal": lambda _, parts: parts[0] == parts[1],
        "less": lambda _, parts: parts[0] < parts[1],
        "at_most": lambda _, parts: parts[0] <= parts[1],
        "if": lambda _, parts: z3.If(*parts),
        "select": _integer_select,
        "count": lambda _, parts: z3.Sum([z3.If(part, z3.IntVal(1), z3.IntVal(0)) for part in parts]),
        "add": lambda _, parts: z3.Sum(list(parts)),
        "multiply": lambda _, parts: parts[0] * parts[1],
        "divide": _integer_divide,
        "modulo": _integer_modulo,
    },
)


# ---- whole terms


def numbers_for(variables: Iterable[Variable], terms: Iterable[Term]) -> Numbers:
    """Bit-vectors where every int is bounded, else integers."""
    bounded = all(which.low is not None and which.high is not None for which in variables)
    return BITS if bounded and all(_bounded(term) for term in _below(terms)) else INTEGERS


def _bounded(term: Term) -> bool:
    return term.sort == "bool" or (term.low is not None and term.high is not None)


def _below(terms: Iterable[Term]) -> set[Term]:
    seen = set(terms)
    open_ = list(seen)
    while open_:
        new = [argument for argument in open_.pop().arguments if argument not in seen]
        seen.update(new)
        open_.extend(new)
    return seen


def declare(numbers: Numbers, which: Variable, name: str) -> Z3:
    """A fresh z3 constant for a variable that has more than one value."""
    return z3.Bool(name) if which.sort == "bool" else numbers.declare(which, name)


def within(numbers: Numbers, which: Variable, constant: Z3) -> Z3:
    """That the constant holds one of the variable's values."""
    return z3.BoolVal(True) if which.sort == "bool" else numbers.within(which, constant)


def read(numbers: Numbers, which: Variable, found: Z3) -> int:
    """The variable's number (a bool's is 0 or 1) from what a model gives for its constant."""
    return int(z3.is_true(found)) if which.sort == "bool" else numbers.read(which, found)


def encode(term: Term, numbers: Numbers, now: Constants, after: Constants, known: dict[Term, Z3]) -> Z3:
    """The term over the constants of the state (`now`) and of the state after the step (`after`).

    `known` holds what was encoded with the same constants before, and gets what is encoded now. Without recursion: terms are deep.
    """
    places = {"variable": now, "primed": after}
    open_ = [term]
    while open_:
        top = open_[-1]
        missing = [part for part in _parts(top, numbers) if part not in known]
        if missing:
            open_.extend(missing)
            continue
        open_.pop()
        if top not in known:
            constants = places.get(top.op)
            known[top] = _leaf(top, numbers, constants) if constants is not None else _node(top, numbers, known)
    return known[term]


def _leaf(term: Term, numbers: Numbers, constants: Constants) -> Z3:
    assert isinstance(term.value, Variable)
    constant = constants[term.value]
    return constant if term.sort == "bool" else numbers.value(term.value, constant)


def _parts(term: Term, numbers: Numbers) -> Iterable[Term]:
    """What must be encoded before the term."""
    counted = numbers.as_count(term)
    return term.arguments if counted is None else (condition for condition, _, _ in counted.weights)


def _node(term: Term, numbers: Numbers, known: Mapping[Term, Z3]) -> Z3:
    counted = numbers.as_count(term)
    if counted is None:
        return numbers.rows[term.op](term, [known[argument] for argument in term.arguments])
    if counted.bound < 0:
        return z3.BoolVal(False)
    weighted = ((known[condition], true, weight) for condition, true, weight in counted.weights)
    return z3.PbLe([(condition if true else z3.Not(condition), weight) for condition, true, weight in weighted], counted.bound)
