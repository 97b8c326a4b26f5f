"""What names are worth in one check: constants by `set`, manifest, default or symbolic; places of state; domains of types."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_network
from itertools import product
from typing import Any, Protocol

from kmodel.graphs import components
from kmodel.ground.evaluate import Definition, Free, Known, Written
from kmodel.ground.individuals import Population
from kmodel.ground.shapes import Shaper
from kmodel.ground.symbolic import Sym, is_constant, ordered
from kmodel.ground.system import BoolShape, Place, label_of
from kmodel.records import dataclass
from kmodel.source import Diagnostic, Rejected, Span
from kmodel.typed.expressions import MakeItems
from kmodel.typed.module import CheckSymbol, DefSymbol, FieldSymbol, Program, RelationSymbol, Rule, Setting
from kmodel.typed.relate import is_finite, wording
from kmodel.typed.rules import dependencies
from kmodel.typed.types import (
    BoolType,
    CidrType,
    EntityType,
    EnumType,
    IpType,
    OptionalType,
    RangeType,
    RecordType,
    SetType,
    TupleType,
    Type,
)
from kmodel.typed.values import Individual, Member, RecordValue, Value

ADDRESSES = 4096
DEFAULT_UNIVERSE = "10.244.0.0/29"
MOST_VALUES = 4096

Evaluated = Callable[[Definition], Sym]


class Loosening(Protocol):
    """What makes constants of which a question is what if they were otherwise."""

    def field(self, who: Individual, symbol: FieldSymbol, definition: Definition) -> Definition: ...

    def const(self, name: str, type_: Type, definition: Definition) -> Definition: ...


def reject(code: str, message: str, span: Span | None, help_: str | None = None) -> Rejected:
    return Rejected([Diagnostic(code, message, span, (), help_)])


@dataclass
class World:
    """The surroundings of an evaluator. `evaluated` computes a definition (it is the evaluator's); places are made when first asked for.
    `strict`: an entity without scope that is asked for is a fault (of claims), and not just empty (for actions)."""

    program: Program
    check: CheckSymbol
    population: Population
    shaper: Shaper = field(init=False)
    places: dict[tuple[str, Individual | None], Place] = field(default_factory=dict)
    evaluated: Evaluated = field(init=False)
    assumed: list[str] = field(default_factory=list)
    universe_used: bool = False
    strict: bool = False
    domains: dict[Type, tuple[Value, ...]] = field(default_factory=dict)
    loosener: Loosening | None = None

    def __post_init__(self) -> None:
        self.shaper = Shaper(lambda type_: self.values(type_, self.check.span), self.bounds, self._record_fields)
        self.assumed.extend(self.population.assumed)

    # ---- settings

    @cached_property
    def settings(self) -> Mapping[tuple[str | None, str | None, str], Setting]:
        return {(each.entity, each.individual, each.name): each for each in self.check.settings}

    @cached_property
    def symbols(self) -> Mapping[str, Mapping[str, FieldSymbol]]:
        return {name: {each.name: each for each in entity.fields} for name, entity in self.program.entities.items()}

    def const(self, name: str, span: Span) -> Definition:
        found = self._const(name)
        return found if self.loosener is None else self.loosener.const(name, self.program.consts[name].type, found)

    def _const(self, name: str) -> Definition:
        setting = self.settings.get((None, None, name))
        symbol = self.program.consts[name]
        if setting is not None and setting.value is not None:
            return Written(setting.value, None)
        if setting is None and symbol.value is not None:
            return Written(symbol.value, None)
        return Free(self._symbolic(name, None, symbol.type, symbol.span))

    def field(self, individual: Individual, name: str, span: Span) -> Definition:
        symbol = self.symbols[individual.entity][name]
        if symbol.kind == "var":
            return Free(self.place(name, individual, symbol.type))
        found = self._const_field(individual, symbol)
        return found if self.loosener is None else self.loosener.field(individual, symbol, found)

    def _const_field(self, individual: Individual, symbol: FieldSymbol) -> Definition:
        name = symbol.name
        made = self._set(individual, symbol) or self._read(individual, symbol)
        if made is not None:
            return made
        symbolic = self._is_any(individual, name)
        if symbol.default is not None and not symbolic:
            return Written(symbol.default, individual)
        return Free(self._symbolic(name, individual, symbol.type, symbol.span))

    def _setting(self, individual: Individual, name: str) -> Setting | None:
        return self.settings.get((individual.entity, individual.name, name)) or self.settings.get((individual.entity, None, name))

    def _is_any(self, individual: Individual, name: str) -> bool:
        setting = self._setting(individual, name)
        return setting is not None and setting.value is None

    def _set(self, individual: Individual, symbol: FieldSymbol) -> Definition | None:
        setting = self._setting(individual, symbol.name)
        if setting is None or setting.value is None:
            return None
        given = self.population.given.get(individual)
        if setting.unless_given and given is not None:
            return None if symbol.name in given.fields else self._assume(individual, symbol, setting)
        if setting.unless_given:
            return self._assume(individual, symbol, setting)
        return self.of_each(individual, setting)

    def of_each(self, individual: Individual, setting: Setting) -> Definition:
        assert setting.value is not None
        if not setting.each:
            return Written(setting.value, individual)
        listed = len(setting.value.items) if isinstance(setting.value, MakeItems) else None
        count = len(self.population.individuals[individual.entity])
        if listed is not None and listed != count:
            raise reject(
                "wrong-length",
                f"{listed} values for {count} individuals",
                setting.span,
                "give one for each, in their order, or one for all",
            )
        return Written(setting.value, individual, individual.index)

    def _assume(self, individual: Individual, symbol: FieldSymbol, setting: Setting) -> Definition:
        assert setting.value is not None
        sentence = f"{individual.entity.rsplit('.', 1)[-1]}.{symbol.short} = {' '.join(setting.value.span.text.split())}"
        if sentence not in self.assumed:
            self.assumed.append(sentence)
        return self.of_each(individual, setting)

    def _read(self, individual: Individual, symbol: FieldSymbol) -> Definition | None:
        given = self.population.given.get(individual)
        return Known(given.fields[symbol.name]) if given is not None and symbol.name in given.fields else None

    # ---- places

    def var(self, name: str) -> Place:
        return self.place(name, None, self.program.vars[name].type)

    def place(self, name: str, individual: Individual | None, type_: Type, rigid: bool = False) -> Place:
        key = (name, individual)
        if key not in self.places:
            label = label_of(individual, name)
            self.places[key] = Place(name, individual, type_, self.shaper.shape(type_, label, rigid), rigid)
        return self.places[key]

    def _symbolic(self, name: str, individual: Individual | None, type_: Type, span: Span) -> Place:
        if not is_finite(type_) and not isinstance(type_, CidrType | OptionalType):
            label = label_of(individual, name)
            raise reject(
                "const-not-set",
                f"`{label}` has no value, and there are endlessly many of {wording(type_)}",
                span,
                "`set` it in the check, or give it a default",
            )
        return self.place(name, individual, type_, True)

    def exists(self, individual: Individual) -> Place | None:
        if not self.program.entities[individual.entity].pool:
            return None
        key = ("exists", individual)
        if key not in self.places:
            shape = BoolShape(self.shaper.make(f"{individual}.exists", "bool", 0, 1, False))
            self.places[key] = Place("exists", individual, BoolType(), shape, False)
        return self.places[key]

    # ---- domains

    def bounds(self, type_: RangeType) -> tuple[int, int]:
        low, high = (self._bound(bound) for bound in (type_.low, type_.high))
        if low > high:
            raise reject(
                "empty-range",
                f"`{wording(type_)}` is {low}..{high} here, which has no numbers",
                self.check.span,
                "set the bounds so that the first is not greater",
            )
        return low, high

    def _bound(self, bound: int | str) -> int:
        if isinstance(bound, int):
            return bound
        value = self.evaluated(self._const(bound))
        if not isinstance(value, int):
            raise reject(
                "const-not-set",
                f"`{bound.rsplit('.', 1)[-1]}` bounds a range, so it needs a value",
                self.check.span,
                "`set` it in the check",
            )
        return value

    def values(self, type_: Type, span: Span) -> Sequence[Value]:
        if isinstance(type_, EntityType):
            if self.strict and type_.name in self.population.unscoped:
                short = type_.name.rsplit(".", 1)[-1]
                raise reject(
                    "missing-scope",
                    f"the check does not say how many of `{short}` there are",
                    self.check.span,
                    f"add `scope {short} = 2` to the check",
                )
            return self.population.individuals[type_.name]
        if type_ not in self.domains:
            self.domains[type_] = self._values(type_, span)
        return self.domains[type_]

    def _values(self, type_: Type, span: Span) -> tuple[Value, ...]:
        match type_:
            case BoolType():
                return (False, True)
            case RangeType():
                low, high = self.bounds(type_)
                return tuple(range(low, high + 1))
            case EnumType(name):
                return tuple(Member(name, each) for each in self.program.enums[name].members)
            case IpType():
                return tuple(address for network in self.universe for address in network)
            case CidrType():
                return tuple(part for network in self.universe for part in _parts(network))
            case OptionalType(item):
                return (None, *self.values(item, span))
            case TupleType(items):
                return _all(list(product(*(self.values(item, span) for item in items))), span)
            case RecordType(name):
                fields = self._record_fields(name)
                rows = product(*(self.values(inner, span) for _, inner in fields))
                return _all([RecordValue(name, tuple(zip((each for each, _ in fields), row, strict=True))) for row in rows], span)
            case SetType(item):
                inner = self.values(item, span)
                if len(inner) > 12:
                    raise _endless(type_, span)
                return tuple(frozenset(each for at, each in enumerate(inner) if bits >> at & 1) for bits in range(2 ** len(inner)))
            case _:
                raise _endless(type_, span)

    def _record_fields(self, name: str) -> Sequence[tuple[str, Type]]:
        return [(each.name, each.type) for each in self.program.records[name].fields]

    @cached_property
    def universe(self) -> tuple[IPv4Network | IPv6Network, ...]:
        """The addresses that there are, as ranges."""
        self.universe_used = True
        found: list[Any] = [self.check.universe] if self.check.universe is not None else self._ranges()
        if not found:
            found = [ip_network(DEFAULT_UNIVERSE)]
            self.assumed.append(f"addresses are those of {DEFAULT_UNIVERSE}")
        joined = [
            each for each in found if not any(each != other and each.version == other.version and each.subnet_of(other) for other in found)
        ]
        size = sum(network.num_addresses for network in joined)
        if size > ADDRESSES:
            message = f"the check's ranges have {size:,} addresses, and at most {ADDRESSES:,} can be told apart"
            raise reject("universe-too-large", message, self.check.span, "choose some of them: `scope ip = 10.244.0.0/29`")
        return tuple(joined)

    def _ranges(self) -> list[Any]:
        """The values of the check's `cidr` constants."""
        found: list[Value] = []
        for name, symbol in self.program.consts.items():
            if _is_range(symbol.type) and symbol.module in self.check.active:
                self._add_range(found, (None, None, name), lambda name=name: self.const(name, self.check.span))  # type: ignore[misc]
        for entity, symbols in self.symbols.items():
            for each in symbols.values():
                if _is_range(each.type) and each.kind == "const" and each.module in self.check.active:
                    for who in self.population.individuals[entity]:
                        self._add_range(found, (entity, who.name, each.name), lambda w=who, n=each.name: self.field(w, n, self.check.span))  # type: ignore[misc]
        return ordered({each for each in found if each is not None})

    def _add_range(self, found: list[Value], key: tuple[str | None, str | None, str], definition: Callable[[], Definition]) -> None:
        entity, _, name = key
        setting = self.settings.get(key) or self.settings.get((entity, None, name))
        default = self.program.consts[name].value if entity is None else self.symbols[entity][name].default
        if (setting is not None and setting.value is None) or (setting is None and default is None and not self._is_given(key)):
            return
        value = self.evaluated(definition())
        if is_constant(value):
            found.append(value)

    def _is_given(self, key: tuple[str | None, str | None, str]) -> bool:
        entity, who, name = key
        return any(each.entity == entity and each.name == who and name in given.fields for each, given in self.population.given.items())

    # ---- declarations

    def ordinal(self, value: Individual | Member) -> int:
        return value.index if isinstance(value, Individual) else self.program.enums[value.enum].members.index(value.name)

    def definition(self, name: str) -> DefSymbol:
        return self.program.defs[name]

    def relation(self, name: str) -> RelationSymbol:
        return self.program.relations[name]

    @cached_property
    def active_rules(self) -> Mapping[str, list[Rule]]:
        found: dict[str, list[Rule]] = {}
        for rule in self.program.rules:
            if rule.module in self.check.active:
                found.setdefault(rule.relation, []).append(rule)
        return found

    def rules(self, relation: str) -> Sequence[Rule]:
        return self.active_rules.get(relation, ())

    @cached_property
    def strata(self) -> Mapping[str, Sequence[str]]:
        edges = dependencies(self.program.rules, self.program.defs)
        found: dict[str, Sequence[str]] = {}
        for component in components(list(edges), lambda node: [target for target, _, _ in edges.get(node, [])]):
            relations = [name for name in component if name in self.program.relations]
            found.update(dict.fromkeys(relations, relations))
        return found

    def stratum(self, relation: str) -> Sequence[str]:
        return self.strata[relation]


def _is_range(type_: Type) -> bool:
    return isinstance(type_, CidrType) or (isinstance(type_, OptionalType) and isinstance(type_.item, CidrType))


def _parts(network: IPv4Network | IPv6Network) -> list[Value]:
    """The range itself and every range inside it."""
    found: list[Value] = []
    for length in range(network.prefixlen, network.max_prefixlen + 1):
        found.extend(network.subnets(new_prefix=length))
    return found


def _all(values: list[Value], span: Span) -> tuple[Value, ...]:
    if len(values) > MOST_VALUES:
        raise reject("too-many-values", f"there are {len(values):,} values of this type", span, "narrow it")
    return tuple(values)


def _endless(type_: Type, span: Span) -> Rejected:
    return reject("infinite-domain", f"there are endlessly many of {wording(type_)}", span, "give a range, or choose from a set: `x in s`")
