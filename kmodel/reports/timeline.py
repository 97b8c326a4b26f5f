"""A trace as events: step, who, what; below each only what it changed."""

from __future__ import annotations

from rich.text import Text

from kmodel.reports.result import Change, Event, Story


def timeline(story: Story) -> Text:
    """The whole story; a loop is marked where it begins and where it returns."""
    actors = max((len(event.component or "") for event in story.events), default=0)
    lines: list[Text] = []
    if story.start:
        lines.append(Text.assemble(("  0  ", "blue"), ("at first", "dim")))
        lines += [Text(f"       {label} = {value}") for label, value in story.start]
    for number, event in enumerate(story.events, start=1):
        if story.loop == number - 1:
            lines.append(Text("  ↻  from here on it goes round for ever", "magenta"))
        lines += _event(number, event, actors)
    if story.loop is not None:
        lines.append(Text(f"  ↻  back to where step {story.loop + 1} begins", "magenta"))
    if story.ending:
        lines.append(Text.assemble(("  ✗  ", "red"), story.ending))
    return Text("\n").join(lines)


def _event(number: int, event: Event, actors: int) -> list[Text]:
    who = (event.component or "").ljust(actors)
    lead = f"{who}  " if actors else ""
    head = Text.assemble((f"{number:>3}  ", "blue"), (lead, "cyan"), (event.action or "nothing happens any more", "bold"))
    indent = " " * (7 + (actors + 2 if actors else 0))
    return [head, *(_change(indent, change) for change in event.changes)]


def _change(indent: str, change: Change) -> Text:
    return Text.assemble(f"{indent}{change.label}: ", (change.before, "dim"), (" → ", "blue"), (change.after, "bold"))
