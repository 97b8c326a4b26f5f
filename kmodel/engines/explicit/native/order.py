"""The module of a partial order: a `visit` that keeps, of all steps that another one makes, those of an ample set (`explicit.ample`).

    choose(state, out, actions, events, watch)   as `visit`; the events are those of all steps
    link(context)                                the space whose `whole` makes the steps

Sets of actions are words of bits. A set is ample if it is closed and none of its steps is seen by a claim, and if one of them leads to a
state that is in no table yet, and so will be looked at later (C3). Of those that are, the smallest is kept.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import field

from kmodel.engines.explicit.ample import Independence
from kmodel.engines.explicit.native import compile as compiling
from kmodel.engines.explicit.native.assembly import assemble
from kmodel.engines.explicit.native.lower import reading
from kmodel.engines.explicit.native.packing import WORD, Packing, constant
from kmodel.engines.explicit.native.space import Space
from kmodel.engines.explicit.native.visit import Gathered, small
from kmodel.ground.terms import Term
from kmodel.records import dataclass

NAMES = ("choose", "link")


@dataclass(slots=True)
class Order:
    """Makes the space look at some of the steps only, from its making on. One worker may use it."""

    space: Space
    order: Independence
    code: compiling.Code = field(init=False)

    def __post_init__(self) -> None:
        self.code = compiling.compiled(module(self.order, self.space.packing), NAMES, compiling.GOOD)
        self.space.choose_by(self.code.addresses["choose"], self.code.addresses["link"], self.code)


def fits(order: Independence) -> bool:
    """Whether all numbers on the way to what actions need fit in a word."""
    return small(order.parts)


def module(order: Independence, packing: Packing) -> str:
    """The IR text."""
    width = -(-len(order.depends) // WORD) or 1
    words = -(-len(order.parts) // WORD) or 1
    firsts = [0]
    for own in order.needs:
        firsts.append(firsts[-1] + len(own))
    needs = [need for each in order.needs for need in each]
    tables = (
        _table("depends", _sets(order.depends, width)),
        _table("visible", _sets([order.visible], width)),
        _table("firsts", firsts),
        _table("parts", [part for part, _ in needs]),
        _table("writers", _sets([writers for _, writers in needs], width)),
    )
    truths = [_truth(packing, at, order.parts[at * WORD : (at + 1) * WORD]) for at in range(words)]
    calls = "\n".join(f"  call void @truth{at}(ptr %s, ptr %truths)" for at in range(words))
    text = _TEXT.replace("  TRUTHS\n", f"{calls}\n").replace("WIDTH", str(width)).replace("PARTS", str(words))
    return "\n".join((*tables, *truths, assemble(text.replace("SIZE", str(packing.words)), packing.words)))


def _table(name: str, numbers: Sequence[int]) -> str:
    return f"@{name} = internal constant [{len(numbers)} x i64] [{', '.join(f'i64 {constant(each)}' for each in numbers)}]"


def _sets(sets: Iterable[int], width: int) -> list[int]:
    return [each >> WORD * at & (1 << WORD) - 1 for each in sets for at in range(width)]


def _truth(packing: Packing, at: int, parts: Sequence[Term]) -> str:
    """Writes which of some parts hold of the state."""
    emitter = reading(packing)
    gathered = Gathered()
    for bit, part in enumerate(parts):
        gathered.add(emitter, bit, emitter.term(part))
    emitter.raw(f"store i64 {gathered.words.get(0, '0')}, ptr {emitter.op(f'getelementptr i64, ptr %truths, i64 {at}')}")
    head = f"define internal void @truth{at}(ptr noalias readonly %s, ptr noalias %truths) nounwind {{"
    return "\n".join([head, *emitter.lines, "  ret void", "}"])


_TEXT = """\
@context = internal global ptr null

declare i64 @llvm.cttz.i64(i64, i1)
declare i64 @llvm.ctpop.i64(i64)

define void @link(ptr %c) nounwind {
entry:
  store ptr %c, ptr @context
  ret void
}

define internal i64 @member(ptr %set, i64 %action) nounwind alwaysinline {
entry:
  %word = lshr i64 %action, 6
  %bits = get %set, %word i64
  %at = and i64 %action, 63
  %moved = lshr i64 %bits, %at
  %bit = and i64 %moved, 1
  ret i64 %bit
}

