"""The module of a symmetry: functions that put the state that stands for an orbit in the place of each of some states.

    canonical(states, how_many)          in place; what `space` calls for states that steps lead to
    weigh(states, count, expanded, visit, out, actions, events, watch, sums)
                                         adds the sizes of the orbits of `count` states to `sums[0]`, and to `sums[1 + a]` those of the
                                         orbits where action a can be taken, of the first `expanded` states

Records of sorted groups go through a sorting network. Searched groups are first put in the order of their keys by exchanging neighbours;
where two keys are equal, all permutations are gone through, one exchange of neighbours from each to the next, and the least image with
keys in order is kept. How many images are the least, and how many records are equal, says how large the orbit is.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from kmodel.engines.explicit.native.exchanges import compare, exchange, fitting, towards
from kmodel.engines.explicit.native.packing import Packing
from kmodel.engines.explicit.native.records import sorting
from kmodel.engines.explicit.orbits import SearchedGroup, Symmetry

NAMES = ("canonical", "weigh")


def module(symmetry: Symmetry, packing: Packing) -> str:
    """The IR text."""
    steps = [step for group in symmetry.searched for step in group.steps]
    keyed = [fitting(group, packing) for group in symmetry.searched]
    parts = [sorting(symmetry.sorted, packing)]
    parts += [exchange(at, step, packing) for at, step in enumerate(steps)]
    if steps:
        parts += [compare("ordered", keyed, packing, "ule"), compare("strict", keyed, packing, "ult")]
        parts += towards(keyed, packing)
        parts.append(_below(packing.words))
    parts.append(_least(symmetry.searched, packing.words))
    parts.append(_CANONICAL.replace("COPY", _copied("%best", "%state", packing.words)).replace("WORDS", str(packing.words)))
    parts.append(_WEIGH.replace("WORDS", str(packing.words)).replace("BYTES", str(8 * packing.words)).replace("ORDER", str(symmetry.order)))
    return "\n".join(parts)


# ---- the least image


def walk(sizes: Sequence[int]) -> list[int]:
    """Exchanges of neighbours, from each permutation of groups of so many individuals to the next, until all have been there. The
    exchanges of all groups are numbered on."""
    path: list[int] = []
    first = 0
    for size in sizes:
        own = [first + at for at in _plain_changes(size)]
        forth, longer = path, list(path)
        for at in own:
            forth = forth[::-1]
            longer += [at, *forth]
        path = longer
        first += size - 1
    return path


def _plain_changes(size: int) -> list[int]:
    """Johnson's and Trotter's order of all permutations of one group: the place of the left one of each two that change."""
    if size < 2:
        return []
    changes: list[int] = []
    down = True
    for before in [*_plain_changes(size - 1), None]:
        changes += range(size - 2, -1, -1) if down else range(size - 1)
        if before is not None:
            changes.append(before + 1 if down else before)
        down = not down
    return changes


def _copied(source: str, target: str, words: int) -> str:
    lines = []
    for at in range(words):
        tag = f"{target[1:]}.{source[1:]}.{at}"
        lines += [
            f"  %f.{tag} = getelementptr i64, ptr {source}, i64 {at}",
            f"  %w.{tag} = load i64, ptr %f.{tag}",
            f"  %t.{tag} = getelementptr i64, ptr {target}, i64 {at}",
            f"  store i64 %w.{tag}, ptr %t.{tag}",
        ]
    return "\n".join(lines)


def _below(words: int) -> str:
    """`below(a, b)`: 1 where the words of a come before those of b, 0 where they are the same, 2 where they come after."""
    lines = ["define internal i64 @below(ptr noalias %a, ptr noalias %b) nounwind {"]
    before = "0"
    for at in reversed(range(words)):
        lines += [
            f"  %a{at}.p = getelementptr i64, ptr %a, i64 {at}",
            f"  %b{at}.p = getelementptr i64, ptr %b, i64 {at}",
            f"  %a{at} = load i64, ptr %a{at}.p",
            f"  %b{at} = load i64, ptr %b{at}.p",
            f"  %less{at} = icmp ult i64 %a{at}, %b{at}",
            f"  %same{at} = icmp eq i64 %a{at}, %b{at}",
            f"  %unlike{at} = select i1 %less{at}, i64 1, i64 2",
            f"  %r{at} = select i1 %same{at}, i64 {before}, i64 %unlike{at}",
        ]
        before = f"%r{at}"
    return "\n".join([*lines, f"  ret i64 {before}", "}", ""])


def _least(groups: Sequence[SearchedGroup], words: int) -> str:
    """`least(s, best)`: writes the least image; returns how many permutations make it. Changes `s`."""
    head = "define internal i64 @least(ptr noalias %s, ptr noalias %best) nounwind {"
    if not groups:
        return "\n".join([head, "  %same = call i64 @sorted(ptr %s, ptr %best)", "  ret i64 %same", "}", ""])
    path = walk([len(group.keys) for group in groups])
    lines = [head, "entry:", f"  %t = alloca i64, i64 {words}", "  %i.v = alloca i64", "  %many.v = alloca i64", "  %same.v = alloca i64"]
    lines += _bubbles(groups)
    cases = sorted(set(path))
    text = _SEARCH.replace("LENGTH", str(len(path)))
    text = text.replace("CASES", " ".join(f"i8 {case}, label %case{case}" for case in cases))
    text = text.replace("EXCHANGES", "\n".join(f"case{case}:\n  call void @exchange{case}(ptr %s)\n  br label %look" for case in cases))
    table = f"@path = internal constant [{len(path)} x i8] [{', '.join(f'i8 {at}' for at in path)}]"
    return "\n".join([table, *lines, text.replace("COPY", _copied("%t", "%best", words))])


def _bubbles(groups: Sequence[SearchedGroup]) -> Iterator[str]:
    """Neighbours whose keys are not in order are exchanged, until all are."""
    first = number = 0
    for group in groups:
        for last in range(len(group.steps), 0, -1):
            for at in range(first, first + last):
                yield f"  %wrong.{number} = call i1 @wrong{at}(ptr %s)"
                yield f"  br i1 %wrong.{number}, label %turn.{number}, label %past.{number}"
                yield f"turn.{number}:"
                yield f"  call void @exchange{at}(ptr %s)"
                yield f"  br label %past.{number}"
                yield f"past.{number}:"
                number += 1
        first += len(group.steps)


_SEARCH = """\
  %same0 = call i64 @sorted(ptr %s, ptr %best)
  %clear = call i1 @strict(ptr %s)
  br i1 %clear, label %single, label %begin
