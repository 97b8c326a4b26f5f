"""The compiled functions that judge a component (see `sorting`), and those that look for a way round in a fair part."""

from __future__ import annotations

from kmodel.engines.explicit.native.assembly import assemble
from kmodel.engines.explicit.native.sorting import BEGINNING, FIELDS, STEPS

_ENDS = """\
  %top = field p.top
  %cursor.up = add i64 %cursor, 1
  set p.cursor, %cursor.up
  %more = icmp ult i64 %cursor.up, %top
"""

_GATHER = (
    "define internal void @gather(ptr noalias %g, ptr noalias %p) nounwind {\nentry:\n"
    + FIELDS
    + """\
  %cursor = field p.cursor
  %v = get %stack, %cursor i32
  %state = and i64 %v, %smask
  %at = lshr i64 %v, %shift
  %number = field p.number
  put %order, %v, 4294967295 i32
  put %part, %v, %number i32
  %accept = get %accepts, %at i64
  %met = field p.met
  %met.all = or i64 %met, %accept
  set p.met, %met.all
  %able = get %enabled, %state i64
  %somewhere = field p.somewhere
  %some.all = or i64 %somewhere, %able
  set p.somewhere, %some.all
  %everywhere = field p.everywhere
  %every.all = and i64 %everywhere, %able
  set p.everywhere, %every.all
"""
    + _ENDS
    + """\
  br i1 %more, label %over, label %complete
over:
  ret void
complete:
  %low = field p.low
  set p.cursor, %low
  %goals = field p.goals
  %others = xor i64 %met.all, -1
  %unmet = and i64 %goals, %others
  %bare = icmp ne i64 %unmet, 0
  br i1 %bare, label %drop, label %endless
drop:
  set p.phase, 0
  set p.top, %low
  ret void
endless:
  %label = get %labels, %state i16
  %row.at = mul i64 %at, %classes
  %here = add i64 %row.at, %label
  %ways = get %allowed, %here i64
  %stays.up = lshr i64 %ways, %at
  %stays = and i64 %stays.up, 1
  %inner = field p.inner
  %inner.all = or i64 %inner, %stays
  set p.inner, %inner.all
  %weak = field p.weak
  %strong = field p.strong
  %fair = or i64 %weak, %strong
  %asked = and i64 %fair, %some.all
  %free = icmp eq i64 %asked, 0
  %round = icmp ne i64 %inner.all, 0
  %settled = and i1 %free, %round
  br i1 %settled, label %decide, label %look
decide:
  call void @decide(ptr %p)
  ret void
look:
  set p.phase, 2
  ret void
}
"""
)

_DECIDE = """\
define internal void @decide(ptr noalias %p) nounwind {
entry:
  %low = field p.low
  set p.cursor, %low
  %inner = field p.inner
  %ends = icmp eq i64 %inner, 0
  br i1 %ends, label %drop, label %weakly
drop:
  set p.phase, 0
  set p.top, %low
  ret void
weakly:
  %taken = field p.taken
  %untaken = xor i64 %taken, -1
  %weak = field p.weak
  %everywhere = field p.everywhere
  %due = and i64 %weak, %everywhere
  %kept = and i64 %due, %untaken
  %unfair = icmp ne i64 %kept, 0
  br i1 %unfair, label %drop, label %strongly
strongly:
  %strong = field p.strong
  %somewhere = field p.somewhere
  %asked = and i64 %strong, %somewhere
  %missed = and i64 %asked, %untaken
  set p.missed, %missed
  set p.phase, 3
  ret void
}
"""

