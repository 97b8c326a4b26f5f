"""`kmodel simulate`."""

from __future__ import annotations

import click
from rich.text import Text

from kmodel.cli.terminal import show
from kmodel.cli.values import seconds, size
from kmodel.pipeline.request import Request
from kmodel.pipeline.walks import Walked, walk
from kmodel.reports.timeline import timeline
from kmodel.reports.words import plural


@click.command("simulate", short_help="Walk at random through a spec's behaviours.")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option("--runs", metavar="N", type=click.IntRange(1), default=100, show_default=True, help="How many walks.")
@click.option("--depth", metavar="N", type=click.IntRange(1), default=50, show_default=True, help="Steps of each walk, at most.")
@click.option("--seed", metavar="N", type=int, default=0, show_default=True, help="The same seed walks the same way.")
@click.option("--check", "checks", metavar="GLOB", default="*", help="Only checks with such a name.")
@click.option("--timeout", "limit", metavar="TIME", default="60s", show_default=True, callback=seconds, help="For each check.")
@click.option("--max-states", "states", metavar="N", type=click.IntRange(1), help="End the walks after so many different states.")
@click.option("--max-memory", "memory", metavar="SIZE", callback=size, help="For states, such as 2GiB: then the walks end.")
@click.pass_context
def command(
    context: click.Context,
    paths: tuple[str, ...],
    runs: int,
    depth: int,
    seed: int,
    checks: str,
    limit: float | None,
    states: int | None,
    memory: int | None,
) -> None:
    """Walk at random through every check of the specs at PATH: which actions happen, which claims break, which witnesses are reached.

    What no walk breaks is not proved. Exit status 1 where a walk broke a claim. An interrupt ends the walks; what they met so far is told.
    """
    request = Request(paths=paths, checks=checks, seed=seed, seconds=limit, states=states, memory=memory)
    broken = interrupted = False
    for walked in walk(request, runs, depth):
        show(_told(walked))
        broken = broken or any(not met.is_witness for met in walked.met)
        interrupted = walked.ended == "interrupted"
    show(Text(f"seed {seed}: run it again with `--seed {seed}` to walk the same way"))
    context.exit(130 if interrupted else 1 if broken else 0)


_LIMITS = {"seconds": "out of time", "memory": "out of memory", "states": "enough states", "interrupted": "interrupted"}


def _told(walked: Walked) -> Text:
    if walked.refused is not None:
        return Text.assemble((walked.check, "bold"), f": no walks: {walked.refused}")
    lines = [
        Text.assemble(
            (walked.check, "bold"),
            f": {plural(walked.runs, 'walk')}, {plural(walked.steps, 'step')}, {'' if walked.counted else 'at least '}"
            f"{plural(walked.states, 'state')}, ",
            f"{walked.stuck} ended where nothing can happen",
        ),
        Text("  " + ", ".join(f"{name} {count} ({count / max(walked.steps, 1):.0%})" for name, count in walked.taken)),
    ]
    if walked.ended in _LIMITS:
        lines.insert(1, Text(f"  {_LIMITS[walked.ended]}: not all walks that were asked for", style="yellow"))
    for met in walked.met:
        mark, word = ("✓", "reached") if met.is_witness else ("✗", "broken")
        lines.append(Text(f"  {mark} {met.claim}: {word} in {plural(len(met.story.events), 'step')}"))
        if not met.is_witness:
            lines.append(timeline(met.story))
    lines += [Text(f"  · {name}: not met by any walk") for name in walked.missed]
    return Text("\n").join(lines)
