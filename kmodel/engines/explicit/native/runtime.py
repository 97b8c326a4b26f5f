"""The module that is the same for all systems: the table of states, and the search of a level. Compiled once and kept.

A bucket is a cache line of eight places. A state's place is the first empty one from the bucket on that the high bits of its hash
number; places are never emptied, so whoever finds an empty place before the state knows that it is not there, and a place that
was empty when it was looked at and is taken by compare-and-exchange holds each state once. A place is the hash itself where that tells
states apart (`direct`: one word), else 31 bits of it and the state's index plus 1, and the state itself is compared: exact either way.

    level(context, worker)            makes the steps from the states up to `stop`
    insert(context, worker, count)    the first states of the worker's buffer: kept if they are new
    rebuild(context)                  fills an empty table with all states
    find(context, state)              0 if it is not there, else its index plus 1 (direct: 1)
    settle(context, from, to)         fills a hole in the arena with its last states
"""

from __future__ import annotations

from kmodel.engines.explicit.native.assembly import assemble
from kmodel.engines.explicit.native.drain import DIRECT, DRAIN, EXCHANGE, FETCH, FILTER, FROM_ALL, FROM_FRESH, INDEXED, KEY, PEEK, TAGGED
from kmodel.records import dataclass

BATCH = 512
"""Steps that are looked up together, so that memory is fetched for all of them at once."""

CHUNK = 1024
"""Places of the arena that a worker reserves."""

FILTERED = 16384
"""Places of a worker's filter: about half of all steps lead where some of the last steps led."""

NOBODY = 0xFFFFFFFF
"""The parent of a first state."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a runtime is for. `indexed` tables know the index of each state; others of one word a state save its comparison."""

    words: int
    threads: bool
    indexed: bool = False

    @property
    def direct(self) -> bool:
        return self.words == 1 and not self.indexed


def runtime(kind: Kind) -> str:
    """The IR text."""
    add = "%{0} = atomicrmw add ptr %{1}, i64 {2} acq_rel"
    plain = "%{0} = load i64, ptr %{1}\n  %{0}.sum = add i64 %{0}, {2}\n  store i64 %{0}.sum, ptr %{1}"
    text = "\n".join((_DECLARED, DRAIN, _INSERT, _LEVEL, _NOTE, _REBUILD, _FIND, _SETTLE))
    text = text.replace("BATCH", str(BATCH)).replace("CHUNK", str(CHUNK))
    for name, place, more in (("base", "states.p", str(CHUNK)), ("low", "cursor.p", "%grain")):
        text = text.replace(f"  ADD {name} {place} {more}", "  " + (add if kind.threads else plain).format(name, place, more))
    text = text.replace("  HASH\n", FILTER if kind.direct else FETCH)
    text = text.replace("  EACH\n", "" if kind.direct else FROM_ALL)
    text = text.replace("  NEW\n", FROM_FRESH if kind.direct else "")
    text = text.replace("  PEEK\n", "" if kind.direct else PEEK)
    text = text.replace("  PROBE\n", DIRECT if kind.direct else INDEXED)
    text = text.replace("  KEY next\n", KEY if kind.direct else TAGGED)
    text = text.replace("  TAKE\n", EXCHANGE if kind.threads else "  store i64 %key, ptr %place\n  br label %taken\n")
    text = text.replace("  MOVE\n", "" if kind.direct else _MOVE)
    text = text.replace("  FOUND\n", "  ret i64 1\n" if kind.direct else "  %one = add i64 %index, 1\n  ret i64 %one\n")
    return assemble(text, kind.words)


_DECLARED = """\
declare void @llvm.prefetch.p0(ptr, i32, i32, i32)
declare i8 @llvm.cttz.i8(i8, i1)
"""

_INSERT = """\
define void @insert(ptr %c, ptr %l, i64 %count) nounwind {
entry:
  call void @drain(ptr %c, ptr %l, i64 %count)
  ret void
}
"""

