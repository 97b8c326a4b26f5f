"""First-order formulas as z3 terms. A trusted file: what finds a proof for every scope and what re-checks it share it.

With a `universe`, sorts have just these members and quantifiers are written out over them; without, sorts and quantifiers are z3's own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from itertools import count, product

import z3

from kmodel.engines.smt.encode import Z3
from kmodel.ground.open.logic import BOOL, INT, App, Formula, Lit, Op, Quantified, Sort, Symbol, Var
from kmodel.records import dataclass

_LAWS: Mapping[str, Callable[..., Z3]] = {
    "not": z3.Not,
    "and": lambda *parts: z3.And(list(parts)),
    "or": lambda *parts: z3.Or(list(parts)),
    "iff": lambda a, b: a == b,
    "equal": lambda a, b: a == b,
    "distinct": lambda *parts: z3.Distinct(list(parts)),
    "at_most": lambda a, b: a <= b,
    "if": lambda c, a, b: z3.If(c, a, b),
    "add": lambda a, b: a + b,
    "multiply": lambda a, b: a * b,
}


_SERIALS = count()


@dataclass(slots=True)
class Encoding:
    """`members` says how many members a sort without known ones has (None: any number)."""

    members: Callable[[Sort], int] | None = None
    sorts: dict[Sort, Z3] = field(default_factory=dict)
    functions: dict[tuple[Symbol, bool], Z3] = field(default_factory=dict)
    enums: dict[Sort, Mapping[str, Z3]] = field(default_factory=dict)
    universe: dict[Sort, Sequence[Z3]] = field(default_factory=dict)
    serial: int = field(default_factory=lambda: next(_SERIALS))

    def _own(self, name: str) -> str:
        """A name that no other encoding uses: z3 takes sorts of one name for one."""
        return f"{name.replace('|', '!')}~{self.serial}"

    def sort(self, sort: Sort) -> Z3:
        if sort not in self.sorts:
            self.sorts[sort] = self._sort(sort)
        return self.sorts[sort]

    def _sort(self, sort: Sort) -> Z3:
        if sort == BOOL:
            return z3.BoolSort()
        if sort == INT:
            return z3.IntSort()
        if sort.kind == "enum" or self.members is not None:
            names = sort.members or tuple(f"{sort.name}!{at}" for at in range(self.members(sort) if self.members else 1))
            made, constants = z3.EnumSort(self._own(sort.name), [self._own(f"{sort.name}.{name}") for name in names])
            self.enums[sort] = dict(zip(names, constants, strict=True))
            self.universe[sort] = constants
            return made
        return z3.DeclareSort(self._own(sort.name))

    def function(self, symbol: Symbol, after: bool = False) -> Z3:
        key = symbol, after
        if key not in self.functions:
            sorts = [self.sort(each) for each in (*symbol.arguments, symbol.result)]
            text = f"{symbol.name}/{len(symbol.arguments)}{chr(39) if after else ''}"
            self.functions[key] = z3.Function(self._own(text), *sorts) if symbol.arguments else z3.Const(self._own(text), sorts[0])
        return self.functions[key]

    def apply(self, symbol: Symbol, arguments: Sequence[Z3], after: bool = False) -> Z3:
        made = self.function(symbol, after)
        return made(*arguments) if symbol.arguments else made

    def const(self, var: Var) -> Z3:
        return z3.Const(self._own(var.name), self.sort(var.sort))

    def term(self, formula: Formula, env: Mapping[Var, Z3]) -> Z3:
        """The formula, its free variables being what `env` says, or constants of their names."""
        match formula:
            case Var():
                found = env.get(formula)
                return self.const(formula) if found is None else found
            case Lit(value, sort):
                return self._literal(value, sort)
            case App(symbol, arguments, after):
                return self.apply(symbol, [self.term(each, env) for each in arguments], after)
            case Op(op, arguments):
                return _LAWS[op](*(self.term(each, env) for each in arguments))
            case Quantified():
                return self._quantified(formula, env)

    def _literal(self, value: bool | int | str, sort: Sort) -> Z3:
        if sort == BOOL:
            return z3.BoolVal(bool(value))
        if sort == INT:
            return z3.IntVal(int(value))
        self.sort(sort)
        return self.enums[sort][str(value)]

    def _quantified(self, formula: Quantified, env: Mapping[Var, Z3]) -> Z3:
        """Written out over the sorts whose members are known; z3's quantifier over the others."""
        known = [var for var in formula.variables if self._members(var.sort) is not None]
        rest = [var for var in formula.variables if var not in known]
        bodies = [
            self._over(formula.op, rest, formula.body, {**env, **dict(zip(known, row, strict=True))})
            for row in product(*(self._members(var.sort) or () for var in known))
        ]
        return bodies[0] if len(bodies) == 1 else z3.And(bodies) if formula.op == "forall" else z3.Or(bodies)

    def _over(self, op: str, variables: Sequence[Var], body: Formula, env: Mapping[Var, Z3]) -> Z3:
        constants = {var: self.const(var) for var in variables}
        made = self.term(body, {**env, **constants})
        if not variables:
            return made
        return (z3.ForAll if op == "forall" else z3.Exists)(list(constants.values()), made)

    def _members(self, sort: Sort) -> Sequence[Z3] | None:
        if sort == BOOL:
            return (z3.BoolVal(False), z3.BoolVal(True))
        self.sort(sort)
        return self.universe.get(sort)
