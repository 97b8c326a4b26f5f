"""Linking: the symbols of all modules, made in an order in which each finds what it needs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from typing import TypeVar

from kmodel.graphs import components
from kmodel.records import dataclass
from kmodel.source import Diagnostic
from kmodel.syntax import tree
from kmodel.typed.checks import check
from kmodel.typed.declare import Declarations
from kmodel.typed.faults import Fault, short
from kmodel.typed.forms import FORMS
from kmodel.typed.imports import Modules
from kmodel.typed.module import CheckSymbol, ClaimSymbol, DefSymbol, Module, Program, RelationSymbol, Rule
from kmodel.typed.rules import recursive, rule, unstratified
from kmodel.typed.scope import TERM, Elsewhere, Named, Scope
from kmodel.typed.staging import relation_stages, words
from kmodel.typed.symbols import Symbols
from kmodel.typed.types import ListType, MapType, OptionalType, RecordType, SetType, TupleType, Type

Made = TypeVar("Made")
Declared = TypeVar("Declared", bound=tree.Declared)


@dataclass(slots=True)
class Linker:
    """Types the declarations of all modules: names, fields, defs, rules, claims, checks. Faults go to the modules'."""

    modules: Modules
    elsewhere: Elsewhere | None = None
    scopes: dict[str, Scope] = field(init=False)
    library: Declarations = field(init=False)
    symbols: Symbols = field(init=False)

    def __post_init__(self) -> None:
        self.scopes = {name: Scope(name, self.modules.closures[name], self.elsewhere) for name in self.modules.order}
        stages = relation_stages(self.modules.trees.values())
        self.library = Declarations(FORMS, self.scopes, self.modules.faults, stages)
        self.symbols = Symbols(self.library)

    def link(self) -> Program:
        self.open_scopes()
        self.declare_fields()
        self.type_defs()
        rules = tuple(self.gather(tree.Rule, lambda scope, declared: rule(declared, scope, self.library)).values())
        self.check_strata(rules)
        claims = self.collect(tree.Claim, self.symbols.claim)
        make = self.symbols
        program = Program(
            enums=self.collect(tree.Enum, make.enum),
            records=self.collect(tree.Record, make.record),
            entities=self.collect(tree.Entity, make.entity),
            consts=self.collect(tree.Const, make.const),
            vars=self.collect(tree.Var, make.var),
            defs={name: made for name, made in self.library.defs.items() if made is not None},
            relations=self.relations(rules),
            rules=rules,
            components=self.collect(tree.Component, make.component),
            actions=self.collect(tree.Action, make.action),
            inits=tuple(each for found in self.gather(tree.Init, make.conditions).values() for each in found),
            assumptions=tuple(each for found in self.gather(tree.Assume, make.conditions).values() for each in found),
            claims=claims,
            queries=self.collect(tree.Query, make.query),
            modules=self.finish(claims, rules),
            diagnostics=(),
        )
        self.explain()
        return program

    def explain(self) -> None:
        """A part that could not be typed is explained by a fault of its module or of one that it imports, or else here: so that no
        module is taken as sound that holds such a part."""
        for module, span in self.library.silenced.items():
            sound = module not in self.modules.broken and not any(self.modules.faults.get(each) for each in self.modules.closures[module])
            if sound:
                help_ = "give it a type: name it in a `def` with a result type, or as a `const`"
                found = Diagnostic("untyped-empty", "nothing says of what type this is", span, (), help_)
                self.modules.faults[module].append(found)

    # ---- going through declarations

    def each(self, kind: type[Declared]) -> Iterator[tuple[Scope, Declared]]:
        for name in self.modules.order:
            for declared in self.modules.trees[name].declarations:
                if isinstance(declared, kind):
                    yield self.scopes[name], declared

    def gather(self, kind: type[Declared], make: Callable[[Scope, Declared], Made]) -> dict[int, Made]:
        """What is made of each declaration of the kind, in order. A fault is kept for the module."""
        made: dict[int, Made] = {}
        for scope, declared in self.each(kind):
            try:
                made[len(made)] = make(scope, declared)
            except Fault as found:
                if found.diagnostic is not None:
                    self.modules.faults[scope.module].append(found.diagnostic)
            except RecursionError:
                message = f"`{declared.name}` is nested too deeply" if declared.name else "this is nested too deeply"
                help_ = "name parts of it with `def` or `let`"
                self.modules.faults[scope.module].append(Diagnostic("too-deep", message, declared.name_span, (), help_))
        return made

    def collect(self, kind: type[Declared], make: Callable[[Scope, Declared, Named], Made]) -> dict[str, Made]:
        """The symbols of the kind by qualified name; of two declarations of one name, the first."""

        def one(scope: Scope, declared: Declared) -> tuple[str, Made] | None:
            named = next((each for each in self.named(scope, declared) if each.declared is declared), None)
            return None if named is None else (named.name, make(scope, declared, named))

        return dict(each for each in self.gather(kind, one).values() if each is not None)

    def named(self, scope: Scope, declared: tree.Declared) -> Iterator[Named]:
        yield from (each for (_, name), each in scope.own.items() if name == declared.name)

    # ---- names, fields, defs

    def open_scopes(self) -> None:
        self.gather(tree.Declared, lambda scope, declared: scope.declare(declared))  # type: ignore[arg-type] # all declarations are
        for name, scope in self.scopes.items():
            module = self.modules.trees[name]
            scope.incomplete = name in self.modules.broken
            for each in module.imports:
                if each.module in self.scopes:
                    scope.open(self.scopes[each.module], each.alias)

    def declare_fields(self) -> None:
        library = self.library
        self.gather(tree.Record, lambda scope, declared: library.declare_fields(f"{scope.module}.{declared.name}", declared.fields, scope))
        self.gather(tree.Entity, lambda scope, declared: library.declare_fields(f"{scope.module}.{declared.name}", declared.fields, scope))
        self.gather(tree.Extend, self.symbols.extend)
        self.check_clashes()
        self.check_records()
        for table in library.tables.values():
            for symbol in table.values():
                if symbol.kind == "var":
                    library.check_state(symbol.type, library.declared[symbol.span].type.span, self.scopes[symbol.module])

    def check_clashes(self) -> None:
        """Modules that do not see each other may give an entity fields of one name: a fault of the first module that sees both."""
        closures = self.modules.closures
        for name in self.modules.order:
            imports = [each for each in self.modules.trees[name].imports if each.module in closures]
            for clash in self.library.clashes(closures[name]):
                if not any(clash.modules <= closures[each.module] for each in imports):
                    place = next(each.span for each in imports if clash.second.module in closures[each.module])
                    self.modules.faults[name].append(clash.told(place))

    def check_records(self) -> None:
        """A fault for each record that contains itself, whose fields are then taken as empty."""
        tables = {name: table for name, table in self.library.tables.items() if all(each.kind == "field" for each in table.values())}
        inside = {name: {part for each in table.values() for part in _records(each.type)} for name, table in tables.items()}
        for component in components(list(inside), lambda name: [each for each in inside.get(name, ()) if each in inside]):
            if len(component) > 1 or component[0] in inside[component[0]]:
                for name in component:
                    self.symbols.contains_itself(name, sorted(component))

    def type_defs(self) -> None:
        """Defs in an order in which each finds those that it calls typed, so that a long chain of calls is no deep recursion."""
        declared = {f"{scope.module}.{each.name}": (scope, each) for scope, each in self.each(tree.Def)}
        by_short: dict[str, list[str]] = {}
        for name in declared:
            by_short.setdefault(short(name), []).append(name)
        calls = {name: [other for word in words(each) for other in by_short.get(word, ())] for name, (_, each) in declared.items()}
        places = {name: at for at, name in enumerate(declared)}
        for component in components(list(declared), lambda name: calls[name]):
            for name in sorted(component, key=lambda name: places[name]):
                self.gather_one(*declared[name])

    def gather_one(self, scope: Scope, declared: tree.Def) -> None:
        named = scope.own.get((TERM, declared.name))
        if named is None or named.declared is not declared:
            return
        try:
            self.library.definition(named, declared.name_span)
        except RecursionError:
            self.library.open.clear()
            self.library.defs[named.name] = None
            message = f"`{declared.name}` is nested too deeply"
            found = Diagnostic("too-deep", message, declared.name_span, (), "name parts of it with `def` or `let`")
            self.modules.faults[scope.module].append(found)

    # ---- rules

    def relations(self, rules: Sequence[Rule]) -> dict[str, RelationSymbol]:
        looping = recursive(rules, self.defs())
        return self.collect(tree.Relation, lambda scope, declared, named: self.symbols.relation(declared, named, named.name in looping))

    def defs(self) -> dict[str, DefSymbol]:
        return {name: made for name, made in self.library.defs.items() if made is not None}

    def check_strata(self, rules: Sequence[Rule]) -> None:
        """Rules add up in each module with what it imports: a cycle is the fault of the first module that sees all of it."""
        known: set[Diagnostic] = set()
        for name in self.modules.order:
            for found in self.strata_faults(rules, self.modules.closures[name]):
                if found not in known:
                    known.add(found)
                    self.modules.faults[name].append(found)

    def strata_faults(self, rules: Sequence[Rule], closure: frozenset[str]) -> Iterator[Diagnostic]:
        seen = [each for each in rules if each.module in closure]
        defs = {name: made for name, made in self.defs().items() if made.module in closure} if seen else {}
        yield from unstratified(seen, defs)

    # ---- checks

    def finish(self, claims: Mapping[str, ClaimSymbol], rules: Sequence[Rule]) -> dict[str, Module]:
        checks: dict[str, list[CheckSymbol]] = {name: [] for name in self.modules.order}
        made = self.collect(tree.Check, lambda scope, declared, _: check(declared, scope, self.library, claims))
        for each in made.values():
            checks[each.module].append(each)
            if not each.active <= self.modules.closures[each.module]:
                seen = each.active | self.modules.closures[each.module]
                self.modules.faults[each.module].extend(self.strata_faults(rules, seen))
                self.modules.faults[each.module].extend(clash.told(each.span) for clash in self.library.clashes(seen))
        trees = self.modules.trees
        return {
            name: Module(name, trees[name].source, tuple(dict.fromkeys(each.module for each in trees[name].imports)), tuple(checks[name]))
            for name in self.modules.order
        }


def _records(type_: Type) -> Iterator[str]:
    """The records that a type holds."""
    match type_:
        case RecordType(name):
            yield name
        case OptionalType(item) | SetType(item) | ListType(item):
            yield from _records(item)
        case MapType(key, value):
            yield from (*_records(key), *_records(value))
        case TupleType(items):
            yield from (name for item in items for name in _records(item))
        case _:
            return
