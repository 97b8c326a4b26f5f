"""Terms as Python expressions. `RULES` has a row for each operator of `OPERATIONS`.

An expression has a strength (how tightly it binds), so that only the necessary parentheses are written. A bool is written in one of two
moods: as a value it is 0, 1, False or True; as a test it may be any int, of which only the truth counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TypeAlias

from kmodel.engines.explicit.layout import WORD, Field, Layout
from kmodel.ground.terms import Term, Variable
from kmodel.records import dataclass

Text: TypeAlias = tuple[str, int]
CHOICE, OR, AND, NOT, COMPARE, MASK, SHIFT, SUM, PRODUCT, ATOM = range(10)


def quotient(a: int, b: int) -> int:
    return a // b if b else 0


def remainder(a: int, b: int) -> int:
    return a % b if b else 0


RUNTIME: dict[str, object] = {"quotient": quotient, "remainder": remainder}
"""What generated code may call."""


@dataclass(frozen=True, slots=True)
class Writer:
    """Writes terms in a place where the terms of `names` have been computed already.

    The state is packed in `s`; where it has several words they are in `w0`, `w1`, ….  `after` says where `primed` variables are."""

    layout: Layout
    names: Mapping[Term, str]
    after: Mapping[Variable, str]

    def value(self, term: Term, strength: int = CHOICE) -> str:
        """The term's value, in parentheses where it binds less tightly than `strength`."""
        return parenthesised(self._text(term, test=False), strength)

    def test(self, term: Term, strength: int = CHOICE) -> str:
        """An expression that is true in Python where the term is."""
        return parenthesised(self._text(term, test=True), strength)

    def _text(self, term: Term, test: bool) -> Text:
        name = self.names.get(term)
        if name is not None:
            return name, ATOM
        return RULES[term.op](self, term, test)

    def field(self, which: Variable) -> Field:
        return self.layout.fields[which.index]

    def word(self, field: Field) -> tuple[str, int]:
        """The name of what the field is in, and the field's offset there."""
        if self.layout.words == 1 or field.width > WORD:
            return "s", field.offset
        return f"w{field.offset // WORD}", field.offset % WORD


def parenthesised(text: Text, strength: int) -> str:
    return text[0] if text[1] >= strength else f"({text[0]})"


def _literal(writer: Writer, term: Term, test: bool) -> Text:
    return term.op.capitalize(), ATOM


def _number(writer: Writer, term: Term, test: bool) -> Text:
    return str(term.low), ATOM if (term.low or 0) >= 0 else SUM


def _variable(writer: Writer, term: Term, test: bool) -> Text:
    assert isinstance(term.value, Variable)
    field = writer.field(term.value)
    word, offset = writer.word(field)
    ones = (1 << field.width) - 1
    if not field.width:
        return str(field.low), ATOM if field.low >= 0 else SUM
    if test:
        return f"{word} & {ones << offset}", MASK
    raw = f"{word} >> {offset} & {ones}" if offset else f"{word} & {ones}"
    return (f"({raw}) {signed(field.low)}", SUM) if field.low else (raw, MASK)


def signed(constant: int) -> str:
    return f"+ {constant}" if constant >= 0 else f"- {-constant}"


def _primed(writer: Writer, term: Term, test: bool) -> Text:
    assert isinstance(term.value, Variable)
    return writer.after[term.value], ATOM


def _not(writer: Writer, term: Term, test: bool) -> Text:
    inner = term.arguments[0]
    opposite = {"equal": "!=", "iff": "!=", "less": ">=", "at_most": ">"}.get(inner.op)
    if opposite and inner not in writer.names:
        return _comparison(writer, inner, opposite)
    return f"not {writer.test(inner, NOT)}", NOT


def _junction(word: str, strength: int) -> Rule:
    def rule(writer: Writer, term: Term, test: bool) -> Text:
        write = writer.test if test else writer.value
        return f" {word} ".join(write(part, strength + 1) for part in term.arguments), strength

    return rule


