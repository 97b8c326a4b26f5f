"""The compiled functions on a product of states and nodes of an automaton: what can be reached, and the parts that are fair.

A component is judged when it is complete, as `product.fair_parts` judges it. Components come from Pearce's algorithm (Information
Processing Letters 116(1), 2016): one number a node, and nodes that are no roots wait on a stack. All that a function must know lies in
memory, so that each returns after some turns and goes on when it is called again.

    spread(graph, product, turns)     1 when all nodes that can be reached are in the queue
    seed(product)                     each node of the queue is in the part of the automaton's node, until they are sorted
    sort(graph, product, turns)       1 when all parts are known: nodes of fair ones have the highest bit of `part` set
    nearest(graph, product, turns)    1 when the nearest step that is wanted was found, in the part of the node it begins at; 2: none
    somewhere(graph, product, part)   the groups that can be taken somewhere in a part
    forget(product)                   what `nearest` noted is undone
    look(graph, product, from, which) the first place in the queue from there on of a node with these of the bits: 1 it is in a fair
                                      part, 2 in all accepting sets, 4 and it may stay there for ever, 8 its state is one of a fair part
    label(arena, labels, from, to)    (of the system's own module) which terms hold in each state
"""

from __future__ import annotations

DONE = (1 << 32) - 1
FAIR = 1 << 31

FIELDS = """\
  %ways.v = alloca i64
  %first = field g.first ptr
  %targets = field g.targets ptr
  %actions = field g.actions ptr
  %enabled = field g.enabled ptr
  %groups = field g.groups ptr
  %labels = field p.labels ptr
  %allowed = field p.allowed ptr
  %accepts = field p.accepts ptr
  %classes = field p.classes
  %shift = field p.shift
  %bound = shl i64 1, %shift
  %smask = sub i64 %bound, 1
  %queue = field p.queue ptr
  %parents = field p.parents ptr
  %part = field p.part ptr
  %order = field p.order ptr
  %stack = field p.stack ptr
"""

_NODE = """\
  %state = and i64 %v, %smask
  %at = lshr i64 %v, %shift
  %state.up = add i64 %state, 1
  %lo = get %first, %state i32
  %hi = get %first, %state.up i32
  %beside = sub i64 %hi, %lo
  %many = add i64 %beside, 1
  %row.at = mul i64 %at, %classes
  %row = getelementptr i64, ptr %allowed, i64 %row.at
"""
"""Of node %v: its state, and how many steps it has (the first: nothing happens)."""

_TO = """\
  %still = icmp eq i64 %e, 0
  %edge.up = add i64 %lo, %e
  %edge.at = sub i64 %edge.up, 1
  %edge = select i1 %still, i64 %lo, i64 %edge.at
  %to.some = get %targets, %edge i32
  %to = select i1 %still, i64 %state, i64 %to.some
  %label = get %labels, %to i16
  %ways = get %row, %label i64
"""
"""Of step %e: the state it leads to, and the nodes of the automaton that may follow."""

_BITS = """\
  store i64 %ways, ptr %ways.v
  br label %bit
bit:
  %left = load i64, ptr %ways.v
  %none = icmp eq i64 %left, 0
"""
_ONE = """\
  %less = sub i64 %left, 1
  %others = and i64 %left, %less
  store i64 %others, ptr %ways.v
  %next.at = call i64 @llvm.cttz.i64(i64 %left, i1 true)
  %next.up = shl i64 %next.at, %shift
  %w = or i64 %to, %next.up
"""
STEPS = _NODE + "  loop e, 0, %many\n" + _TO + _BITS + "  br i1 %none, label %e.next, label %one\none:\n" + _ONE
"""Each node %w after node %v; the lines that follow lead to %bit, and end with `end e`."""