_LEVEL = """\
define internal void @flush(ptr noalias %c, ptr noalias %l, i64 %count) nounwind {
entry:
  %counts = field l.counts ptr
  %actions = field l.actions ptr
  loop i, 0, %count
  %action.p = getelementptr i32, ptr %actions, i64 %i
  %action = load i32, ptr %action.p
  %action64 = zext i32 %action to i64
  %count.p = getelementptr i64, ptr %counts, i64 %action64
  %many = load i64, ptr %count.p
  %more = add i64 %many, 1
  store i64 %more, ptr %count.p
  end i
  call void @drain(ptr %c, ptr %l, i64 %count)
  ret void
}

define void @level(ptr noalias %c, ptr noalias %l) nounwind {
entry:
  %held.v = alloca i64
  store i64 0, ptr %held.v
  %stop = field c.stop
  %limit = field c.limit
  %grain = field c.grain
  %arena = field c.arena ptr
  %visit = field c.visit ptr
  %watch = field c.watch ptr
  %expanding = field c.expanding
  %mute = icmp eq i64 %expanding, 0
  %buffer = field l.buffer ptr
  %sources = field l.sources ptr
  %actions = field l.actions ptr
  %events = field l.events ptr
  br label %grab
grab:
  %states = field c.states
  %over = icmp ugt i64 %states, %limit
  br i1 %over, label %finish, label %take
take:
  %cursor.p = getelementptr i64, ptr %c, i64 6
  ADD low cursor.p %grain
  %beyond = icmp uge i64 %low, %stop
  br i1 %beyond, label %finish, label %some
some:
  %low.end = add i64 %low, %grain
  %within = icmp ult i64 %low.end, %stop
  %high = select i1 %within, i64 %low.end, i64 %stop
  loop x, %low, %high
  %held = load i64, ptr %held.v
  %state = at %arena, %x
  %out = at %buffer, %held
  %out.actions = getelementptr i32, ptr %actions, i64 %held
  %result = call i64 %visit(ptr %state, ptr %out, ptr %out.actions, ptr %events, ptr %watch)
  %steps = and i64 %result, 9223372036854775807
  %flagged = icmp slt i64 %result, 0
  br i1 %flagged, label %told, label %go, !prof !1
told:
  call void @note(ptr %c, ptr %l, i64 %x)
  br label %go
go:
  br i1 %mute, label %x.next, label %keep
keep:
  %held.end = add i64 %held, %steps
  store i64 %held.end, ptr %held.v
  %x32 = trunc i64 %x to i32
  %x32.one = insertelement <16 x i32> poison, i32 %x32, i32 0
  %x32.all = shufflevector <16 x i32> %x32.one, <16 x i32> poison, <16 x i32> zeroinitializer
  %steps.up = add i64 %steps, 15
  %sixteens = lshr i64 %steps.up, 4
  loop s, 0, %sixteens
  %s.first = shl i64 %s, 4
  %s.at = add i64 %held, %s.first
  %source.p = getelementptr i32, ptr %sources, i64 %s.at
  store <16 x i32> %x32.all, ptr %source.p, align 4
  end s
  %enough = icmp uge i64 %held.end, BATCH
  br i1 %enough, label %drain, label %x.next
drain:
  call void @flush(ptr %c, ptr %l, i64 %held.end)
  store i64 0, ptr %held.v
  end x
  br label %grab
finish:
  %rest = load i64, ptr %held.v
  call void @flush(ptr %c, ptr %l, i64 %rest)
  ret void
}
"""

_NOTE = """\
define internal void @note(ptr %c, ptr %l, i64 %x) noinline nounwind {
entry:
  %new.v = alloca i64
  store i64 0, ptr %new.v
  %width = field c.width
  %watch = field c.watch ptr
  %events = field l.events ptr
  loop i, 0, %width
  %event.p = getelementptr i64, ptr %events, i64 %i
  %event = load i64, ptr %event.p
  %others = xor i64 %event, -1
  %watch.p = getelementptr i64, ptr %watch, i64 %i
  %before = atomicrmw and ptr %watch.p, i64 %others acq_rel
  %first = and i64 %before, %event
  %new = load i64, ptr %new.v
  %all = or i64 %new, %first
  store i64 %all, ptr %new.v
  end i
  %any = load i64, ptr %new.v
  %none = icmp eq i64 %any, 0
  br i1 %none, label %over, label %hit
hit:
  %hits = field c.hits ptr
  %found.p = getelementptr i64, ptr %c, i64 14
  %at = atomicrmw add ptr %found.p, i64 1 acq_rel
  %hit.p = getelementptr i64, ptr %hits, i64 %at
  store i64 %x, ptr %hit.p
  br label %over
over:
  ret void
}
"""

