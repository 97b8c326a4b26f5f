"""Terms as straight lines of LLVM IR. `RULES` has a row for each operator of `OPERATIONS`.

A bool is an i1 and an int an i64. Everything is computed whether needed or not, without branches; so every instruction is total: no
shift by a variable amount, no division by what may be zero, none of the flags that make a result poison. What has been computed has
a name and is not computed again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import field
from typing import TypeAlias

from kmodel.engines.explicit.native.literals import Literal, all_of, counted, literal, opposite
from kmodel.engines.explicit.native.packing import WORD, Field, Packing, constant
from kmodel.engines.explicit.native.strides import Strides
from kmodel.ground.terms import Term, Variable
from kmodel.records import dataclass

LIMIT = 1 << 62
"""Numbers must stay below: 64-bit arithmetic does not go round on the way then."""

_TABLE = 64
"""Bits of a table of numbers that is written as one constant."""


@dataclass(slots=True)
class Counter:
    """Numbers the names of one function."""

    last: int = 0

    def next(self) -> str:
        self.last += 1
        return f"%v{self.last}"


@dataclass(slots=True)
class Emitter:
    """Writes instructions for a state whose words have the names `words`.

    `inner` is an emitter for a block that this one's block leads to: it knows the names of both, this one does not learn its."""

    packing: Packing
    words: tuple[str, ...]
    lines: list[str]
    counter: Counter = field(default_factory=Counter)
    texts: dict[str, str] = field(default_factory=dict)
    names: dict[Term, str] = field(default_factory=dict)

    def inner(self) -> Emitter:
        return Emitter(self.packing, self.words, self.lines, self.counter, dict(self.texts), dict(self.names))

    def op(self, text: str) -> str:
        """The name of an instruction's result; the same instruction is written once."""
        known = self.texts.get(text)
        if known is None:
            known = self.texts[text] = self.fresh(text)
        return known

    def fresh(self, text: str) -> str:
        """The name of an instruction's result, of one that must not be shared."""
        name = self.counter.next()
        self.lines.append(f"  {name} = {text}")
        return name

    def raw(self, text: str) -> None:
        self.lines.append(f"  {text}")

    def term(self, term: Term) -> str:
        """The name of a term's value."""
        known = self.names.get(term)
        if known is not None:
            return known
        open_ = [term]
        while open_:
            part = open_[-1]
            missing = [each for each in inputs(part) if each not in self.names]
            if missing:
                open_ += missing
                continue
            open_.pop()
            if part not in self.names:
                self.names[part] = RULES[part.op](self, part)
        return self.names[term]

    def all_of(self, terms: Iterable[Term]) -> str:
        """The name of a conjunction."""
        literals, others = _parted(terms)
        return self.junction("and", "true", [*all_of(self, literals), *(self.term(term) for term in others)])

    def junction(self, word: str, neutral: str, names: Iterable[str]) -> str:
        result = neutral
        for name in names:
            if name != neutral:
                result = name if result == neutral else self.op(f"{word} i1 {result}, {name}")
        return result

    def field(self, which: Variable) -> Field:
        return self.packing.fields[which.index]

    def raw_value(self, which: Field) -> str:
        """The field's bits as a number from 0 on."""
        word = self.words[which.word]
        shifted = self.op(f"lshr i64 {word}, {which.offset}") if which.offset else word
        return self.op(f"and i64 {shifted}, {constant((1 << which.width) - 1)}")


def inputs(term: Term) -> tuple[Term, ...]:
    """The arguments that must have names before the term gets one. Fields that are compared with numbers are compared in their places."""
    if literal(term) is not None:
        return ()
    return tuple(_parted(term.arguments)[1]) if term.op in _TOGETHER else term.arguments


_TOGETHER = frozenset({"and", "or", "count"})
"""Operators whose literals are tested together."""


def _parted(terms: Iterable[Term]) -> tuple[list[Literal], list[Term]]:
    """Those that are literals, and the others."""
    literals: list[Literal] = []
    others: list[Term] = []
    for term in terms:
        found = literal(term)
        if found is None:
            others.append(term)
        else:
            literals.append(found)
    return literals, others


# ---- rules


def _number(emitter: Emitter, term: Term) -> str:
    return constant(term.low or 0)


