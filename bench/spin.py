"""The three example models in SPIN's language, every action written out: what compiled kmodel is measured against.

One action instance is one `d_step`, the claims of the model are asserted at its end, and nothing else is in the state. SPIN counts its
initial step beside the model's states: one more, or two.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

CAPACITIES, REQUESTS = (4, 4, 6, 8), (1, 1, 2, 2, 3, 3, 4, 1)
Option = tuple[str, str]
"""Guard and body."""


def ipam(nodes: int, addresses: int, pods: int) -> tuple[str, list[Option], str]:
    """Stages 0 to 3; `at[p]` and `ip[p]` are 1 and more, 0 for none; `used[n]` is a set of bits."""
    ns, ps = range(1, nodes + 1), range(pods)
    options: list[Option] = []
    for p in ps:
        options += [(f"st[{p}]==0 && up[{n}]", f"st[{p}]=1; at[{p}]={n}") for n in ns]
        for a in range(1, addresses + 1):
            free = f"!(used[at[{p}]] & {1 << a})"
            options.append((f"st[{p}]==1 && up[at[{p}]] && {free}", f"st[{p}]=2; ip[{p}]={a}; used[at[{p}]]=used[at[{p}]] | {1 << a}"))
        gone = f"st[{p}]=0; at[{p}]=0; ip[{p}]=0"
        options.append((f"st[{p}]==2 && up[at[{p}]]", f"st[{p}]=3"))
        options.append((f"st[{p}]==3 && up[at[{p}]]", f"used[at[{p}]]=used[at[{p}]] & ~(1 << ip[{p}]); {gone}"))
        options.append((f"st[{p}]!=0 && !up[at[{p}]]", gone))
    for n in ns:
        options.append((f"up[{n}]", f"up[{n}]=0"))
        options.append((f"!up[{n}] && {' && '.join(f'at[{p}]!={n}' for p in ps)}", f"up[{n}]=1; used[{n}]=0"))
    claim = " && ".join(f"(ip[{p}]==0 || !up[at[{p}]] || (used[at[{p}]] & (1 << ip[{p}])))" for p in ps)
    start = "; ".join(f"up[{n}]=1" for n in ns)
    return f"byte st[{pods}]; byte at[{pods}]; byte ip[{pods}]; byte used[{nodes + 1}]; bool up[{nodes + 1}];\n// {start}", options, claim


def rollout(replicas: int, surge: int, down: int, slots: int, changes: int, crashes: int) -> tuple[str, list[Option], str]:
    """Stages 0 to 4 (free, pending, running, ready, terminating)."""
    every = range(slots)
    live = "(" + "+".join(f"(st[{i}]>=1 && st[{i}]<=3)" for i in every) + ")"
    new = "(" + "+".join(f"(st[{i}]>=1 && st[{i}]<=3 && rev[{i}]==target)" for i in every) + ")"
    ready = "(" + "+".join(f"(st[{i}]==3)" for i in every) + ")"
    options: list[Option] = [("changes>0", "changes--; target=1-target")]
    for i in every:
        options += [
            (f"st[{i}]==0 && {live}<{replicas + surge} && {new}<{replicas}", f"st[{i}]=1; rev[{i}]=target"),
            (f"st[{i}]==1", f"st[{i}]=2"),
            (f"st[{i}]==2", f"st[{i}]=3"),
            (f"st[{i}]==4", f"st[{i}]=0; rev[{i}]=0"),
            (f"(st[{i}]==1 || st[{i}]==2) && rev[{i}]!=target", f"st[{i}]=4"),
            (f"st[{i}]==3 && rev[{i}]!=target && {ready}>{replicas - down}", f"st[{i}]=4"),
            (f"crashes>0 && (st[{i}]==2 || st[{i}]==3)", f"crashes--; st[{i}]=1"),
        ]
    start = "; ".join([*(f"st[{i}]=3" for i in range(replicas)), f"changes={changes}", f"crashes={crashes}"])
    claim = f"(crashes!={crashes} || {ready}>={replicas - down})"
    return f"byte st[{slots}]; byte rev[{slots}]; byte target; byte changes; byte crashes;\n// {start}", options, claim


def scheduling(nodes: int, pods: int, least: int, first: int, most_cordoned: int) -> tuple[str, list[Option], str]:
    """`on[p]` is 0 absent, 1 pending, 1 + n bound to node n (from 1)."""
    ns, ps = range(1, nodes + 1), range(pods)
    present = "(" + "+".join(f"(on[{p}]!=0)" for p in ps) + ")"
    cordoned = "(" + "+".join(f"cordon[{n}]" for n in ns) + ")"
    options: list[Option] = [(f"desired<{pods}", "desired++"), (f"desired>{least}", "desired--")]
    for p in ps:
        options += list(_pod(p, ns, present))
    for n in ns:
        options += [(f"!cordon[{n}] && {cordoned}<{most_cordoned}", f"cordon[{n}]=1"), (f"cordon[{n}]", f"cordon[{n}]=0")]
    start = "; ".join([*(f"on[{p}]=1" for p in range(first)), f"desired={first}"])
    claim = " && ".join("(" + "+".join(f"{REQUESTS[p]}*(on[{p}]=={n + 1})" for p in ps) + f")==cache[{n}]" for n in ns)
    return f"byte on[{pods}]; byte cache[{nodes + 1}]; bool cordon[{nodes + 1}]; byte desired;\n// {start}", options, claim


def _pod(p: int, ns: range, present: str) -> Iterator[Option]:
    need = REQUESTS[p]
    yield f"on[{p}]==0 && {present}<desired", f"on[{p}]=1"
    yield f"on[{p}]==1 && {present}>desired", f"on[{p}]=0"
    for n in ns:
        capacity = CAPACITIES[n - 1]
        off = f"cache[{n}]=cache[{n}]-{need}"
        yield f"on[{p}]=={n + 1} && {present}>desired", f"on[{p}]=0; {off}"
        yield f"on[{p}]==1 && !cordon[{n}] && cache[{n}]+{need}<={capacity}", f"on[{p}]={n + 1}; cache[{n}]=cache[{n}]+{need}"
        fullest = " && ".join(f"cache[{n}]*{CAPACITIES[m - 1]}>=cache[{m}]*{capacity}" for m in ns)
        others = [f"(!cordon[{m}] && cache[{m}]+{need}<={CAPACITIES[m - 1]})" for m in ns if m != n]
        yield f"on[{p}]=={n + 1} && {fullest} && ({' || '.join(others) or '0'})", f"on[{p}]=1; {off}"
        yield f"on[{p}]=={n + 1} && cordon[{n}]", f"on[{p}]=1; {off}"


MODELS: dict[str, Callable[..., tuple[str, list[Option], str]]] = {"ipam": ipam, "rollout": rollout, "scheduling": scheduling}


def text(model: str, sizes: tuple[int, ...]) -> str:
    """The model in SPIN's language."""
    declared, options, claim = MODELS[model](*sizes)
    variables, start = declared.split("\n// ")
    steps = "\n".join(f"  :: d_step {{ {guard} -> {body}; assert({claim}) }}" for guard, body in options)
    return f"{variables}\nactive proctype model() {{\n  d_step {{ {start} }};\n  do\n{steps}\n  od\n}}\n"


def build(model: str, sizes: tuple[int, ...], folder: Path) -> list[str]:
    """Compiles the model's verifier with -O2, and gives the command that runs it: depth first, every state once."""
    (folder / "model.pml").write_text(text(model, sizes), encoding="utf-8")
    subprocess.run(["spin", "-a", "model.pml"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
    flags = ["-O2", "-DSAFETY", "-DNOFAIR", "-DNOREDUCE", "-DMEMLIM=3000", "-w"]
    subprocess.run(["gcc", *flags, "-o", "pan", "pan.c"], cwd=folder, check=True)
    return [str(folder / "pan"), "-m3000000", "-w25", "-E"]


def counts(printed: str) -> tuple[int, int]:
    """States and steps that a verifier's report tells. Raises ValueError where it found an error, or did not finish."""
    if "errors: 0" not in printed or "max search depth too small" in printed:
        raise ValueError(printed)
    states, steps = (re.search(rf"([\d.e+]+) {what}", printed) for what in ("states, stored", "transitions"))
    if states is None or steps is None:
        raise ValueError(printed)
    return int(float(states[1])), int(float(steps[1]))
