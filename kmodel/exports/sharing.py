"""Terms as text in which a part that several others use is written once and named. Without recursion: terms are deep."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import field

from kmodel.ground.terms import Term
from kmodel.records import dataclass

Row = Callable[[list[str]], str]


@dataclass(frozen=True, slots=True)
class Syntax:
    """How a language writes a leaf (a number, a truth, a variable, primed or not), and each other operation from its arguments."""

    leaf: Callable[[Term], str]
    rows: Mapping[str, Row]


@dataclass(slots=True)
class Names:
    """Names of a file, each given once. `legal` makes a name out of any text; `taken` are the language's own."""

    legal: Callable[[str], str]
    taken: set[str] = field(default_factory=set)

    def fresh(self, text: str) -> str:
        stem = self.legal(text)
        name, number = stem, 2
        while name in self.taken:
            name, number = self.legal(f"{text}_{number}"), number + 1
        self.taken.add(name)
        return name


@dataclass(frozen=True, slots=True)
class Shared:
    """`definitions` name parts, each over earlier ones only; `texts` are the terms over those names."""

    definitions: tuple[tuple[str, str], ...]
    texts: tuple[str, ...]


def written(terms: Iterable[Term], syntax: Syntax, names: Names) -> Shared:
    wanted = tuple(terms)
    order = _bottom_up(wanted)
    uses = Counter(argument for term in order for argument in term.arguments)
    known: dict[Term, str] = {}
    definitions: list[tuple[str, str]] = []
    for term in order:
        text = syntax.rows[term.op]([known[argument] for argument in term.arguments]) if term.arguments else syntax.leaf(term)
        if term.arguments and uses[term] > 1:
            name = names.fresh(f"part{len(definitions) + 1}")
            definitions.append((name, text))
            text = name
        known[term] = text
    return Shared(tuple(definitions), tuple(known[term] for term in wanted))


def _bottom_up(terms: Iterable[Term]) -> list[Term]:
    """Every term below these once, after its arguments."""
    found: dict[Term, None] = {}
    waiting = list(reversed(list(terms)))
    while waiting:
        top = waiting[-1]
        missing = [argument for argument in top.arguments if argument not in found]
        if missing and top not in found:
            waiting.extend(reversed(missing))
        else:
            found[waiting.pop()] = None
    return list(found)