def _variable(emitter: Emitter, term: Term) -> str:
    assert isinstance(term.value, Variable)
    which = emitter.field(term.value)
    if term.sort == "bool":
        held = emitter.op(f"and i64 {emitter.words[which.word]}, {constant(which.mask)}")
        return emitter.op(f"icmp ne i64 {held}, 0")
    value = emitter.raw_value(which)
    return emitter.op(f"add i64 {value}, {constant(which.low)}") if which.low else value


def _primed(emitter: Emitter, term: Term) -> str:
    raise AssertionError("primed variables have names before they are asked for")


def _not(emitter: Emitter, term: Term) -> str:
    found = literal(term)
    return _held(emitter, found) if found is not None else _opposite(emitter, emitter.names[term.arguments[0]])


def _opposite(emitter: Emitter, name: str) -> str:
    return {"true": "false", "false": "true"}.get(name) or emitter.op(f"xor i1 {name}, true")


def _held(emitter: Emitter, found: Literal) -> str:
    """The name of a literal."""
    return emitter.junction("and", "true", all_of(emitter, [found]))


def _and(emitter: Emitter, term: Term) -> str:
    literals, others = _parted(term.arguments)
    return emitter.junction("and", "true", [*all_of(emitter, literals), *(emitter.names[part] for part in others)])


def _or(emitter: Emitter, term: Term) -> str:
    """Some literal holds where not all of their opposites do."""
    literals, others = _parted(term.arguments)
    names = [emitter.names[part] for part in others]
    if len(literals) > 1:
        none = emitter.junction("and", "true", all_of(emitter, map(opposite, literals)))
        return emitter.junction("or", "false", [_opposite(emitter, none), *names])
    return emitter.junction("or", "false", [*(_held(emitter, each) for each in literals), *names])


def _equal(emitter: Emitter, term: Term) -> str:
    found = literal(term)
    return _held(emitter, found) if found is not None else _compare("eq", "i64")(emitter, term)


def _compare(sign: str, sort: str) -> Rule:
    def rule(emitter: Emitter, term: Term) -> str:
        a, b = (emitter.names[part] for part in term.arguments)
        return emitter.op(f"icmp {sign} {sort} {a}, {b}")

    return rule


def _sort(term: Term) -> str:
    return "i1" if term.sort == "bool" else "i64"


def _if(emitter: Emitter, term: Term) -> str:
    condition, a, b = (emitter.names[part] for part in term.arguments)
    sort = _sort(term)
    return emitter.op(f"select i1 {condition}, {sort} {a}, {sort} {b}")


def _select(emitter: Emitter, term: Term) -> str:
    index, *options = term.arguments
    table = _table(emitter, index, options)
    if table is not None:
        return table
    assert index.low is not None and index.high is not None
    numbers = range(index.low, index.high + 1)
    fields = [emitter.field(option.value) if isinstance(option.value, Variable) and option.op == "variable" else None for option in options]
    strides = Strides.among(fields, numbers)
    if strides is None:
        return _chosen(emitter, term, numbers, None)
    rest = (number for number in numbers if number not in strides.numbers)
    return _chosen(emitter, term, rest, _shifted(emitter, term, strides))


def _chosen(emitter: Emitter, term: Term, numbers: Iterable[int], otherwise: str | None) -> str:
    """The option of the first argument's value, if that is among the numbers."""
    index, *options = term.arguments
    sort, at, result = _sort(term), emitter.names[index], otherwise
    for number in numbers:
        option = emitter.names[options[number]]
        if result is not None and option != result:
            here = emitter.op(f"icmp eq i64 {at}, {number}")
            option = emitter.op(f"select i1 {here}, {sort} {option}, {sort} {result}")
        result = option
    assert result is not None, "an index has a value"
    return result


def _shifted(emitter: Emitter, term: Term, strides: Strides) -> str:
    """The field that the index numbers is shifted to the word's end; anything where it numbers none of these."""
    first, at = strides.first, emitter.names[term.arguments[0]]
    moved = emitter.op(f"mul i64 {at}, {strides.step}") if strides.step != 1 else at
    base = first.offset - strides.step * strides.numbers.start
    by = emitter.op(f"and i64 {emitter.op(f'add i64 {moved}, {base}') if base else moved}, {WORD - 1}")
    shifted = emitter.op(f"lshr i64 {emitter.words[first.word]}, {by}")
    value = emitter.op(f"and i64 {shifted}, {constant((1 << first.width) - 1)}")
    if term.sort == "bool":
        return emitter.op(f"icmp ne i64 {value}, 0")
    return emitter.op(f"add i64 {value}, {constant(first.low)}") if first.low else value