_REBUILD = """\
define void @rebuild(ptr noalias %c) nounwind {
entry:
  %bucket.v = alloca i64
  %table = field c.table ptr
  %shift = field c.shift
  %mask = field c.mask
  %arena = field c.arena ptr
  %states = field c.states
  loop next, 0, %states
  %far = add i64 %next, 24
  %inside = icmp ult i64 %far, %states
  %soon = select i1 %inside, i64 %far, i64 %next
  %state.f = at %arena, %soon
  %h.f = hash %state.f
  %bucket.f = lshr i64 %h.f, %shift
  %line.f = shl i64 %bucket.f, 3
  %line.fp = getelementptr i64, ptr %table, i64 %line.f
  call void @llvm.prefetch.p0(ptr %line.fp, i32 1, i32 3, i32 1)
  %state = at %arena, %next
  %h = hash %state
  %first = lshr i64 %h, %shift
  store i64 %first, ptr %bucket.v
  br label %probe
probe:
  %bucket = load i64, ptr %bucket.v
  %line = shl i64 %bucket, 3
  %line.p = getelementptr i64, ptr %table, i64 %line
  %places = load <8 x i64>, ptr %line.p, align 64
  %zeros = icmp eq <8 x i64> %places, zeroinitializer
  %empty = bitcast <8 x i1> %zeros to i8
  %some = icmp ne i8 %empty, 0
  br i1 %some, label %new, label %onward, !prof !0
onward:
  %following = add i64 %bucket, 1
  %wrapped = and i64 %following, %mask
  store i64 %wrapped, ptr %bucket.v
  br label %probe
new:
  %lane = call i8 @llvm.cttz.i8(i8 %empty, i1 true)
  %lane64 = zext i8 %lane to i64
  %place = getelementptr i64, ptr %line.p, i64 %lane64
  KEY next
  store i64 %key, ptr %place
  end next
  ret void
}
"""

_FIND = """\
define i64 @find(ptr noalias %c, ptr noalias %state) nounwind {
entry:
  %bucket.v = alloca i64
  %mask8.v = alloca i8
  %table = field c.table ptr
  %shift = field c.shift
  %mask = field c.mask
  %arena = field c.arena ptr
  %h = hash %state
  %first = lshr i64 %h, %shift
  store i64 %first, ptr %bucket.v
  br label %probe
probe:
  PROBE
room:
  %zeros = icmp eq <8 x i64> %places, zeroinitializer
  %empty = bitcast <8 x i1> %zeros to i8
  %some = icmp ne i8 %empty, 0
  br i1 %some, label %absent, label %onward
onward:
  %following = add i64 %bucket, 1
  %wrapped = and i64 %following, %mask
  store i64 %wrapped, ptr %bucket.v
  br label %probe
absent:
  ret i64 0
there:
  FOUND
}
"""

_MOVE = """\
  %h = hash %moved
  %old.up = shl i64 %h, 32
  %old.tag = or i64 %old.up, -9223372036854775808
  %old.one = add i64 %top, 1
  %old = or i64 %old.tag, %old.one
  %new.one = add i64 %hole, 1
  %new = or i64 %old.tag, %new.one
  %first = lshr i64 %h, %shift
  store i64 %first, ptr %bucket.v
  br label %probe
probe:
  %bucket = load i64, ptr %bucket.v
  %line = shl i64 %bucket, 3
  %line.p = getelementptr i64, ptr %table, i64 %line
  %places = load <8 x i64>, ptr %line.p, align 64
  %onekey = insertelement <8 x i64> poison, i64 %old, i32 0
  %all = shufflevector <8 x i64> %onekey, <8 x i64> poison, <8 x i32> zeroinitializer
  %equal = icmp eq <8 x i64> %places, %all
  %bits = bitcast <8 x i1> %equal to i8
  %hit = icmp ne i8 %bits, 0
  br i1 %hit, label %patch, label %onward
onward:
  %following = add i64 %bucket, 1
  %wrapped = and i64 %following, %mask
  store i64 %wrapped, ptr %bucket.v
  br label %probe
patch:
  %lane = call i8 @llvm.cttz.i8(i8 %bits, i1 true)
  %lane64 = zext i8 %lane to i64
  %place = getelementptr i64, ptr %line.p, i64 %lane64
  store i64 %new, ptr %place
"""

_SETTLE = """\
define void @settle(ptr noalias %c, i64 %from, i64 %to) nounwind {
entry:
  %bucket.v = alloca i64
  %table = field c.table ptr
  %shift = field c.shift
  %mask = field c.mask
  %arena = field c.arena ptr
  %parents = field c.parents ptr
  loop hole, %from, %to
  %states = field c.states
  %top = sub i64 %states, 1
  %past = icmp ult i64 %top, %to
  br i1 %past, label %cut, label %move
move:
  %moved = at %arena, %top
  %kept = at %arena, %hole
  copy %moved, %kept
  %top.p = getelementptr i32, ptr %parents, i64 %top
  %parent = load i32, ptr %top.p
  %hole.p = getelementptr i32, ptr %parents, i64 %hole
  store i32 %parent, ptr %hole.p
  set c.states, %top
  MOVE
  end hole
  ret void
cut:
  set c.states, %hole
  ret void
}

!0 = !{!"branch_weights", i32 1000, i32 1}
!1 = !{!"branch_weights", i32 1, i32 1000}
"""
