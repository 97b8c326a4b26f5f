"""Source lines with the part in question underlined, and diagnostics as people read them."""

from __future__ import annotations

from rich.text import Text

from kmodel.source import Diagnostic, Span

_WIDEST = 160


def excerpt(span: Span, label: str = "", style: str = "red") -> Text:
    """The line of a span, numbered, with carets under the span (to the line's end, where it goes on)."""
    line = span.source.line(span.line).replace("\t", " ")
    start = span.column - 1
    length = max(1, min(span.end - span.start, len(line) - start))
    cut = max(0, start + min(length, 40) - _WIDEST)
    shown = ("…" + line[cut + 1 :] if cut else line)[:_WIDEST]
    gutter = " " * len(str(span.line))
    carets = " " * (start - cut) + "^" * min(length, max(1, len(shown) - (start - cut)))
    return Text.assemble(
        (f"{span.line} | ", "blue"),
        f"{shown}\n",
        (f"{gutter} | ", "blue"),
        (carets, style),
        (f" {label}" if label else "", style),
    )


def place(span: Span) -> Text:
    """`--> file:line:column`."""
    return Text.assemble(("--> ", "blue"), str(span))


def diagnosis(diagnostic: Diagnostic) -> Text:
    """A diagnostic in full: what, where, the line, second places, help."""
    lines = [Text.assemble((f"error[{diagnostic.code}]", "bold red"), (f": {diagnostic.message}", "bold"))]
    if diagnostic.span is not None:
        lines += [place(diagnostic.span), excerpt(diagnostic.span)]
    for span, label in diagnostic.also:
        lines += [place(span), excerpt(span, label, "blue")]
    lines.append(Text.assemble(("help: ", "cyan"), advice(diagnostic)))
    return Text("\n").join(lines)


def advice(diagnostic: Diagnostic) -> str:
    """The diagnostic's help; where it has none of its own, where there is one."""
    return diagnostic.help or f"`kmodel explain {diagnostic.code}` says more"