def _table(emitter: Emitter, index: Term, options: list[Term]) -> str | None:
    """Numbers that fit into one word together are shifted out of it; the index is within the options by its interval."""
    if options[0].sort == "bool" or not all(option.op == "number" for option in options):
        return None
    numbers = [option.low or 0 for option in options]
    least = min(numbers)
    width = max(1, (max(numbers) - least).bit_length())
    if width * len(numbers) > _TABLE:
        return None
    word = sum(number - least << at * width for at, number in enumerate(numbers))
    at = emitter.names[index]
    scaled = emitter.op(f"mul i64 {at}, {width}") if width > 1 else at
    shifted = emitter.op(f"lshr i64 {constant(word)}, {emitter.op(f'and i64 {scaled}, {_TABLE - 1}')}")
    value = emitter.op(f"and i64 {shifted}, {constant((1 << width) - 1)}")
    return emitter.op(f"add i64 {value}, {constant(least)}") if least else value


def _count(emitter: Emitter, term: Term) -> str:
    literals, others = _parted(term.arguments)
    sums, rest = counted(emitter, literals)
    names = [*(_held(emitter, each) for each in rest), *(emitter.names[part] for part in others)]
    return _total(emitter, [*sums, *(emitter.op(f"zext i1 {name} to i64") for name in names)])


def _add(emitter: Emitter, term: Term) -> str:
    return _total(emitter, [emitter.names[part] for part in term.arguments])


def _total(emitter: Emitter, names: list[str]) -> str:
    """As a balanced tree, whose parts do not wait for each other."""
    while len(names) > 1:
        pairs = [emitter.op(f"add i64 {a}, {b}") for a, b in zip(names[::2], names[1::2], strict=False)]
        names = pairs + names[len(pairs) * 2 :]
    return names[0]


def _multiply(emitter: Emitter, term: Term) -> str:
    a, b = (emitter.names[part] for part in term.arguments)
    return emitter.op(f"mul i64 {a}, {b}")


def _divide(emitter: Emitter, term: Term) -> str:
    return _division(emitter, term)[0]


def _modulo(emitter: Emitter, term: Term) -> str:
    return _division(emitter, term)[1]


def _division(emitter: Emitter, term: Term) -> tuple[str, str]:
    """Quotient, rounded down, and remainder; both 0 where the divisor is."""
    a, b = (emitter.names[part] for part in term.arguments)
    zero = emitter.op(f"icmp eq i64 {b}, 0")
    divisor = emitter.op(f"select i1 {zero}, i64 1, i64 {b}")
    quotient = emitter.op(f"sdiv i64 {a}, {divisor}")
    remainder = emitter.op(f"srem i64 {a}, {divisor}")
    signs = emitter.op(f"xor i64 {remainder}, {divisor}")
    uneven, opposite = emitter.op(f"icmp ne i64 {remainder}, 0"), emitter.op(f"icmp slt i64 {signs}, 0")
    down = emitter.op(f"and i1 {uneven}, {opposite}")
    lower = emitter.op(f"add i64 {quotient}, {emitter.op(f'sext i1 {down} to i64')}")
    more = emitter.op(f"add i64 {remainder}, {emitter.op(f'select i1 {down}, i64 {divisor}, i64 0')}")
    return emitter.op(f"select i1 {zero}, i64 0, i64 {lower}"), emitter.op(f"select i1 {zero}, i64 0, i64 {more}")


Rule: TypeAlias = Callable[[Emitter, Term], str]

RULES: dict[str, Rule] = {
    "true": lambda emitter, term: "true",
    "false": lambda emitter, term: "false",
    "number": _number,
    "variable": _variable,
    "primed": _primed,
    "not": _not,
    "and": _and,
    "or": _or,
    "iff": _compare("eq", "i1"),
    "equal": _equal,
    "less": _compare("slt", "i64"),
    "at_most": _compare("sle", "i64"),
    "if": _if,
    "select": _select,
    "count": _count,
    "add": _add,
    "multiply": _multiply,
    "divide": _divide,
    "modulo": _modulo,
}


def reading(packing: Packing) -> Emitter:
    """An emitter for a function of a state, whose words lie at `%s`."""
    emitter = Emitter(packing, (), [])
    names = []
    for word in range(packing.words):
        place = emitter.op(f"getelementptr i64, ptr %s, i64 {word}")
        names.append(emitter.fresh(f"load i64, ptr {place}, align 8"))
    emitter.words = tuple(names)
    return emitter
