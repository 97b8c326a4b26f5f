"""Atoms and clauses as text of the language."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kmodel.generalise.vocabulary import Atom, Vocabulary, Words
from kmodel.ground.open.clauses import Literal

_BINDER = re.compile(r"«(\w)\w*»")
_WORD = re.compile(r"\w+")


def plain(atom: Atom, taken: set[str]) -> str:
    """The atom's text, with names for what it binds that are not taken; then they are."""
    names: dict[str, str] = {}
    taken |= set(_WORD.findall(_BINDER.sub("", atom.text)))
    for found in _BINDER.finditer(atom.text):
        if found.group() not in names:
            names[found.group()] = _free(found.group(1), taken)
            taken.add(names[found.group()])
    return _BINDER.sub(lambda found: names[found.group()], atom.text)


def _free(letter: str, taken: set[str]) -> str:
    number, name = 0, letter
    while name in taken:
        number += 1
        name = f"{letter}{number}"
    return name


def definition(name: str, words: Words, atom: Atom, vocabulary: Vocabulary) -> str:
    """The atom as a definition over the family's variables."""
    parameters = ", ".join(f"{variable}: {vocabulary.word(entity)}" for variable, entity in words.variables)
    return f"def {name}({parameters}): bool = {plain(atom, {variable for variable, _ in words.variables})}"


def clause(words: Words, literals: Sequence[Literal], vocabulary: Vocabulary) -> str:
    """The clause as an invariant's text: what is not to hold on the left of `implies`."""
    taken = {variable for variable, _ in words.variables}
    left = [plain(words.atoms[at], taken) for at, holds in literals if not holds]
    right = [plain(words.atoms[at], taken) for at, holds in literals if holds]
    return f"{_every(words, vocabulary)}{_implication(left, right)}"


def _every(words: Words, vocabulary: Vocabulary) -> str:
    """The quantifier, with its colon; nothing where there are no variables."""
    names: dict[str, list[str]] = {}
    for variable, entity in words.variables:
        names.setdefault(vocabulary.word(entity), []).append(variable)
    bound = ", ".join(f"{', '.join(variables)} in {entity}" for entity, variables in names.items())
    apart = f" where {words.variables[0][0]} != {words.variables[1][0]}" if words.alike else ""
    return f"forall {bound}{apart}: " if names else ""


def _implication(left: Sequence[str], right: Sequence[str]) -> str:
    if not right:
        return f"not ({' and '.join(left)})"
    several = len(right) > 1
    conclusion = " or ".join(f"({each})" if several and " and " in each else each for each in right)
    return f"{' and '.join(left)} implies {conclusion}" if left else conclusion