_SPREAD = (
    "define i64 @spread(ptr noalias %g, ptr noalias %p, i64 %turns) nounwind {\nentry:\n"
    + FIELDS
    + """\
  %tail.v = alloca i64
  %tail0 = field p.tail
  store i64 %tail0, ptr %tail.v
  loop turn, 0, %turns
  %head = field p.head
  %tail = load i64, ptr %tail.v
  %over = icmp eq i64 %head, %tail
  br i1 %over, label %finished, label %some
some:
  %head.up = add i64 %head, 1
  set p.head, %head.up
  %v = get %queue, %head i32
  %v.up = add i64 %v, 1
"""
    + STEPS
    + """\
  %known = get %parents, %w i32
  %new = icmp eq i64 %known, 0
  br i1 %new, label %keep, label %bit
keep:
  put %parents, %w, %v.up i32
  %free = load i64, ptr %tail.v
  put %queue, %free, %w i32
  %free.up = add i64 %free, 1
  store i64 %free.up, ptr %tail.v
  br label %bit
  end e
  end turn
  %tail1 = load i64, ptr %tail.v
  set p.tail, %tail1
  ret i64 0
finished:
  set p.tail, %tail
  ret i64 1
}
"""
)

_ENTER = (
    "define internal void @enter(ptr noalias %g, ptr noalias %p, i64 %v) nounwind {\nentry:\n"
    + FIELDS
    + _NODE
    + """\
  %label = get %labels, %state i16
  %ways = get %row, %label i64
  %index = field p.index
  put %order, %v, %index i32
  %index.up = add i64 %index, 1
  set p.index, %index.up
  %depth = field p.depth
  %frames = field p.frames ptr
  %place = shl i64 %depth, 1
  %place.up = add i64 %place, 1
  put %frames, %place, %v i64
  put %frames, %place.up, %ways i64
  %depth.up = add i64 %depth, 1
  set p.depth, %depth.up
  ret void
}
"""
)

_STEP = (
    "define internal void @step(ptr noalias %g, ptr noalias %p, i64 %depth) nounwind {\nentry:\n"
    + FIELDS
    + """\
  %e.v = alloca i64
  %lower.v = alloca i64
  %frames = field p.frames ptr
  %place = shl i64 %depth, 1
  %place.up = add i64 %place, 1
  %frame = get %frames, %place i64
  %frame.ways = get %frames, %place.up i64
  %v = and i64 %frame, 4294967295
  %frame.high = lshr i64 %frame, 32
  %frame.e = and i64 %frame.high, 2147483647
  %frame.lower = and i64 %frame, -9223372036854775808
  store i64 %frame.e, ptr %e.v
  store i64 %frame.lower, ptr %lower.v
  %v.part = get %part, %v i32
"""
    + _NODE
    + """\
  store i64 %frame.ways, ptr %ways.v
  br label %steps
steps:
  %e = load i64, ptr %e.v
"""
    + _TO.replace("  %ways = get %row, %label i64\n", "")
    + """\
  br label %bit
bit:
  %left = load i64, ptr %ways.v
  %none = icmp eq i64 %left, 0
  br i1 %none, label %onward, label %one
one:
"""
    + _ONE
    + """\
  %w.part = get %part, %w i32
  %inside = icmp eq i64 %w.part, %v.part
  br i1 %inside, label %known, label %bit
known:
  %w.order = get %order, %w i32
  %unseen = icmp eq i64 %w.order, 0
  br i1 %unseen, label %push, label %compare
compare:
  %v.order = get %order, %v i32
  %below = icmp ult i64 %w.order, %v.order
  br i1 %below, label %mark, label %bit
mark:
  put %order, %v, %w.order i32
  store i64 -9223372036854775808, ptr %lower.v
  br label %bit
push:
  %lower = load i64, ptr %lower.v
  %e.high = shl i64 %e, 32
  %frame.one = or i64 %v, %e.high
  %frame.two = or i64 %frame.one, %lower
  put %frames, %place, %frame.two i64
  %rest = load i64, ptr %ways.v
  put %frames, %place.up, %rest i64
  call void @enter(ptr %g, ptr %p, i64 %w)
  ret void
onward:
  %e.up = add i64 %e, 1
  %last = icmp eq i64 %e.up, %many
  br i1 %last, label %leave, label %another
another:
  store i64 %e.up, ptr %e.v
  %another.at = add i64 %lo, %e
  %another.to = get %targets, %another.at i32
  %another.label = get %labels, %another.to i16
  %another.ways = get %row, %another.label i64
  store i64 %another.ways, ptr %ways.v
  br label %steps
leave:
  set p.depth, %depth
  %top = field p.top
  put %stack, %top, %v i32
  %top.up = add i64 %top, 1
  set p.top, %top.up
  %own = get %order, %v i32
  %moved = load i64, ptr %lower.v
  %root = icmp eq i64 %moved, 0
  br i1 %root, label %component, label %lift
lift:
  %before = sub i64 %place, 2
  %outer = get %frames, %before i64
  %u = and i64 %outer, 4294967295
  %u.order = get %order, %u i32
  %raise = icmp ult i64 %own, %u.order
  br i1 %raise, label %lifted, label %end
lifted:
  put %order, %u, %own i32
  %outer.lower = or i64 %outer, -9223372036854775808
  put %frames, %before, %outer.lower i64
  br label %end
end:
  ret void
component:
  set p.low, %top
  br label %down
down:
  %low = field p.low
  %bottom = icmp eq i64 %low, 0
  br i1 %bottom, label %complete, label %peek
peek:
  %low.less = sub i64 %low, 1
  %member = get %stack, %low.less i32
  %member.order = get %order, %member i32
  %another.one = icmp uge i64 %member.order, %own
  br i1 %another.one, label %deeper, label %complete
deeper:
  set p.low, %low.less
  br label %down
complete:
  %size = sub i64 %top.up, %low
  %index = field p.index
  %index.less = sub i64 %index, %size
  set p.index, %index.less
  set p.cursor, %low
  set p.phase, 1
  set p.met, 0
  set p.somewhere, 0
  set p.everywhere, -1
  set p.taken, 0
  set p.missed, 0
  %number = field p.number
  %number.up = add i64 %number, 1
  set p.number, %number.up
  %several = icmp ugt i64 %size, 1
  %inner = zext i1 %several to i64
  set p.inner, %inner
  ret void
}
"""
)