define internal void @join(ptr %set, i64 %action) nounwind alwaysinline {
entry:
  %word = lshr i64 %action, 6
  %bits = get %set, %word i64
  %at = and i64 %action, 63
  %bit = shl i64 1, %at
  %all = or i64 %bits, %bit
  put %set, %word, %all i64
  ret void
}

define internal i64 @needed(i64 %action, ptr %truths) nounwind {
entry:
  %low = get @firsts, %action i64
  %after = add i64 %action, 1
  %high = get @firsts, %after i64
  loop k, %low, %high
  %part = get @parts, %k i64
  %holds = call i64 @member(ptr %truths, i64 %part)
  %false = icmp eq i64 %holds, 0
  br i1 %false, label %found, label %true
true:
  end k
  ret i64 -1
found:
  ret i64 %k
}

define internal i64 @closed(i64 %seed, ptr %enabled, ptr %truths, ptr %chosen) nounwind {
entry:
  %open = alloca i64, i64 WIDTH
  %seen.v = alloca i64
  %left.v = alloca i64
  %size.v = alloca i64
  loop z, 0, WIDTH
  put %open, %z, 0 i64
  put %chosen, %z, 0 i64
  end z
  call void @join(ptr %open, i64 %seed)
  call void @join(ptr %chosen, i64 %seed)
  br label %again
again:
  loop w, 0, WIDTH
  %waiting = get %open, %w i64
  %none = icmp eq i64 %waiting, 0
  br i1 %none, label %nothing, label %take
take:
  %less = sub i64 %waiting, 1
  %others = and i64 %waiting, %less
  put %open, %w, %others i64
  %bit = call i64 @llvm.cttz.i64(i64 %waiting, i1 true)
  %base = shl i64 %w, 6
  %action = add i64 %base, %bit
  %taken = call i64 @member(ptr %enabled, i64 %action)
  %can = icmp ne i64 %taken, 0
  br i1 %can, label %can.be, label %cannot
can.be:
  %own = mul i64 %action, WIDTH
  %own.p = getelementptr i64, ptr @depends, i64 %own
  br label %add
cannot:
  %need = call i64 @needed(i64 %action, ptr %truths)
  %lost = icmp slt i64 %need, 0
  br i1 %lost, label %useless, label %enabling
enabling:
  %theirs = mul i64 %need, WIDTH
  %theirs.p = getelementptr i64, ptr @writers, i64 %theirs
  br label %add
add:
  %more.p = phi ptr [ %own.p, %can.be ], [ %theirs.p, %enabling ]
  store i64 0, ptr %seen.v
  store i64 0, ptr %left.v
  loop m, 0, WIDTH
  %more = get %more.p, %m i64
  %had = get %chosen, %m i64
  %not.had = xor i64 %had, -1
  %new = and i64 %more, %not.had
  %were = get %open, %m i64
  %are = or i64 %were, %new
  put %open, %m, %are i64
  %now = or i64 %had, %more
  put %chosen, %m, %now i64
  %on = get %enabled, %m i64
  %visible = get @visible, %m i64
  %in = and i64 %now, %on
  %bad = and i64 %in, %visible
  %seen = load i64, ptr %seen.v
  %seen.up = or i64 %seen, %bad
  store i64 %seen.up, ptr %seen.v
  %out = xor i64 %in, %on
  %left = load i64, ptr %left.v
  %left.up = or i64 %left, %out
  store i64 %left.up, ptr %left.v
  end m
  %seen.all = load i64, ptr %seen.v
  %left.all = load i64, ptr %left.v
  %is.seen = icmp ne i64 %seen.all, 0
  %is.all = icmp eq i64 %left.all, 0
  %no.use = or i1 %is.seen, %is.all
  br i1 %no.use, label %useless, label %again
nothing:
  end w
  store i64 0, ptr %size.v
  loop p, 0, WIDTH
  %on.p = get %enabled, %p i64
  %chosen.p = get %chosen, %p i64
  %ample = and i64 %on.p, %chosen.p
  put %chosen, %p, %ample i64
  %many = call i64 @llvm.ctpop.i64(i64 %ample)
  %size = load i64, ptr %size.v
  %size.up = add i64 %size, %many
  store i64 %size.up, ptr %size.v
  end p
  %total = load i64, ptr %size.v
  ret i64 %total
useless:
  ret i64 0
}

