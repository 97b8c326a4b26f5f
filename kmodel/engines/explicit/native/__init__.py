"""The compiled tier of the explicit engine: machine code for one system, made by llvmlite from IR text.

What others may build on:

- `packing.Packing` says where each variable lies in the 64-bit words of a state, and encodes and decodes states.
- `lower.Emitter` writes terms as IR: `emitter.term(t)` is the name of the value of a term in the state whose words have the names
  `emitter.words`; `emitter.op(text)` that of any instruction, each written once.
- `plan.Planner` makes blocks of steps behind shared conditions, `visit.module` the function that makes all steps from a state, with
  their actions, and tells which events (`plan.failing`, `plan.exercised`) there are. `visit` may be called from anywhere.
- `runtime.Kind` chooses the table. One that is `indexed` knows the index of each state (`Space.find`): for graphs.
- `space.Space` holds the states: `state(i)`, `parent(i)`, `way(i)`, `find(state)`, `run(stop, workers)`. Its context's `canonical` may
  be the address of a compiled `void (ptr states, i64 how_many)`, which puts others in the states' places before they are looked up.
- `search.program` and `search.search` put them together; a `search.Native` is read as a `search.Search` is.

Only `compile` imports llvmlite. Where it cannot be loaded there is no compiled tier: importing `search` raises ImportError.
"""