single:
  ret i64 %same0
begin:
  store i64 %same0, ptr %same.v
  store i64 1, ptr %many.v
  store i64 0, ptr %i.v
  br label %head
head:
  %i = load i64, ptr %i.v
  %over = icmp uge i64 %i, LENGTH
  br i1 %over, label %finish, label %next
next:
  %i.up = add i64 %i, 1
  store i64 %i.up, ptr %i.v
  %which.p = getelementptr i8, ptr @path, i64 %i
  %which = load i8, ptr %which.p
  switch i8 %which, label %look [CASES]
EXCHANGES
look:
  %fits = call i1 @ordered(ptr %s)
  br i1 %fits, label %try, label %head
try:
  %same1 = call i64 @sorted(ptr %s, ptr %t)
  %how = call i64 @below(ptr %t, ptr %best)
  switch i64 %how, label %head [i64 0, label %equal i64 1, label %less]
equal:
  %many = load i64, ptr %many.v
  %more = add i64 %many, 1
  store i64 %more, ptr %many.v
  br label %head
less:
COPY
  store i64 1, ptr %many.v
  store i64 %same1, ptr %same.v
  br label %head
finish:
  %many.f = load i64, ptr %many.v
  %same.f = load i64, ptr %same.v
  %all = mul i64 %many.f, %same.f
  ret i64 %all
}
"""

_CANONICAL = """\
define void @canonical(ptr %states, i64 %count) nounwind {
entry:
  %best = alloca i64, i64 WORDS
  br label %head
head:
  %i = phi i64 [ 0, %entry ], [ %i.up, %body ]
  %over = icmp uge i64 %i, %count
  br i1 %over, label %done, label %body
body:
  %at = mul i64 %i, WORDS
  %state = getelementptr i64, ptr %states, i64 %at
  %same = call i64 @least(ptr %state, ptr %best)
COPY
  %i.up = add i64 %i, 1
  br label %head
done:
  ret void
}
"""

_WEIGH = """\
define void @weigh(ptr %states, i64 %count, i64 %expanded, ptr %visit, ptr %out,
                   ptr %actions, ptr %events, ptr %watch, ptr %sums) nounwind {
entry:
  %best = alloca i64, i64 WORDS
  %copy = alloca i64, i64 WORDS
  br label %head
head:
  %i = phi i64 [ 0, %entry ], [ %i.up, %further ]
  %over = icmp uge i64 %i, %count
  br i1 %over, label %done, label %body
body:
  %at = mul i64 %i, WORDS
  %state = getelementptr i64, ptr %states, i64 %at
  call void @llvm.memcpy.p0.p0.i64(ptr %copy, ptr %state, i64 BYTES, i1 false)
  %same = call i64 @least(ptr %copy, ptr %best)
  %size = udiv i64 ORDER, %same
  %all = load i64, ptr %sums
  %all.up = add i64 %all, %size
  store i64 %all.up, ptr %sums
  %grown = icmp ult i64 %i, %expanded
  br i1 %grown, label %expand, label %further
expand:
  %result = call i64 %visit(ptr %state, ptr %out, ptr %actions, ptr %events, ptr %watch)
  %steps = and i64 %result, 9223372036854775807
  br label %each
each:
  %k = phi i64 [ 0, %expand ], [ %k.up, %one ]
  %last = icmp uge i64 %k, %steps
  br i1 %last, label %further, label %one
one:
  %action.p = getelementptr i32, ptr %actions, i64 %k
  %action = load i32, ptr %action.p
  %action64 = zext i32 %action to i64
  %place = add i64 %action64, 1
  %sum.p = getelementptr i64, ptr %sums, i64 %place
  %sum = load i64, ptr %sum.p
  %sum.up = add i64 %sum, %size
  store i64 %sum.up, ptr %sum.p
  %k.up = add i64 %k, 1
  br label %each
further:
  %i.up = add i64 %i, 1
  br label %head
done:
  ret void
}

declare void @llvm.memcpy.p0.p0.i64(ptr, ptr, i64, i1)
"""
