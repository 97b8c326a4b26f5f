"""The steps between the states of a finished search, kept: what temporal properties are decided on.

    edges(context, worker, graph)    the steps from `graph.state` to before `graph.stop`, or as far as there is room
    close(graph)                     then: states without steps begin where those before them end

A step to a state that was not found (from the last level of a stopped search) is left out, but its groups can be taken all the same.
"""

from __future__ import annotations

import ctypes
from array import array
from collections.abc import Callable
from functools import lru_cache

from kmodel.engines.explicit.graph import masks
from kmodel.engines.explicit.native import compile as compiling
from kmodel.engines.explicit.native.assembly import GRAPH, assemble
from kmodel.engines.explicit.native.drain import FETCH, INDEXED, PEEK
from kmodel.engines.explicit.native.memory import Block
from kmodel.engines.explicit.native.runtime import BATCH
from kmodel.engines.explicit.native.space import Space
from kmodel.ground.system import System

GROUPS = 64
"""So many fair groups have a bit in a word."""

ACTIONS = 1 << 16
_STEPS = (1 << 32) - 1
_PORTION = 1 << 16
"""States between two looks at the clock."""

_TEXT = (
    """\
declare void @llvm.prefetch.p0(ptr, i32, i32, i32)
declare i8 @llvm.cttz.i8(i8, i1)

define internal void @resolve(ptr noalias %c, ptr noalias %l, ptr noalias %g, i64 %count) nounwind {
entry:
  %bucket.v = alloca i64
  %mask8.v = alloca i8
  %step.v = alloca i64
  %table = field c.table ptr
  %shift = field c.shift
  %mask = field c.mask
  %arena = field c.arena ptr
  %buffer = field l.buffer ptr
  %hashes = field l.hashes ptr
  %sources = field l.sources ptr
  %actions = field l.actions ptr
  %first = field g.first ptr
  %targets = field g.targets ptr
  %taken = field g.actions ptr
  %enabled = field g.enabled ptr
  %groups = field g.groups ptr
  %step0 = field g.steps
  store i64 %step0, ptr %step.v
  %canonical = field c.canonical ptr
  %plain = icmp eq ptr %canonical, null
  br i1 %plain, label %fetch, label %canon
canon:
  call void %canonical(ptr %buffer, i64 %count)
  br label %fetch
fetch:
"""
    + FETCH
    + PEEK
    + """\
  loop k, 0, %many
  %state = at %buffer, %k
  %source = get %sources, %k i32
  %action = get %actions, %k i32
  %group = get %groups, %action i64
  %able = get %enabled, %source i64
  %able.more = or i64 %able, %group
  put %enabled, %source, %able.more i64
  %h = get %hashes, %k i64
  %bucket.first = lshr i64 %h, %shift
  store i64 %bucket.first, ptr %bucket.v
  br label %probe
probe:
"""
    + INDEXED
    + """\
room:
  %zeros = icmp eq <8 x i64> %places, zeroinitializer
  %empty = bitcast <8 x i1> %zeros to i8
  %some = icmp ne i8 %empty, 0
  br i1 %some, label %k.next, label %onward
onward:
  %following = add i64 %bucket, 1
  %wrapped = and i64 %following, %mask
  store i64 %wrapped, ptr %bucket.v
  br label %probe
there:
  %step = load i64, ptr %step.v
  put %targets, %step, %index i32
  put %taken, %step, %action i16
  %step.up = add i64 %step, 1
  store i64 %step.up, ptr %step.v
  %source.up = add i64 %source, 1
  put %first, %source.up, %step.up i32
  br label %k.next
  end k
  %steps = load i64, ptr %step.v
  set g.steps, %steps
  ret void
}

define void @edges(ptr noalias %c, ptr noalias %l, ptr noalias %g) nounwind {
entry:
  %held.v = alloca i64
  store i64 0, ptr %held.v
  %arena = field c.arena ptr
  %visit = field c.visit ptr
  %watch = field c.watch ptr
  %buffer = field l.buffer ptr
  %sources = field l.sources ptr
  %actions = field l.actions ptr
  %events = field l.events ptr
  %from = field g.state
  %stop = field g.stop
  %room = field g.room
  loop x, %from, %stop
  %begun = field g.steps
  %full = icmp uge i64 %begun, %room
  br i1 %full, label %x.done, label %some
some:
  %held = load i64, ptr %held.v
  %state = at %arena, %x
  %out = at %buffer, %held
  %out.actions = getelementptr i32, ptr %actions, i64 %held
  %result = call i64 %visit(ptr %state, ptr %out, ptr %out.actions, ptr %events, ptr %watch)
  %steps = and i64 %result, 9223372036854775807
  %held.end = add i64 %held, %steps
  store i64 %held.end, ptr %held.v
  loop s, %held, %held.end
  put %sources, %s, %x i32
  end s
  %enough = icmp uge i64 %held.end, BATCH
  br i1 %enough, label %look, label %x.next
look:
  call void @resolve(ptr %c, ptr %l, ptr %g, i64 %held.end)
  store i64 0, ptr %held.v
  end x
  %rest = load i64, ptr %held.v
  call void @resolve(ptr %c, ptr %l, ptr %g, i64 %rest)
  set g.state, %x
  ret void
}

define void @close(ptr noalias %g) nounwind {
entry:
  %states = field g.stop
  %first = field g.first ptr
  loop x, 0, %states
  %before = get %first, %x i32
  %x1 = add i64 %x, 1
  %end = get %first, %x1 i32
  %less = icmp ult i64 %end, %before
  %kept = select i1 %less, i64 %before, i64 %end
  put %first, %x1, %kept i32
  end x
  ret void
}
"""
)


