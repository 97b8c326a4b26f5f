"""Random walks by machine code.

    walk(context, worker, walks)    makes the walks from `walks.number` to before `walks.stop`, while there is room for a whole one

A step is chosen as `dice` chooses it. Each state of a walk is written down, the first too; where a watched event is seen first, so is the
walk.
"""

from __future__ import annotations

from kmodel.engines.explicit.dice import FIRST, SECOND, STREAM, THIRD
from kmodel.engines.explicit.native.assembly import assemble
from kmodel.engines.explicit.native.packing import constant

_MIX = f"""\
define internal i64 @mix(i64 %x) nounwind alwaysinline {{
entry:
  %a = lshr i64 %x, 30
  %b = xor i64 %x, %a
  %c = mul i64 %b, {constant(FIRST)}
  %d = lshr i64 %c, 27
  %e = xor i64 %c, %d
  %f = mul i64 %e, {constant(SECOND)}
  %g = lshr i64 %f, 31
  %h = xor i64 %f, %g
  ret i64 %h
}}

"""

_NOTE = """\
define internal void @noted(ptr %c, ptr %l, ptr %w, i64 %walk) noinline nounwind {
entry:
  %width = field c.width
  %watch = field c.watch ptr
  %events = field l.events ptr
  loop i, 0, %width
  %event = get %events, %i i64
  %others = xor i64 %event, -1
  %before = get %watch, %i i64
  %after = and i64 %before, %others
  put %watch, %i, %after i64
  end i
  %hits = field c.hits ptr
  %found = field c.found
  put %hits, %found, %walk i64
  %found.up = add i64 %found, 1
  set c.found, %found.up
  ret void
}

"""

_WALK = f"""\
define void @walk(ptr noalias %c, ptr noalias %l, ptr noalias %w) nounwind {{
entry:
  %best.v = alloca i64
  %least.v = alloca i64
  %random.v = alloca i64
  %visit = field c.visit ptr
  %watch = field c.watch ptr
  %out = field l.buffer ptr
  %actions = field l.actions ptr
  %events = field l.events ptr
  %counts = field l.counts ptr
  %path = field w.path ptr
  %starts = field w.starts ptr
  %many = field w.many
  %first = field w.first
  %depth = field w.depth
  %room = field w.room
  %seed = field w.seed
  %number0 = field w.number
  %stop = field w.stop
  loop n, %number0, %stop
  %written = field w.written
  %end = add i64 %written, %depth
  %full = icmp uge i64 %end, %room
  br i1 %full, label %n.done, label %go
go:
  %own = mul i64 %n, {constant(STREAM)}
  %mixed = xor i64 %seed, %own
  %random0 = call i64 @mix(i64 %mixed)
  store i64 %random0, ptr %random.v
  %high = lshr i64 %random0, 32
  %scaled = mul i64 %high, %many
  %drawn = lshr i64 %scaled, 32
  %given = sub i64 %n, %first
  %listed = field w.listed
  %isgiven = icmp eq i64 %listed, 0
  %start.at = select i1 %isgiven, i64 %given, i64 %drawn
  %start = at %starts, %start.at
  %here = at %path, %written
  copy %start, %here
  loop s, 0, %depth
  %at = add i64 %written, %s
  %now = at %path, %at
  %result = call i64 @VISIT(ptr %now, ptr %out, ptr %actions, ptr %events, ptr %watch)
  %steps = and i64 %result, 9223372036854775807
  %flagged = icmp slt i64 %result, 0
  br i1 %flagged, label %tell, label %told
tell:
  call void @noted(ptr %c, ptr %l, ptr %w, i64 %n)
  br label %told
told:
  %none = icmp eq i64 %steps, 0
  br i1 %none, label %stuck, label %throw
stuck:
  %deadlocks = field w.deadlocks
  %deadlocks.up = add i64 %deadlocks, 1
  set w.deadlocks, %deadlocks.up
  br label %over
throw:
  %random = load i64, ptr %random.v
  %random.next = add i64 %random, {constant(STREAM)}
  store i64 %random.next, ptr %random.v
  %dice = call i64 @mix(i64 %random.next)
  store i64 -1, ptr %least.v
  store i64 0, ptr %best.v
  loop k, 0, %steps
  %action.k = get %actions, %k i32
  %action.up = add i64 %action.k, 1
  %salt = mul i64 %action.up, {constant(THIRD)}
  %salted = xor i64 %dice, %salt
  %lot = call i64 @mix(i64 %salted)
  %least = load i64, ptr %least.v
  %less = icmp ult i64 %lot, %least
  %least.new = select i1 %less, i64 %lot, i64 %least
  store i64 %least.new, ptr %least.v
  %best = load i64, ptr %best.v
  %best.new = select i1 %less, i64 %k, i64 %best
  store i64 %best.new, ptr %best.v
  end k
  %chosen = load i64, ptr %best.v
  %action = get %actions, %chosen i32
  %count = get %counts, %action i64
  %count.up = add i64 %count, 1
  put %counts, %action, %count.up i64
  %taken = at %out, %chosen
  %at.up = add i64 %at, 1
  %next = at %path, %at.up
  copy %taken, %next
  end s
  %last.at = add i64 %written, %depth
  %last = at %path, %last.at
  %result.l = call i64 @VISIT(ptr %last, ptr %out, ptr %actions, ptr %events, ptr %watch)
  %flagged.l = icmp slt i64 %result.l, 0
  br i1 %flagged.l, label %tell.l, label %over.l
tell.l:
  call void @noted(ptr %c, ptr %l, ptr %w, i64 %n)
  br label %over.l
over.l:
  br label %over
over:
  %length = phi i64 [ %s, %stuck ], [ %depth, %over.l ]
  %long = add i64 %length, 1
  %written.up = add i64 %written, %long
  set w.written, %written.up
  end n
  set w.number, %n
  ret void
}}
"""


def walking(words: int) -> str:
    """The IR text, for states of so many words."""
    return assemble((_MIX + _NOTE + _WALK).replace("call i64 @VISIT(", "call i64 %visit("), words)