define internal i64 @leads(ptr %c, i64 %steps, ptr %out, ptr %actions, ptr %chosen) nounwind {
entry:
  %copied = alloca i64, i64 SIZE
  %find = field c.find ptr
  %canonical = field c.canonical ptr
  %plain = icmp eq ptr %canonical, null
  loop k, 0, %steps
  %action = get %actions, %k i32
  %kept = call i64 @member(ptr %chosen, i64 %action)
  %is.kept = icmp ne i64 %kept, 0
  br i1 %is.kept, label %look, label %k.next
look:
  %state = at %out, %k
  copy %state, %copied
  br i1 %plain, label %search, label %stand
stand:
  call void %canonical(ptr %copied, i64 1)
  br label %search
search:
  %there = call i64 %find(ptr %c, ptr %copied)
  %fresh = icmp eq i64 %there, 0
  br i1 %fresh, label %new, label %known
known:
  end k
  ret i64 0
new:
  ret i64 1
}

define i64 @choose(ptr %s, ptr %out, ptr %actions, ptr %events, ptr %watch) nounwind {
entry:
  %enabled = alloca i64, i64 WIDTH
  %chosen = alloca i64, i64 WIDTH
  %ample = alloca i64, i64 WIDTH
  %truths = alloca i64, i64 PARTS
  %best.v = alloca i64
  %kept.v = alloca i64
  %c = load ptr, ptr @context
  %whole = field c.whole ptr
  %result = call i64 %whole(ptr %s, ptr %out, ptr %actions, ptr %events, ptr %watch)
  %steps = and i64 %result, 9223372036854775807
  %flag = and i64 %result, -9223372036854775808
  %few = icmp ult i64 %steps, 2
  br i1 %few, label %all, label %think
all:
  ret i64 %result
think:
  loop z, 0, WIDTH
  put %enabled, %z, 0 i64
  end z
  loop e, 0, %steps
  %on = get %actions, %e i32
  call void @join(ptr %enabled, i64 %on)
  end e
  TRUTHS
  store i64 %steps, ptr %best.v
  loop i, 0, %steps
  %seed = get %actions, %i i32
  %shown = call i64 @member(ptr @visible, i64 %seed)
  %is.shown = icmp ne i64 %shown, 0
  br i1 %is.shown, label %i.next, label %close
close:
  %size = call i64 @closed(i64 %seed, ptr %enabled, ptr %truths, ptr %chosen)
  %none = icmp eq i64 %size, 0
  br i1 %none, label %i.next, label %compare
compare:
  %best = load i64, ptr %best.v
  %less = icmp ult i64 %size, %best
  br i1 %less, label %try, label %i.next
try:
  %new = call i64 @leads(ptr %c, i64 %steps, ptr %out, ptr %actions, ptr %chosen)
  %is.new = icmp ne i64 %new, 0
  br i1 %is.new, label %note, label %i.next
note:
  store i64 %size, ptr %best.v
  loop b, 0, WIDTH
  %bits = get %chosen, %b i64
  put %ample, %b, %bits i64
  end b
  end i
  %smallest = load i64, ptr %best.v
  %spared = icmp ult i64 %smallest, %steps
  br i1 %spared, label %cut, label %all
cut:
  store i64 0, ptr %kept.v
  loop k, 0, %steps
  %action = get %actions, %k i32
  %in = call i64 @member(ptr %ample, i64 %action)
  %is.in = icmp ne i64 %in, 0
  br i1 %is.in, label %keep, label %k.next
keep:
  %kept = load i64, ptr %kept.v
  %from = at %out, %k
  %to = at %out, %kept
  copy %from, %to
  put %actions, %kept, %action i32
  %kept.up = add i64 %kept, 1
  store i64 %kept.up, ptr %kept.v
  end k
  %left = load i64, ptr %kept.v
  %told = or i64 %left, %flag
  ret i64 %told
}
"""
