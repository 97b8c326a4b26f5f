"""The smallest change of tunable numbers with which a claim holds, checked by running the check with it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from importlib import import_module
from ipaddress import IPv4Network, IPv6Network
from itertools import count, islice

from kmodel.engines.deadline import Clock
from kmodel.ground import describe
from kmodel.ground.evaluate import At
from kmodel.ground.question import Part, Question, Questions
from kmodel.ground.terms import Term
from kmodel.records import dataclass
from kmodel.source import Span
from kmodel.typed.expressions import Constant, Stage
from kmodel.typed.module import CheckSymbol, Program, Setting
from kmodel.typed.types import CidrType, IntOrStringType, IntType, OptionalType, RangeType, Type
from kmodel.typed.values import Individual, MapValue, RecordValue, Value

_PRICE = 1_000_000
_MOST_TRIED = 40
_MOST_OWNERS = 8

Holds = Callable[[CheckSymbol], bool]
"""Whether the claim holds in a changed check: decided anew."""


@dataclass(frozen=True, slots=True)
class Edit:
    """What stands at `span` becomes `now`; `of` says what it is."""

    span: Span
    of: str
    before: str
    now: str


@dataclass(frozen=True, slots=True)
class Change:
    """`smallest`: no cheaper one is enough. Each change was checked."""

    edits: tuple[Edit, ...]
    smallest: bool


@dataclass(frozen=True, slots=True)
class Tried:
    """New values of parts of constants."""

    values: tuple[tuple[Part, Value], ...]


def of_constants(question: Question, check: CheckSymbol, program: Program, holds: Holds, clock: Clock) -> Change | None:
    """Of a claim that constants alone decide: the fewest numbers, and of those the least difference relative to what they are.

    Raises Stopped where time is over first."""
    cores = import_module("kmodel.engines.smt.cores")
    parts = [(part, part.knob) for part in (fact.part for fact in question.facts) if part is not None and _is_tunable(part, program)]
    knobs = {part: knob for part, knob in parts if knob is not None}
    if not knobs:
        return None
    kept: list[Term] = [fact.holds for fact in question.facts if fact.part is None or fact.part not in knobs]
    priced = [cores.Knob(which, now, max(1, _PRICE // max(1, abs(now)))) for which, now in knobs.values()]
    found = cores.cheapest([*question.always, *kept], priced, clock.rest())
    if not found:
        return None
    tried = Tried(tuple((part, found[which]) for part, (which, _) in knobs.items() if which in found))
    return _change(tried, program, True) if holds(changed(check, tried)) else None


def of_behaviour(questions: Questions, about: Sequence[Individual], check: CheckSymbol, holds: Holds, clock: Clock) -> Change | None:
    """Of a claim that behaviours decide: one number after the other, its nearest values first, each tried by a check of its own.

    Raises Stopped where time is over first."""
    parts = list(_tunable(questions, about))
    steps = [[Tried(((part, value),)) for value in islice(_near(_leaf(part), _leaf_type(part, questions.program)), 9)] for part in parts]
    for tried in islice((row[at] for at in range(9) for row in steps if at < len(row)), _MOST_TRIED):
        clock.left()
        if holds(changed(check, tried)):
            return _change(_nearest(tried, check, holds), questions.program, True)
    return None


def _nearest(tried: Tried, check: CheckSymbol, holds: Holds) -> Tried:
    """Between the last value that was not enough and this one, the nearest that is."""
    ((part, value),) = tried.values
    now = _leaf(part)
    if not isinstance(now, int) or not isinstance(value, int):
        return tried
    short, enough, sign = abs(value - now) // 2, abs(value - now), 1 if value > now else -1
    while enough - short > 1:
        middle = (short + enough) // 2
        if holds(changed(check, Tried(((part, now + sign * middle),)))):
            enough = middle
        else:
            short = middle
    return Tried(((part, now + sign * enough),))


def _tunable(questions: Questions, about: Sequence[Individual]) -> Iterator[Part]:
    """The tunable numbers of these individuals (of none: of the first ones of each entity), and those of modules."""
    world, evaluator = questions.world, questions.evaluator
    for entity in questions.program.entities.values():
        who = [each for each in about if each.entity == entity.name] or [*world.population.individuals[entity.name][:_MOST_OWNERS]]
        for symbol in entity.fields:
            if symbol.tunable and symbol.module in questions.check.active:
                for each in who:
                    evaluator.field_of(each, symbol.name, At(), symbol.span)
    for const in questions.program.consts.values():
        if const.tunable and const.module in questions.check.active:
            evaluator.const(const.name, At(), const.span)
    yield from (part for part in questions.loosener.parts if _is_tunable(part, questions.program) and _is_number(part, questions.program))


def _is_tunable(part: Part, program: Program) -> bool:
    if not part.owners:
        return part.name in program.consts and program.consts[part.name].tunable
    return any(symbol.tunable for symbol in program.entities[part.owners[0].entity].fields if symbol.name == part.name)


def _is_number(part: Part, program: Program) -> bool:
    return part.knob is not None or isinstance(_leaf_type(part, program), IntOrStringType | CidrType)


# ---- values of parts


def _leaf(part: Part) -> Value:
    value = part.whole
    for step in part.path:
        value = value.get(str(step)) if isinstance(value, RecordValue) else _item(value, step)
    return value


def _item(value: Value, step: str | int) -> Value:
    if isinstance(value, MapValue):
        return next(item for key, item in value.pairs if str(key) == step)
    assert isinstance(value, tuple) and isinstance(step, int)
    return value[step]


def _leaf_type(part: Part, program: Program) -> Type:
    type_ = part.type
    for step in part.path:
        type_ = _bare(type_)
        fields = program.records[type_.name].fields if hasattr(type_, "name") and type_.name in program.records else ()
        type_ = next((field.type for field in fields if field.short == step), getattr(type_, "item", getattr(type_, "value", type_)))
    return _bare(type_)


def _bare(type_: Type) -> Type:
    return _bare(type_.item) if isinstance(type_, OptionalType) else type_


def _near(now: Value, type_: Type) -> Iterator[Value]:
    """Other numbers, the nearest first; in place of a text, the least ones; for a range of addresses, larger ones."""
    match type_:
        case IntType() | RangeType() if isinstance(now, int):
            low = type_.low if isinstance(type_, RangeType) and isinstance(type_.low, int) else min(now, 0)
            high = type_.high if isinstance(type_, RangeType) and isinstance(type_.high, int) else None
            far = (now + sign * 2**power for power in count() for sign in (1, -1))
            yield from (value for value in islice(far, 40) if low <= value and (high is None or value <= high))
        case CidrType():
            assert isinstance(now, IPv4Network | IPv6Network)
            yield from (now.supernet(new_prefix=now.prefixlen - bits) for bits in range(1, now.prefixlen + 1))
        case IntOrStringType():
            yield from (value for value in ((now + 1, now - 1, now + 2) if isinstance(now, int) else (1, 2, 3)) if value >= 0)
        case _:
            return


def _replaced(value: Value, path: Sequence[str | int], new: Value) -> Value:
    if not path:
        return new
    step, *rest = path
    match value:
        case RecordValue(record, fields):
            return RecordValue(record, tuple((name, _replaced(part, rest, new) if name == step else part) for name, part in fields))
        case MapValue(pairs):
            return MapValue(tuple((key, _replaced(part, rest, new) if str(key) == step else part) for key, part in pairs))
        case tuple():
            return tuple(_replaced(part, rest, new) if at == step else part for at, part in enumerate(value))
        case _:
            raise AssertionError(value)


# ---- changed checks


def changed(check: CheckSymbol, tried: Tried) -> CheckSymbol:
    """The check in which the constants have these values."""
    settings = list(check.settings)
    wholes: dict[tuple[tuple[Individual, ...], str], tuple[Part, Value]] = {}
    for part, value in tried.values:
        key = (part.owners, part.name)
        _, whole = wholes.get(key, (part, part.whole))
        wholes[key] = (part, _replaced(whole, part.path, value))
    for part, whole in wholes.values():
        written = Constant(whole, type=part.type, stage=Stage.CONSTANT, span=part.span)
        for who in part.owners or (None,):
            entity, name = (None, None) if who is None else (who.entity, who.name)
            settings.append(Setting(entity, name, part.name, written, False, False, span=part.span))
    return replace(check, settings=tuple(settings))


def _change(tried: Tried, program: Program, smallest: bool) -> Change:
    return Change(tuple(_edit(part, value, program) for part, value in tried.values), smallest)


def part_name(part: Part) -> str:
    """`web-0.containers[0].requests.cpu`; of copies of one object, the first."""
    steps = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in part.path)
    return f"{part.owners[0]}.{part.name}{steps}" if part.owners else part.name.rsplit(".", 1)[-1] + steps


def _edit(part: Part, value: Value, program: Program) -> Edit:
    kind = _leaf_type(part, program)
    return Edit(part.span, part_name(part), describe(_leaf(part), kind), describe(value, kind))
