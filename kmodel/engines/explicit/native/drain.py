"""The runtime's inner loop, with its variants: some states are looked up together, and those that are new are kept."""

from __future__ import annotations

DRAIN = """\
define internal void @drain(ptr noalias %c, ptr noalias %l, i64 %count) nounwind {
entry:
  %bucket.v = alloca i64
  %next.v = alloca i64
  %end.v = alloca i64
  %mask8.v = alloca i8
  %kept.v = alloca i64
  %table = field c.table ptr
  %shift = field c.shift
  %mask = field c.mask
  %arena = field c.arena ptr
  %parents = field c.parents ptr
  %buffer = field l.buffer ptr
  %hashes = field l.hashes ptr
  %sources = field l.sources ptr
  %next0 = field l.next
  %end0 = field l.end
  store i64 %next0, ptr %next.v
  store i64 %end0, ptr %end.v
  %canonical = field c.canonical ptr
  %plain = icmp eq ptr %canonical, null
  br i1 %plain, label %fetch, label %canon
canon:
  call void %canonical(ptr %buffer, i64 %count)
  br label %fetch
fetch:
  HASH
  PEEK
  loop k, 0, %many
  EACH
  %h.kp = getelementptr i64, ptr %hashes, i64 %k
  %h = load i64, ptr %h.kp
  %first = lshr i64 %h, %shift
  store i64 %first, ptr %bucket.v
  br label %probe
probe:
  PROBE
room:
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
  %free = load i64, ptr %next.v
  %last = load i64, ptr %end.v
  %full = icmp eq i64 %free, %last
  br i1 %full, label %reserve, label %write, !prof !1
reserve:
  %states.p = getelementptr i64, ptr %c, i64 5
  ADD base states.p CHUNK
  store i64 %base, ptr %next.v
  %base.end = add i64 %base, CHUNK
  store i64 %base.end, ptr %end.v
  br label %write
write:
  %next = load i64, ptr %next.v
  NEW
  %kept = at %arena, %next
  copy %state, %kept
  %source.p = getelementptr i32, ptr %sources, i64 %from
  %source = load i32, ptr %source.p
  %parent.p = getelementptr i32, ptr %parents, i64 %next
  store i32 %source, ptr %parent.p
  KEY next
  TAKE
taken:
  %next.up = add i64 %next, 1
  store i64 %next.up, ptr %next.v
  br label %there
there:
  end k
  %next1 = load i64, ptr %next.v
  %end1 = load i64, ptr %end.v
  set l.next, %next1
  set l.end, %end1
  ret void
}
"""

FETCH = """\
  %many = or i64 %count, 0
  loop i, 0, %many
  %state.i = at %buffer, %i
  %h.i = hash %state.i
  %h.p = getelementptr i64, ptr %hashes, i64 %i
  store i64 %h.i, ptr %h.p
  %bucket.i = lshr i64 %h.i, %shift
  %line.i = shl i64 %bucket.i, 3
  %line.ip = getelementptr i64, ptr %table, i64 %line.i
  call void @llvm.prefetch.p0(ptr %line.ip, i32 0, i32 3, i32 1)
  end i
"""

FILTER = """\
  %filter = field l.filter ptr
  %fresh = field l.fresh ptr
  store i64 0, ptr %kept.v
  %count.up = add i64 %count, 7
  %eights = lshr i64 %count.up, 3
  loop e, 0, %eights
  %first.e = shl i64 %e, 3
  %states.e = getelementptr i64, ptr %buffer, i64 %first.e
  %h.e = hashes %states.e
  %hashes.e = getelementptr i64, ptr %hashes, i64 %first.e
  store <8 x i64> %h.e, ptr %hashes.e, align 8
  end e
  loop f, 0, %count
  %h.fp = getelementptr i64, ptr %hashes, i64 %f
  %h.f = load i64, ptr %h.fp
  %bucket.f = lshr i64 %h.f, %shift
  %line.f = shl i64 %bucket.f, 3
  %line.fp = getelementptr i64, ptr %table, i64 %line.f
  call void @llvm.prefetch.p0(ptr %line.fp, i32 0, i32 3, i32 1)
  %place.f = and i64 %h.f, 16383
  %seen.p = getelementptr i64, ptr %filter, i64 %place.f
  %seen = load i64, ptr %seen.p
  store i64 %h.f, ptr %seen.p
  %to = load i64, ptr %kept.v
  %h.to = getelementptr i64, ptr %hashes, i64 %to
  store i64 %h.f, ptr %h.to
  %fresh.to = getelementptr i32, ptr %fresh, i64 %to
  %f32 = trunc i64 %f to i32
  store i32 %f32, ptr %fresh.to
  %unseen = icmp ne i64 %seen, %h.f
  %unseen64 = zext i1 %unseen to i64
  %to.up = add i64 %to, %unseen64
  store i64 %to.up, ptr %kept.v
  end f
  %many = load i64, ptr %kept.v
"""

