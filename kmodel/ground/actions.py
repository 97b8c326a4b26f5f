"""Actions made ground: one for each choice of parameters, and of what the body chooses, for which the guard is not plainly false."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field, replace

from kmodel.ground.consequences import Consequences, satisfiable
from kmodel.ground.evaluate import At, Evaluator, items_of
from kmodel.ground.runs import Run, Runner, merged
from kmodel.ground.symbolic import is_constant
from kmodel.ground.system import Action, Fairness, Undefined
from kmodel.ground.terms import FALSE, TRUE, Variable, add, and_, less, number, variable
from kmodel.ground.world import World
from kmodel.records import dataclass
from kmodel.typed.module import ActionSymbol, ComponentSymbol, Parameter
from kmodel.typed.types import ListType
from kmodel.typed.values import Individual, Value


@dataclass(slots=True)
class Actions:
    """All instances of the active actions, in the order of their declaration."""

    world: World
    evaluator: Evaluator
    counters: dict[str, Variable] = field(default_factory=dict)

    def all(self) -> list[Action]:
        active = [each for each in self.world.program.actions.values() if each.module in self.world.check.active]
        return [action for symbol in active if self.world.check.limits.get(symbol.name) != 0 for action in self._instances(symbol)]

    def counter(self, symbol: ActionSymbol) -> Variable | None:
        """The variable that counts a limited action."""
        most = self.world.check.limits.get(symbol.name)
        if most is None:
            return None
        if symbol.name not in self.counters:
            self.counters[symbol.name] = self.world.shaper.make(f"#{symbol.short}", "int", 0, most, False)
        return self.counters[symbol.name]

    def _instances(self, symbol: ActionSymbol) -> Iterator[Action]:
        runner = Runner(self.world, self.evaluator)
        for run, arguments in self._parameters(symbol.parameters, Run(At()), ()):
            for done in runner.block([run], symbol.body, TRUE):
                made = self._action(symbol, (*arguments, *done.chosen), done, runner.consequences)
                if made is not None:
                    yield made

    def _parameters(
        self, parameters: Sequence[Parameter], run: Run, arguments: tuple[tuple[str, Value], ...]
    ) -> Iterator[tuple[Run, tuple[tuple[str, Value], ...]]]:
        """Every choice of the parameters."""
        if not parameters:
            yield run, arguments
            return
        first, *rest = parameters
        if first.domain is not None:
            items = items_of(self.evaluator.value(first.domain, run.at), isinstance(first.domain.type, ListType))
        else:
            items = [(value, self.evaluator.existing(value)) for value in self.world.values(first.type, first.span)]
        for item, there in items:
            assert is_constant(item)
            inside = replace(run, at=run.at.under(there).bind(first.name, item), guard=and_(run.guard, there))
            yield from self._parameters(rest, inside, (*arguments, (first.name, item)))

    def _action(
        self, symbol: ActionSymbol, arguments: tuple[tuple[str, Value], ...], run: Run, consequences: Consequences
    ) -> Action | None:
        updates, conflicts = merged(run, consequences)
        guard = run.guard
        late = [replace(each, condition=satisfiable(and_(guard, each.condition))) for each in (*run.misfits, *conflicts)]
        undefined = [each for each in (*run.notes, *late) if each.condition is not FALSE]
        counter = self.counter(symbol) if guard is not FALSE or undefined else None
        if counter is not None:
            left = less(variable(counter), number(counter.high or 0))
            guard = and_(guard, left)
            updates = (*updates, (counter, add(variable(counter), number(1))))
            undefined = [replace(each, condition=and_(left, each.condition)) for each in undefined]
        undefined = [each for each in undefined if each.condition is not FALSE]
        if guard is FALSE and not undefined:
            return None
        return Action(symbol.name, arguments, symbol.component, guard, updates, _distinct(undefined), span=symbol.span)


def _distinct(undefined: Sequence[Undefined]) -> tuple[Undefined, ...]:
    return tuple({(each.condition, each.code, each.message): each for each in undefined}.values())


def fairness(components: Sequence[ComponentSymbol], symbols: dict[str, ActionSymbol], actions: Sequence[Action]) -> tuple[Fairness, ...]:
    """The groups of the fair components."""
    groups: dict[tuple[str, str], list[int]] = {}
    fair = {each.name: each for each in components if each.fairness is not None}
    for at, action in enumerate(actions):
        component = fair.get(action.component or "")
        if component is not None:
            groups.setdefault((component.name, _whose(component, symbols[action.name], action)), []).append(at)
    made = []
    for (name, who), indexes in groups.items():
        label = name.rsplit(".", 1)[-1] + (f" of {who}" if who else "")
        made.append(Fairness(label, fair[name].fairness or "weak", tuple(indexes)))
    return tuple(made)


def _whose(component: ComponentSymbol, symbol: ActionSymbol, action: Action) -> str:
    """The individual that the instance is about, for a component that is fair to each."""
    if component.per is None:
        return ""
    return next((value.name for _, value in action.arguments if isinstance(value, Individual) and value.entity == component.per), "")
