"""`kmodel replay`."""

from __future__ import annotations

import click
from rich.text import Text

from kmodel.cli.terminal import faults, show
from kmodel.pipeline.replays import PROOF, Replayed, replay
from kmodel.reports.timeline import timeline


@click.command("replay", short_help="Replay recorded counterexamples, and look at saved proofs again.")
@click.argument("traces", metavar="[TRACE]...", nargs=-1)
@click.pass_context
def command(context: click.Context, traces: tuple[str, ...]) -> None:
    """Execute each step of recorded traces again, by the reference semantics; by default those in `counterexamples/`.

    A trace is reproduced (a single one is told), no longer reachable (the spec has changed), or spoiled (it is no trace of its spec).
    Proofs that `kmodel check --save-proofs` wrote are looked at again by another solver than found them.
    """
    done = list(replay(traces or ("counterexamples",)))
    for each in done:
        if each.report is not None:
            show(_line(each))
        else:
            faults(each.diagnostics)
    if len(done) == 1 and done[0].story is not None:
        show(timeline(done[0].story))
    good = sum(each.report is not None and each.report.kind in ("reproduced", "stands") for each in done)
    show(Text(f"{good} of {len(done)} {'stand' if any(each.path.name.endswith(PROOF) for each in done) else 'reproduced'}"))
    if any(each.report is None for each in done):
        context.exit(2)
    context.exit(0 if good == len(done) else 1)


def _line(each: Replayed) -> Text:
    report = each.report
    assert report is not None
    if report.kind in ("reproduced", "stands"):
        said = "reproduced" if report.kind == "reproduced" else "the proof stands, by another solver"
        return Text.assemble(("✓ ", "green"), each.path.as_posix(), f": {said}")
    if each.path.name.endswith(PROOF):
        return Text.assemble(("✗ ", "red"), each.path.as_posix(), f": the proof does not stand: {report.reason}{_since(report.kind)}")
    where = f" at step {report.step}" if report.step is not None else ""
    why = f", because {report.reason}" if report.reason else ""
    said = "no longer reachable" if report.kind == "unreachable" else "spoiled"
    return Text.assemble(("✗ ", "red"), each.path.as_posix(), f": {said}{where}{why}")


def _since(kind: str) -> str:
    return " (the spec has changed since)" if kind == "unreachable" else ""