FROM_FRESH = """\
  %fresh.p = getelementptr i32, ptr %fresh, i64 %k
  %fresh32 = load i32, ptr %fresh.p
  %from = zext i32 %fresh32 to i64
  %state = at %buffer, %from
"""

FROM_ALL = """\
  %from = or i64 %k, 0
  %state = at %buffer, %from
"""

PEEK = """\
  loop j, 0, %many
  %h.jp = getelementptr i64, ptr %hashes, i64 %j
  %h.j = load i64, ptr %h.jp
  %bucket.j = lshr i64 %h.j, %shift
  %line.j = shl i64 %bucket.j, 3
  %line.jp = getelementptr i64, ptr %table, i64 %line.j
  %places.j = load <8 x i64>, ptr %line.jp, align 64
  %up.j = shl i64 %h.j, 32
  %tag.j = or i64 %up.j, -9223372036854775808
  %one.j = insertelement <8 x i64> poison, i64 %tag.j, i32 0
  %all.j = shufflevector <8 x i64> %one.j, <8 x i64> poison, <8 x i32> zeroinitializer
  %cut.j = and <8 x i64> %places.j, splat (i64 -4294967296)
  %equal.j = icmp eq <8 x i64> %cut.j, %all.j
  %bits.j = bitcast <8 x i1> %equal.j to i8
  %any.j = icmp ne i8 %bits.j, 0
  br i1 %any.j, label %ahead, label %j.next
ahead:
  %lane.j = call i8 @llvm.cttz.i8(i8 %bits.j, i1 true)
  %lane64.j = zext i8 %lane.j to i64
  %place.j = getelementptr i64, ptr %line.jp, i64 %lane64.j
  %held.j = load i64, ptr %place.j
  %number.j = and i64 %held.j, 4294967295
  %index.j = sub i64 %number.j, 1
  %kept.j = at %arena, %index.j
  call void @llvm.prefetch.p0(ptr %kept.j, i32 0, i32 3, i32 1)
  end j
"""

_LOAD = """\
  %bucket = load i64, ptr %bucket.v
  %line = shl i64 %bucket, 3
  %line.p = getelementptr i64, ptr %table, i64 %line
  %places = load <8 x i64>, ptr %line.p, align 64
"""

DIRECT = (
    _LOAD
    + """\
  %one = insertelement <8 x i64> poison, i64 %h, i32 0
  %all = shufflevector <8 x i64> %one, <8 x i64> poison, <8 x i32> zeroinitializer
  %equal = icmp eq <8 x i64> %places, %all
  %bits = bitcast <8 x i1> %equal to i8
  %hit = icmp ne i8 %bits, 0
  br i1 %hit, label %there, label %room
"""
)

INDEXED = (
    _LOAD
    + """\
  %up = shl i64 %h, 32
  %tag = or i64 %up, -9223372036854775808
  %onetag = insertelement <8 x i64> poison, i64 %tag, i32 0
  %all = shufflevector <8 x i64> %onetag, <8 x i64> poison, <8 x i32> zeroinitializer
  %cut = and <8 x i64> %places, splat (i64 -4294967296)
  %equal = icmp eq <8 x i64> %cut, %all
  %bits = bitcast <8 x i1> %equal to i8
  store i8 %bits, ptr %mask8.v
  br label %compare
compare:
  %left = load i8, ptr %mask8.v
  %none = icmp eq i8 %left, 0
  br i1 %none, label %room, label %alike
alike:
  %lane.a = call i8 @llvm.cttz.i8(i8 %left, i1 true)
  %lane64.a = zext i8 %lane.a to i64
  %place.a = getelementptr i64, ptr %line.p, i64 %lane64.a
  %held = load i64, ptr %place.a
  %number = and i64 %held, 4294967295
  %index = sub i64 %number, 1
  %other = at %arena, %index
  %less1 = sub i8 %left, 1
  %rest = and i8 %left, %less1
  store i8 %rest, ptr %mask8.v
  %is = same %state, %other
  br i1 %is, label %there, label %compare
"""
)

KEY = "  %key = or i64 %h, 0\n"

TAGGED = """\
  %key.up = shl i64 %h, 32
  %key.tag = or i64 %key.up, -9223372036854775808
  %key.one = add i64 %next, 1
  %key = or i64 %key.tag, %key.one
"""

EXCHANGE = """\
  %swap = cmpxchg ptr %place, i64 0, i64 %key acq_rel monotonic
  %won = extractvalue { i64, i1 } %swap, 1
  br i1 %won, label %taken, label %probe
"""