_THROUGH = (
    "define internal void @through(ptr noalias %g, ptr noalias %p) nounwind {\nentry:\n"
    + FIELDS
    + """\
  %cursor = field p.cursor
  %number = field p.number
  %v = get %stack, %cursor i32
  %able.at = and i64 %v, %smask
  %able = get %enabled, %able.at i64
  %weak = field p.weak
  %strong = field p.strong
  %fair = or i64 %weak, %strong
  %taken0 = field p.taken
  %open = xor i64 %taken0, -1
  %asked = and i64 %able, %fair
  %due = and i64 %asked, %open
  %nothing = icmp eq i64 %due, 0
  %inner = field p.inner
  %round = icmp ne i64 %inner, 0
  %skip = and i1 %nothing, %round
  br i1 %skip, label %e.done, label %walk
walk:
"""
    + STEPS
    + """\
  %w.part = get %part, %w i32
  %inside = icmp eq i64 %w.part, %number
  br i1 %inside, label %within, label %bit
within:
  set p.inner, 1
  %action = get %actions, %edge i16
  %group = get %groups, %action i64
  %counted = select i1 %still, i64 0, i64 %group
  %taken = field p.taken
  %taken.all = or i64 %taken, %counted
  set p.taken, %taken.all
  br label %bit
  end e
"""
    + _ENDS
    + """\
  br i1 %more, label %over, label %complete
over:
  ret void
complete:
  call void @decide(ptr %p)
  ret void
}
"""
)

_VERDICT = (
    "define internal void @verdict(ptr noalias %g, ptr noalias %p) nounwind {\nentry:\n"
    + FIELDS
    + """\
  %cursor = field p.cursor
  %v = get %stack, %cursor i32
  %state = and i64 %v, %smask
  %missed = field p.missed
  %good = icmp eq i64 %missed, 0
  br i1 %good, label %fair, label %rest
fair:
  %number = field p.number
  %flagged = or i64 %number, 2147483648
  put %part, %v, %flagged i32
  %many = field p.fair
  %many.up = add i64 %many, 1
  set p.fair, %many.up
  br label %next
rest:
  %able = get %enabled, %state i64
  %owes = and i64 %able, %missed
  %stays = icmp eq i64 %owes, 0
  br i1 %stays, label %keep, label %remove
keep:
  put %order, %v, 0 i32
  set p.again, 1
  br label %next
remove:
  put %part, %v, 0 i32
  br label %next
next:
"""
    + _ENDS
    + """\
  br i1 %more, label %over, label %complete
complete:
  %low = field p.low
  set p.top, %low
  set p.phase, 0
  br label %over
over:
  ret void
}
"""
)

_NEAREST = (
    "define i64 @nearest(ptr noalias %g, ptr noalias %p, i64 %turns) nounwind {\nentry:\n"
    + FIELDS
    + """\
  %weak = field p.weak
  %goals = field p.wanted_goals
  %duties = field p.wanted_groups
  %target = field p.target
  %from = field p.entry
  %from.part = get %part, %from i32
  loop turn, 0, %turns
  %cursor = field p.cursor
  %noted = field p.top
  %over = icmp eq i64 %cursor, %noted
  br i1 %over, label %nowhere, label %some
nowhere:
  ret i64 2
some:
  %cursor.up = add i64 %cursor, 1
  set p.cursor, %cursor.up
  %v = get %stack, %cursor i32
  %v.up = add i64 %v, 1
"""
    + STEPS
    + """\
  %w.part = get %part, %w i32
  %inside = icmp eq i64 %w.part, %from.part
  br i1 %inside, label %within, label %bit
within:
  %accept = get %accepts, %next.at i64
  %helps = and i64 %accept, %goals
  %action = get %actions, %edge i16
  %group = get %groups, %action i64
  %counted = select i1 %still, i64 0, i64 %group
  %able = get %enabled, %to i64
  %unable = xor i64 %able, -1
  %excused = and i64 %unable, %weak
  %spared = or i64 %counted, %excused
  %does = and i64 %spared, %duties
  %any = or i64 %helps, %does
  %useful = icmp ne i64 %any, 0
  %there = icmp eq i64 %w, %target
  %wanted = or i1 %useful, %there
  br i1 %wanted, label %found, label %onward
found:
  set p.found, %v
  set p.after, %w
  ret i64 1
onward:
  %known = get %order, %w i32
  %new = icmp eq i64 %known, 0
  br i1 %new, label %keep, label %bit
keep:
  put %order, %w, %v.up i32
  %top = field p.top
  put %stack, %top, %w i32
  %top.up = add i64 %top, 1
  set p.top, %top.up
  br label %bit
  end e
  end turn
  ret i64 0
}

define void @seed(ptr noalias %p) nounwind {
entry:
  %part = field p.part ptr
  %queue = field p.queue ptr
  %seeds = field p.seeds ptr
  %shift = field p.shift
  %tail = field p.tail
  loop n, 0, %tail
  %v = get %queue, %n i32
  %at = lshr i64 %v, %shift
  %number = get %seeds, %at i64
  put %part, %v, %number i32
  end n
  ret void
}

define i64 @somewhere(ptr noalias %g, ptr noalias %p, i64 %number) nounwind {
entry:
  %all.v = alloca i64
  store i64 0, ptr %all.v
  %part = field p.part ptr
  %queue = field p.queue ptr
  %enabled = field g.enabled ptr
  %shift = field p.shift
  %bound = shl i64 1, %shift
  %smask = sub i64 %bound, 1
  %tail = field p.tail
  loop n, 0, %tail
  %v = get %queue, %n i32
  %v.part = get %part, %v i32
  %in = icmp eq i64 %v.part, %number
  br i1 %in, label %within, label %n.next
within:
  %state = and i64 %v, %smask
  %able = get %enabled, %state i64
  %all = load i64, ptr %all.v
  %more = or i64 %all, %able
  store i64 %more, ptr %all.v
  end n
  %result = load i64, ptr %all.v
  ret i64 %result
}

define void @forget(ptr noalias %p) nounwind {
entry:
  %order = field p.order ptr
  %stack = field p.stack ptr
  %top = field p.top
  loop n, 0, %top
  %v = get %stack, %n i32
  put %order, %v, 0 i32
  end n
  set p.top, 0
  ret void
}
"""
)

