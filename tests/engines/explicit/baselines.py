"""Three systems built by hand, of which other model checkers gave the same numbers of states: addresses, a rollout, a scheduler."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count, product

from kmodel.ground.system import Action, Fairness, Formula, System
from kmodel.ground.terms import (
    FALSE,
    TRUE,
    Term,
    Variable,
    add,
    and_,
    at_most,
    equal,
    if_,
    implies,
    less,
    multiply,
    not_,
    number,
    or_,
    subtract,
    variable,
)
from kmodel.ground.terms import count as how_many
from tests.strategies.handmade import action, bool_variable, claim, int_variable, state_formula, system


def _ints(numbers: Iterator[int], name: str, of: Sequence[int], low: int, high: int) -> list[Variable]:
    return [int_variable(f"{name}{at}", next(numbers), low, high) for at in of]


def _bools(numbers: Iterator[int], name: str, of: Sequence[int]) -> list[Variable]:
    return [bool_variable(f"{name}{at}", next(numbers)) for at in of]


def _is(which: Variable, value: int) -> Term:
    return equal(variable(which), number(value))


def addresses(nodes: int, offsets: int, pods: int, *, bug: bool = False) -> System:
    """Pods on nodes hold addresses of their node's range; a node fails, its pods are evicted, it recovers with an empty store.

    With the bug, it recovers while pods are still bound to it."""
    numbers = count()
    up = _bools(numbers, "up", range(nodes))
    phase = _ints(numbers, "phase", range(pods), 0, 3)
    node = _ints(numbers, "node", range(pods), 0, nodes)
    ip = _ints(numbers, "ip", range(pods), 0, offsets)
    used = [_bools(numbers, f"used{n}_", range(offsets)) for n in range(nodes)]
    actions: list[Action] = []
    for p, n in product(range(pods), range(nodes)):
        here = and_(_is(node[p], n + 1), variable(up[n]))
        actions.append(action("schedule", and_(_is(phase[p], 0), variable(up[n])), [(phase[p], number(1)), (node[p], number(n + 1))]))
        actions.append(action("delete", and_(_is(phase[p], 2), here), [(phase[p], number(3))]))
        for a in range(offsets):
            free = and_(_is(phase[p], 1), here, not_(variable(used[n][a])))
            actions.append(action("allocate", free, [(phase[p], number(2)), (ip[p], number(a + 1)), (used[n][a], TRUE)]))
            held = and_(_is(phase[p], 3), here, _is(ip[p], a + 1))
            gone = [(phase[p], number(0)), (node[p], number(0)), (ip[p], number(0))]
            actions.append(action("release", held, [*gone, (used[n][a], FALSE)]))
        evicted = and_(not_(_is(phase[p], 0)), _is(node[p], n + 1), not_(variable(up[n])))
        actions.append(action("evict", evicted, [(phase[p], number(0)), (node[p], number(0)), (ip[p], number(0))]))
    for n in range(nodes):
        actions.append(action("node_fail", variable(up[n]), [(up[n], FALSE)]))
        empty = and_(*(not_(_is(node[p], n + 1)) for p in range(pods))) if not bug else TRUE
        actions.append(action("recover", and_(not_(variable(up[n])), empty), [(up[n], TRUE), *((bit, FALSE) for bit in used[n])]))
    unique = and_(
        *(
            implies(and_(not_(_is(ip[p], 0)), equal(variable(node[p]), variable(node[q]))), not_(equal(variable(ip[p]), variable(ip[q]))))
            for p, q in product(range(pods), repeat=2)
            if p != q
        )
    )
    tracked = and_(
        *(
            implies(and_(_is(node[p], n + 1), _is(ip[p], a + 1), variable(up[n])), variable(used[n][a]))
            for p, n, a in product(range(pods), range(nodes), range(offsets))
        )
    )
    claims = [claim("invariant", "unique_ips", unique), claim("invariant", "tracked", tracked)]
    variables = [*up, *phase, *node, *ip, *(bit for bits in used for bit in bits)]
    return system(variables, [1] * nodes + [0] * (len(variables) - nodes), actions, claims)


def rollout(
    replicas: int, surge: int, unavailable: int, slots: int, flips: int, crashes: int, *, bug: bool = False, live: bool = False
) -> System:
    """A rolling update between two revisions. With the bug, live pods are counted where ready ones should be."""
    numbers = count()
    every = range(slots)
    phase = _ints(numbers, "phase", every, 0, 4)
    revision = _ints(numbers, "revision", every, 0, 1)
    target, left, faults = (
        int_variable(name, next(numbers), 0, high) for name, high in (("target", 1), ("flips", flips), ("crashes", crashes))
    )
    alive = [and_(less(number(0), variable(phase[i])), less(variable(phase[i]), number(4))) for i in every]
    new = [and_(alive[i], equal(variable(revision[i]), variable(target))) for i in every]
    ready = how_many(*(_is(phase[i], 3) for i in every))
    lives, news = how_many(*alive), how_many(*new)
    turned = [(left, subtract(variable(left), number(1))), (target, subtract(number(1), variable(target)))]
    actions = [action("flip", less(number(0), variable(left)), turned)]
    for i in every:
        old = not_(equal(variable(revision[i]), variable(target)))
        room = and_(less(lives, number(replicas + surge)), less(news, number(replicas)))
        spare = less(number(replicas - unavailable), lives if bug else ready)
        crashed = and_(less(number(0), variable(faults)), or_(_is(phase[i], 2), _is(phase[i], 3)))
        actions += [
            action("create", and_(_is(phase[i], 0), room), [(phase[i], number(1)), (revision[i], variable(target))]),
            action("start", _is(phase[i], 1), [(phase[i], number(2))]),
            action("be_ready", _is(phase[i], 2), [(phase[i], number(3))]),
            action("kill_unready", and_(or_(_is(phase[i], 1), _is(phase[i], 2)), old), [(phase[i], number(4))]),
            action("kill_ready", and_(_is(phase[i], 3), old, spare), [(phase[i], number(4))]),
            action("finish", _is(phase[i], 4), [(phase[i], number(0)), (revision[i], number(0))]),
            action("crash", crashed, [(phase[i], number(1)), (faults, subtract(variable(faults), number(1)))]),
        ]
    claims = [
        claim("invariant", "available", implies(_is(faults, crashes), at_most(number(replicas - unavailable), ready))),
        claim("invariant", "surge_bound", at_most(lives, number(replicas + surge))),
    ]
    fairness: list[Fairness] = []
    if live:
        done = and_(equal(news, number(replicas)), equal(ready, number(replicas)), equal(lives, number(replicas)))
        settles = Formula("eventually", (Formula("always", (state_formula(done),)),))
        claims.append(claim("property", "complete", formula=settles))
        by_name = {name: [at for at, each in enumerate(actions) if each.name == name] for name in {each.name for each in actions}}
        fairness.append(Fairness("controller", "weak", tuple(by_name["create"] + by_name["kill_unready"] + by_name["kill_ready"])))
        fairness += [Fairness(name, "weak", (at,)) for name in ("start", "be_ready", "finish") for at in by_name[name]]
    starts: list[Term | int | None] = [3 if i < replicas else 0 for i in every]
    return system([*phase, *revision, target, left, faults], [*starts, *[0] * slots, 0, flips, crashes], actions, claims, fairness=fairness)


def scheduler(nodes: int, pods: int, least: int, desired: int, cordons: int, *, bug: bool = False) -> System:
    """Pods of different sizes are bound to nodes by a running sum, descheduled, drained, scaled. With the bug, any room is enough."""
    room, asks = [4, 4, 6, 8][:nodes], [1, 1, 2, 2, 3, 3, 4, 1][:pods]
    numbers = count()
    bind = _ints(numbers, "bind", range(pods), -1, nodes)
    most = sum(asks)
    cache = _ints(numbers, "cache", range(nodes), 0, most)
    cordon = _bools(numbers, "cordon", range(nodes))
    wish = int_variable("desired", next(numbers), least, pods)
    present = how_many(*(less(number(-1), variable(which)) for which in bind))
    cordoned = how_many(*map(variable, cordon))
    actions = [
        action("hpa_up", less(variable(wish), number(pods)), [(wish, add(variable(wish), number(1)))]),
        action("hpa_down", less(number(least), variable(wish)), [(wish, subtract(variable(wish), number(1)))]),
    ]
    for p in range(pods):
        actions.append(action("create", and_(_is(bind[p], -1), less(present, variable(wish))), [(bind[p], number(0))]))
        removed = and_(less(number(-1), variable(bind[p])), less(variable(wish), present))
        back = [
            (cache[n], if_(_is(bind[p], n + 1), subtract(variable(cache[n]), number(asks[p])), variable(cache[n]))) for n in range(nodes)
        ]
        actions.append(action("remove", removed, [(bind[p], number(-1)), *back]))
        for n in range(nodes):
            fits = (
                at_most(add(variable(cache[n]), number(asks[p])), number(room[n])) if not bug else less(variable(cache[n]), number(room[n]))
            )
            guard = and_(_is(bind[p], 0), not_(variable(cordon[n])), fits)
            actions.append(action("bind", guard, [(bind[p], number(n + 1)), (cache[n], add(variable(cache[n]), number(asks[p])))]))
            freed = [(bind[p], number(0)), (cache[n], subtract(variable(cache[n]), number(asks[p])))]
            highest = and_(
                *(
                    at_most(multiply(variable(cache[m]), number(room[n])), multiply(variable(cache[n]), number(room[m])))
                    for m in range(nodes)
                )
            )
            others = [m for m in range(nodes) if m != n]
            better = or_(
                *(and_(not_(variable(cordon[m])), at_most(add(variable(cache[m]), number(asks[p])), number(room[m]))) for m in others)
            )
            actions.append(action("deschedule", and_(_is(bind[p], n + 1), highest, better), freed))
            actions.append(action("drain", and_(_is(bind[p], n + 1), variable(cordon[n])), freed))
    for n in range(nodes):
        actions.append(action("cordon", and_(not_(variable(cordon[n])), less(cordoned, number(cordons))), [(cordon[n], TRUE)]))
        actions.append(action("uncordon", variable(cordon[n]), [(cordon[n], FALSE)]))
    sums = [add(*(if_(_is(bind[p], n + 1), number(asks[p]), number(0)) for p in range(pods))) for n in range(nodes)]
    claims = [
        claim("invariant", "capacity", and_(*(at_most(sums[n], number(room[n])) for n in range(nodes)))),
        claim("invariant", "cache_right", and_(*(equal(sums[n], variable(cache[n])) for n in range(nodes)))),
    ]
    begun = [0 if p < desired else -1 for p in range(pods)]
    return system([*bind, *cache, *cordon, wish], [*begun, *[0] * (2 * nodes), desired], actions, claims)
