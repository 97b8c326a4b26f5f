"""What an action writes, and what each symbol is worth after all its writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from itertools import combinations

from kmodel.ground.open.logic import App, Formula, Symbol, Var, and_, exists, free_variables, if_, not_, put, same
from kmodel.ground.open.meaning import At, Meaning
from kmodel.ground.open.worth import LeftOpen
from kmodel.records import dataclass
from kmodel.source import Span


@dataclass(frozen=True, slots=True)
class Update:
    """After the step, the symbol is worth `value` at `parameters`."""

    parameters: tuple[Var, ...]
    value: Formula


@dataclass(frozen=True, slots=True)
class OpenAction:
    """An action for any choice of its parameters. Its guard also says that the step is defined. Symbols without an update stay."""

    name: str
    parameters: tuple[Var, ...]
    guard: Formula
    updates: Mapping[Symbol, Update]
    span: Span = field(compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Write:
    """For all `over`: where the condition holds, the symbol is worth `value` at the arguments, and at whatever `rest` is."""

    symbol: Symbol
    arguments: tuple[Formula, ...]
    rest: tuple[Var, ...]
    value: Formula
    condition: Formula
    over: tuple[Var, ...]
    soft: bool = False


def conflicts(writes: Sequence[Write]) -> Iterator[Formula]:
    """Where two writes give one place different values: such a step is undefined."""
    hard = [write for write in writes if not write.soft]
    for first, second in combinations(hard, 2):
        if first.symbol is second.symbol:
            renamed = dict(zip(second.rest, first.rest, strict=True))
            there = [same(a, b) for a, b in zip(first.arguments, second.arguments, strict=True)]
            differ = not_(same(first.value, put(second.value, renamed)))
            both = and_(first.condition, put(second.condition, renamed), *there, differ)
            yield exists([*dict.fromkeys((*first.over, *second.over)), *first.rest], both)


def merged(meaning: Meaning, writes: Sequence[Write]) -> Iterator[tuple[Symbol, Update]]:
    """One update a symbol; a write outdoes a soft one."""
    for symbol in dict.fromkeys(write.symbol for write in writes):
        parameters = tuple(meaning.shapes.fresh("y", sort) for sort in symbol.arguments)
        value: Formula = App(symbol, parameters)
        for write in sorted((each for each in writes if each.symbol is symbol), key=lambda each: not each.soft):
            hit, worth = _hit(meaning, write, parameters)
            value = if_(hit, worth, value)
        yield symbol, Update(parameters, value)


def _hit(meaning: Meaning, write: Write, parameters: tuple[Var, ...]) -> tuple[Formula, Formula]:
    """When a write is at the parameters, and what it writes there."""
    split = len(write.arguments)
    values: dict[Var, Formula] = dict(zip(write.rest, parameters[split:], strict=True))
    for argument, parameter in zip(write.arguments, parameters, strict=False):
        if isinstance(argument, Var) and argument in write.over and argument not in values:
            values[argument] = parameter
    here = [same(put(argument, values), parameter) for argument, parameter in zip(write.arguments, parameters, strict=False)]
    worth = put(write.value, values)
    loose = [var for var in write.over if var not in values]
    if any(var in free_variables(worth) for var in loose):
        left = LeftOpen("assigns in a loop to what another place names", None)
        worth = meaning.choice(write.symbol.result, At(bound=parameters), left, None)
    return exists(loose, and_(put(write.condition, values), *here)), worth