_SORT = (
    "define i64 @sort(ptr noalias %g, ptr noalias %p, i64 %turns) nounwind {\nentry:\n"
    + FIELDS
    + """\
  loop turn, 0, %turns
  %phase = field p.phase
  switch i64 %phase, label %walk [ i64 1, label %gather i64 2, label %through i64 3, label %verdict ]
gather:
  call void @gather(ptr %g, ptr %p)
  br label %turn.next
through:
  call void @through(ptr %g, ptr %p)
  br label %turn.next
verdict:
  call void @verdict(ptr %g, ptr %p)
  br label %turn.next
walk:
  %depth = field p.depth
  %empty = icmp eq i64 %depth, 0
  br i1 %empty, label %root, label %step
root:
  %root.at = field p.root
  %tail = field p.tail
  %out = icmp uge i64 %root.at, %tail
  br i1 %out, label %round, label %try
try:
  %root.up = add i64 %root.at, 1
  set p.root, %root.up
  %r = get %queue, %root.at i32
  %r.part = get %part, %r i32
  %r.order = get %order, %r i32
  %r.none = icmp eq i64 %r.part, 0
  %r.known = icmp ne i64 %r.order, 0
  %r.skip = or i1 %r.none, %r.known
  br i1 %r.skip, label %turn.next, label %begin
begin:
  call void @enter(ptr %g, ptr %p, i64 %r)
  br label %turn.next
round:
  %again = field p.again
  %done = icmp eq i64 %again, 0
  br i1 %done, label %finished, label %over
over:
  set p.again, 0
  set p.root, 0
  br label %turn.next
finished:
  ret i64 1
step:
  %depth.less = sub i64 %depth, 1
  call void @step(ptr %g, ptr %p, i64 %depth.less)
  end turn
  ret i64 0
}
"""
)

BEGINNING = "\n".join(("declare i64 @llvm.cttz.i64(i64, i1)\n", _SPREAD, _ENTER, _STEP, _SORT))
