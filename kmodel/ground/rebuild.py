"""Terms taken apart and built again: what a term reads, and the same term with something else in the place of its leaves."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from kmodel.ground.terms import (
    FALSE,
    Term,
    Variable,
    add,
    and_,
    at_most,
    count,
    divide,
    equal,
    if_,
    less,
    modulo,
    multiply,
    not_,
    number,
    or_,
    select,
    truth,
)

CONSTRUCTORS: Mapping[str, Callable[..., Term]] = {
    "not": not_,
    "and": and_,
    "or": or_,
    "iff": equal,
    "equal": equal,
    "less": less,
    "at_most": at_most,
    "if": if_,
    "select": lambda index, *options: select(index, options),
    "count": count,
    "add": add,
    "multiply": multiply,
    "divide": divide,
    "modulo": modulo,
}
COMMUTATIVE = frozenset({"and", "or", "count", "add"})


class Rewriter:
    """Rebuilds terms: `leaf` says what stands for a variable or primed variable (None: itself). Shared terms are rebuilt once.

    `sort` orders the arguments of commutative operations, so that terms that differ in that order alone become one.
    """

    def __init__(self, leaf: Callable[[Term], Term | None], sort: bool = False) -> None:
        self.leaf = leaf
        self.sort = sort
        self.done: dict[Term, Term] = {}

    def __call__(self, term: Term) -> Term:
        stack = [term]
        while stack:
            top = stack[-1]
            if top in self.done:
                stack.pop()
                continue
            waiting = [argument for argument in top.arguments if argument not in self.done]
            if waiting:
                stack.extend(waiting)
            else:
                self.done[stack.pop()] = self._rebuilt(top)
        return self.done[term]

    def _rebuilt(self, term: Term) -> Term:
        if term.op in ("variable", "primed"):
            replaced = self.leaf(term)
            return term if replaced is None else replaced
        if not term.arguments:
            return term
        arguments: Sequence[Term] = [self.done[argument] for argument in term.arguments]
        if self.sort and term.op in COMMUTATIVE:
            arguments = sorted(arguments, key=lambda each: each.serial)
        elif all(new is old for new, old in zip(arguments, term.arguments, strict=True)):
            return term
        return CONSTRUCTORS[term.op](*arguments)


def substitute(term: Term, values: Mapping[Variable, Term]) -> Term:
    """The term with terms for some of its (unprimed) variables."""
    return Rewriter(lambda leaf: values.get(leaf.value) if leaf.op == "variable" and isinstance(leaf.value, Variable) else None)(term)


def at_state(terms: Sequence[Term], values: Mapping[Variable, int], after: Mapping[Variable, int] | None = None) -> list[Term]:
    """The terms where variables have these values (and those that `after` gives after the step)."""
    rewrite = Rewriter(reading(values, after))
    return [rewrite(term) for term in terms]


def reading(values: Mapping[Variable, int], after: Mapping[Variable, int] | None = None) -> Callable[[Term], Term | None]:
    """For a Rewriter: variables have these values (and those that `after` gives after the step)."""
    places = {"variable": _constants(values), "primed": _constants(after or {})}
    return lambda leaf: places[leaf.op].get(leaf.value) if isinstance(leaf.value, Variable) else None


def _constants(values: Mapping[Variable, int]) -> dict[Variable, Term]:
    return {which: truth(bool(value)) if which.sort == "bool" else number(value) for which, value in values.items()}


class Reads:
    """The variables that terms speak of (primed or not), remembered for shared terms."""

    def __init__(self) -> None:
        self.known: dict[Term, frozenset[Variable]] = {}

    def __call__(self, term: Term) -> frozenset[Variable]:
        stack = [] if term in self.known else [term]
        while stack:
            top = stack[-1]
            waiting = [argument for argument in top.arguments if argument not in self.known]
            if waiting:
                stack.extend(waiting)
                continue
            own = frozenset({top.value}) if isinstance(top.value, Variable) else frozenset[Variable]()
            self.known[stack.pop()] = own.union(*(self.known[argument] for argument in top.arguments))
        return self.known[term]

    def of(self, terms: Iterable[Term]) -> frozenset[Variable]:
        return frozenset[Variable]().union(*(self(term) for term in terms))


def conjuncts(term: Term) -> tuple[Term, ...]:
    return term.arguments if term.op == "and" else (term,)


def is_never(terms: Iterable[Term]) -> bool:
    """Whether each of the terms is syntactically false."""
    return all(term is FALSE for term in terms)