class Context(ctypes.Structure):
    """See `assembly.GRAPH`."""

    _fields_ = [(name, ctypes.c_uint64) for name in GRAPH]


@lru_cache
def _code(words: int) -> compiling.Code:
    return compiling.compiled(assemble(_TEXT.replace("BATCH", str(BATCH)), words), ("edges", "close"), compiling.BEST)


class Edges:
    """The graph in memory, which is taken from what the space may use. Raises MemoryError."""

    def __init__(self, space: Space, system: System) -> None:
        self.space = space
        self.context = Context()
        states = space.states
        self.groups = masks(system.fairness, len(system.actions))
        self._groups = array("Q", self.groups or [0])
        space.allow(12 * states)
        self.first, self.enabled = Block(4 * (states + 1)), Block(8 * states)
        self.targets, self.actions = Block(1), Block(1)
        self.slack = 2 * (BATCH + len(system.actions))
        self._place()

    def make(self, wait: Callable[[], None]) -> None:
        """All steps; `wait` is called now and then."""
        code, context, states = _code(self.space.packing.words), self.context, self.space.states
        edges = ctypes.CFUNCTYPE(None, *[ctypes.c_void_p] * 3)(code.addresses["edges"])
        while context.state < states:
            context.stop = min(states, context.state + _PORTION)
            self._make_room()
            edges(ctypes.addressof(self.space.context), self.space.workers[0].address, ctypes.addressof(context))
            wait()
        ctypes.CFUNCTYPE(None, ctypes.c_void_p)(code.addresses["close"])(ctypes.addressof(context))

    @property
    def used(self) -> int:
        return 12 * self.space.states + 6 * int(self.context.steps)

    def _make_room(self) -> None:
        """At least for as many steps as a batch of states has; a quarter more than before."""
        context = self.context
        if context.steps < context.room:
            return
        room = max(1 << 16, int(context.room) * 5 // 4)
        if room + self.slack > _STEPS:
            raise MemoryError("there are no more indexes")
        self.space.allow(12 * self.space.states + 6 * (room + self.slack))
        self.targets.grow(4 * (room + self.slack))
        self.actions.grow(2 * (room + self.slack))
        context.room = room
        self._place()

    def _place(self) -> None:
        context = self.context
        context.first, context.enabled = self.first.address, self.enabled.address
        context.targets, context.actions = self.targets.address, self.actions.address
        context.groups = self._groups.buffer_info()[0]


def treatable(system: System) -> bool:
    return len(system.fairness) <= GROUPS and len(system.actions) < ACTIONS