_LOOK = (
    "define i64 @look(ptr noalias %g, ptr noalias %p, i64 %from, i64 %which) nounwind {\nentry:\n"
    + FIELDS
    + """\
  %some.v = alloca i64
  %tail = field p.tail
  %width = field p.width
  %goals = field p.goals
  %weak = field p.weak
  %strong = field p.strong
  %asked = or i64 %weak, %strong
  loop n, %from, %tail
  %v = get %queue, %n i32
  %state = and i64 %v, %smask
  %at = lshr i64 %v, %shift
  %v.part = get %part, %v i32
  %fair = lshr i64 %v.part, 31
  %accept = get %accepts, %at i64
  %met = and i64 %accept, %goals
  %all = icmp eq i64 %met, %goals
  %all2 = select i1 %all, i64 2, i64 0
  %row.at = mul i64 %at, %classes
  %label = get %labels, %state i16
  %here = add i64 %row.at, %label
  %ways = get %allowed, %here i64
  %stays.up = lshr i64 %ways, %at
  %stays = and i64 %stays.up, 1
  %able = get %enabled, %state i64
  %due = and i64 %able, %asked
  %idle = icmp eq i64 %due, 0
  %still = select i1 %idle, i64 %stays, i64 0
  %still4 = shl i64 %still, 2
  store i64 0, ptr %some.v
  loop q, 0, %width
  %beside.up = shl i64 %q, %shift
  %beside = or i64 %beside.up, %state
  %beside.part = get %part, %beside i32
  %beside.fair = lshr i64 %beside.part, 31
  %some = load i64, ptr %some.v
  %some.or = or i64 %some, %beside.fair
  store i64 %some.or, ptr %some.v
  end q
  %any = load i64, ptr %some.v
  %any8 = shl i64 %any, 3
  %two = or i64 %fair, %all2
  %three = or i64 %two, %still4
  %four = or i64 %three, %any8
  %has = and i64 %four, %which
  %is = icmp eq i64 %has, %which
  br i1 %is, label %n.done, label %n.next
  end n
  ret i64 %n
}
"""
)


def judging() -> str:
    """The IR text of all of them."""
    return assemble("\n".join((BEGINNING, _GATHER, _DECIDE, _THROUGH, _VERDICT, _NEAREST, _LOOK)), 1)