def _comparison(writer: Writer, term: Term, sign: str) -> Text:
    a, b = term.arguments
    if a.op == "number":
        a, b = b, a
        sign = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}.get(sign, sign)
    if sign in ("==", "!=") and a.op == "variable" and b.op == "number" and a not in writer.names:
        return _field_is(writer, a, b, sign)
    return f"{writer.value(a, COMPARE + 1)} {sign} {writer.value(b, COMPARE + 1)}", COMPARE


def _field_is(writer: Writer, which: Term, number: Term, sign: str) -> Text:
    """A field is compared where it lies, without shifting it down."""
    assert isinstance(which.value, Variable)
    assert number.low is not None
    field = writer.field(which.value)
    word, offset = writer.word(field)
    return f"{word} & {((1 << field.width) - 1) << offset} {sign} {number.low - field.low << offset}", COMPARE


def _compare(sign: str) -> Rule:
    return lambda writer, term, test: _comparison(writer, term, sign)


def _if(writer: Writer, term: Term, test: bool) -> Text:
    condition, a, b = term.arguments
    return f"{writer.value(a, OR)} if {writer.test(condition, OR)} else {writer.value(b, OR)}", CHOICE


def _select(writer: Writer, term: Term, test: bool) -> Text:
    index, *options = term.arguments
    return f"({', '.join(writer.value(option) for option in options)},)[{writer.value(index)}]", ATOM


_MOST_SUMMANDS = 40
"""In one expression: Python's compiler recurs for each."""


def total(parts: list[str]) -> Text:
    """The sum of some values, each of which binds more tightly than a sum."""
    if len(parts) > _MOST_SUMMANDS:
        return f"sum(({', '.join(parts)}))", ATOM
    return " + ".join(parts) or "0", SUM


def _sum(writer: Writer, term: Term, test: bool) -> Text:
    """Numbers and negated terms are subtracted. A bool's value counts as it is: Python adds True as 1."""
    if len(term.arguments) > _MOST_SUMMANDS:
        return total([writer.value(part) for part in term.arguments])
    parts = [writer.value(term.arguments[0], SUM)]
    for part in term.arguments[1:]:
        if part.op == "number":
            parts.append(signed(part.low or 0))
        elif part.op == "multiply" and part.arguments[0].low == part.arguments[0].high == -1 and part not in writer.names:
            parts.append(f"- {writer.value(part.arguments[1], SUM + 1)}")
        else:
            parts.append(f"+ {writer.value(part, SUM + 1)}")
    return " ".join(parts), SUM


def _product(writer: Writer, term: Term, test: bool) -> Text:
    a, b = term.arguments
    if a.low == a.high == -1:
        return f"-{writer.value(b, ATOM)}", SUM
    return f"{writer.value(a, PRODUCT)} * {writer.value(b, PRODUCT + 1)}", PRODUCT


def _division(sign: str, function: str) -> Rule:
    def rule(writer: Writer, term: Term, test: bool) -> Text:
        a, b = term.arguments
        if (b.low is not None and b.low > 0) or (b.high is not None and b.high < 0):
            return f"{writer.value(a, PRODUCT)} {sign} {writer.value(b, PRODUCT + 1)}", PRODUCT
        return f"{function}({writer.value(a)}, {writer.value(b)})", ATOM

    return rule


Rule: TypeAlias = Callable[[Writer, Term, bool], Text]

RULES: dict[str, Rule] = {
    "true": _literal,
    "false": _literal,
    "number": _number,
    "variable": _variable,
    "primed": _primed,
    "not": _not,
    "and": _junction("and", AND),
    "or": _junction("or", OR),
    "iff": _compare("=="),
    "equal": _compare("=="),
    "less": _compare("<"),
    "at_most": _compare("<="),
    "if": _if,
    "select": _select,
    "count": _sum,
    "add": _sum,
    "multiply": _product,
    "divide": _division("//", "quotient"),
    "modulo": _division("%", "remainder"),
}
