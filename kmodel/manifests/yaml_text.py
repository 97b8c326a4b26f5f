"""YAML text to trees, one a document. A fault in one document does not hide the others.

It reads the parser's events, not its nodes: so tags that are written differ from those that are guessed, and neither deep nesting nor
aliases can exhaust anything. Aliases are shared, never expanded, and what they would expand to is counted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import field
from typing import Any

import yaml

from kmodel.manifests.nodes import Yaml, YamlList, YamlMap, YamlScalar, is_absent
from kmodel.manifests.scalars import resolve
from kmodel.records import dataclass
from kmodel.source import Diagnostic, Rejected, Source, Span

MOST_NESTED = 100
MOST_EXPANDED = 200_000

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # PyYAML may be built without libyaml: same events, slower
_CORE = "tag:yaml.org,2002:"
_KINDS: dict[str, tuple[type, ...]] = {"bool": (bool,), "int": (int,), "float": (float, int), "null": (type(None),)}
_LINE = re.compile(r"^(%|---(?=\s|\Z)|[ \t]*[^\s#])", re.MULTILINE)  # one that is neither blank nor a comment
_INDENTED_BY_TAB = re.compile(r"[ ]*\t")
_HELPS = (
    ("mapping values are not allowed", "check the indentation, and quote a text that has a colon in it"),
    ("cannot start any token", "quote a text that begins with a special character"),
    ("could not find expected ':'", "check the indentation, and that each key has a colon after it"),
    ("block mapping", "check that this line is indented as the lines it belongs to"),
    ("block collection", "check that this line is indented as the lines it belongs to"),
    ("flow", "close every bracket and brace, and put a comma between the parts"),
    ("quoted scalar", "close the quotes, and double each backslash between double quotes"),
    ("block scalar", "indent the text below its key"),
)


def parse_yaml(source: Source) -> tuple[list[Yaml], list[Diagnostic]]:
    """The documents of a text that say something, and what is wrong with it."""
    documents: list[Yaml] = []
    diagnostics: list[Diagnostic] = []
    for start, text in _chunks(source.text):
        builder = _Builder(source, start, documents, diagnostics)
        try:
            for event in yaml.parse(text, Loader=_LOADER):
                builder.take(event)
        except yaml.YAMLError as error:
            diagnostics.append(_syntax(source, start, text, error))
        except Rejected as rejected:
            diagnostics.extend(rejected.diagnostics)
    return documents, diagnostics


def _chunks(text: str) -> Iterator[tuple[int, str]]:
    """The text cut before each document marker (none can be inside a document), or before the directives that precede it."""
    start = 0
    for cut in [*_cuts(text), len(text)]:
        if cut > start:
            yield start, text[start:cut]
            start = cut


def _cuts(text: str) -> Iterator[int]:
    directives: int | None = None
    for line in _LINE.finditer(text):
        match line[1]:
            case "%":
                directives = line.start() if directives is None else directives
            case "---":
                yield line.start() if directives is None else directives
                directives = None
            case _:
                directives = None


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end is to come; `merges` are the children that are `<<` keys."""

    event: yaml.CollectionStartEvent
    children: list[Yaml] = field(default_factory=list)
    merges: set[int] = field(default_factory=set)


@dataclass(slots=True)
class _Builder:
    """Makes trees of one chunk's events. `anchors` holds None for a collection that is still open."""

    source: Source
    offset: int
    documents: list[Yaml]
    diagnostics: list[Diagnostic]
    stack: list[_Open] = field(default_factory=list)
    anchors: dict[str, Yaml | None] = field(default_factory=dict)
    expanded: int = 0

    def take(self, event: yaml.Event) -> None:
        match event:
            case yaml.ScalarEvent():
                self.add(event, self.scalar(event))
            case yaml.CollectionStartEvent():
                self.open(event)
            case yaml.CollectionEndEvent():
                self.close(event)
            case yaml.AliasEvent():
                self.alias(event)
            case yaml.DocumentStartEvent():
                self.anchors, self.expanded = {}, 0
            case _:
                pass

    def span(self, start: int, end: int) -> Span:
        return Span(self.source, self.offset + start, self.offset + max(start, end))

    def place(self, event: yaml.Event) -> Span:
        return self.span(_index(event.start_mark), _index(event.end_mark))

    def add(self, event: yaml.ScalarEvent | yaml.CollectionStartEvent | None, node: Yaml) -> None:
        if event is not None and event.anchor:
            self.anchors[event.anchor] = node
        if self.stack:
            self.stack[-1].children.append(node)
        elif not is_absent(node):
            self.documents.append(node)

    def scalar(self, event: yaml.ScalarEvent) -> YamlScalar:
        if event.value == "<<" and event.implicit[0] and self.stack:
            self.stack[-1].merges.add(len(self.stack[-1].children))
        span = self.place(event)
        if event.style in ("|", ">"):
            span = Span(self.source, span.start, span.start + max(1, len(span.text.rstrip())))
        if event.tag in (None, "!"):
            value = resolve(event.value) if event.implicit[0] and event.tag is None else event.value
            return YamlScalar(value, event.value, span)
        return self.tagged(event, event.tag or "", span)

    def tagged(self, event: yaml.ScalarEvent, tag: str, span: Span) -> YamlScalar:
        name = tag.removeprefix(_CORE) if tag.startswith(_CORE) else None
        if name in ("str", "timestamp"):
            return YamlScalar(event.value, event.value, span)
        value = resolve(event.value)
        if name in _KINDS and isinstance(value, _KINDS[name]) and (name == "bool" or not isinstance(value, bool)):
            return YamlScalar(float(value) if name == "float" and isinstance(value, int) else value, event.value, span)
        self.refuse_tag(tag, span)
        return YamlScalar(event.value, event.value, span)

    def refuse_tag(self, tag: str, span: Span) -> None:
        shown = tag.replace(_CORE, "!!")
        help_ = "write the value itself; a manifest has only texts, numbers, yes/no values, lists and mappings"
        self.diagnostics.append(Diagnostic("yaml-tag", f"the tag `{shown}` does not fit this value", span, (), help_))

    def open(self, event: yaml.CollectionStartEvent) -> None:
        start = _index(event.start_mark)
        span = self.span(start, start + 1)
        if len(self.stack) >= MOST_NESTED:
            raise Rejected([_too_deep(span)])
        if event.anchor:
            self.anchors[event.anchor] = None
        kind = "seq" if isinstance(event, yaml.SequenceStartEvent) else "map"
        if event.tag not in (None, "!", _CORE + kind):
            self.refuse_tag(event.tag or "", span)
        self.stack.append(_Open(event))

    def close(self, event: yaml.CollectionEndEvent) -> None:
        frame = self.stack.pop()
        start, ending = _index(frame.event.start_mark), _index(event.end_mark)
        last = frame.children[-1].span.end if frame.children else 0
        # A block ends where the next token is; its own text ends with its last part, unless that is an alias to elsewhere.
        end = ending if frame.event.flow_style or last <= self.offset + start else last - self.offset
        span = self.span(start, min(end, ending))
        size = 1 + sum(child.size for child in frame.children)
        if isinstance(event, yaml.SequenceEndEvent):
            self.add(frame.event, YamlList(tuple(frame.children), span, size, _height(frame.children)))
        else:
            fields, keys = self.fields(frame)
            self.add(frame.event, YamlMap(fields, keys, span, size, _height(fields.values())))

    def fields(self, frame: _Open) -> tuple[dict[str, Yaml], dict[str, Span]]:
        fields: dict[str, Yaml] = {}
        keys: dict[str, Span] = {}
        merged: list[YamlMap] = []
        for index in range(0, len(frame.children), 2):
            key, value = frame.children[index], frame.children[index + 1]
            if index in frame.merges:
                merged += self.merge(key, value)
            elif (text := self.key(key)) in fields:
                self.diagnostics.append(duplicate_key(text, key.span, keys[text]))
            else:
                fields[text], keys[text] = value, key.span
        for node in merged:
            for text in node.fields.keys() - fields.keys():
                fields[text], keys[text] = node.fields[text], node.keys[text]
        return fields, keys

    def key(self, node: Yaml) -> str:
        match node:
            case YamlScalar(value=bool()):
                return "true" if node.value else "false"
            case YamlScalar(value=int()):
                return str(node.value)
            case YamlScalar(value=str() | float()):
                return node.text
            case _:
                help_ = _template_help(node.span) or "write a text as the key"
                raise Rejected([Diagnostic("yaml-syntax", "a key of a mapping must be a text", node.span, (), help_)])

    def merge(self, key: Yaml, value: Yaml) -> list[YamlMap]:
        nodes = value.items if isinstance(value, YamlList) else (value,)
        maps = [node for node in nodes if isinstance(node, YamlMap)]
        if len(maps) < len(nodes):
            help_ = "write `<<: *name`, where `&name` marks a mapping"
            raise Rejected([Diagnostic("yaml-syntax", "only a mapping can be merged by `<<`", key.span, (), help_)])
        return maps

    def alias(self, event: yaml.AliasEvent) -> None:
        span, name = self.place(event), event.anchor or ""
        if name not in self.anchors:
            help_ = f"mark the part that is meant with `&{name}`, before this line and in the same document"
            raise Rejected([Diagnostic("yaml-syntax", f"there is no anchor `{name}`", span, (), help_)])
        node = self.anchors[name]
        if node is None:
            help_ = "write the part out, without the alias"
            raise Rejected([Diagnostic("yaml-recursive-alias", f"the part `&{name}` contains itself", span, (), help_)])
        self.expanded += node.size
        if self.expanded > MOST_EXPANDED:
            message = f"the aliases of this document stand for more than {MOST_EXPANDED} values"
            raise Rejected([Diagnostic("yaml-anchor-bomb", message, span, (), "write the values out, or split the document")])
        if len(self.stack) + node.height > MOST_NESTED:
            raise Rejected([_too_deep(span)])
        self.add(None, node)


def _height(parts: Iterable[Yaml]) -> int:
    return 1 + max((part.height for part in parts), default=0)


def _index(mark: Any) -> int:
    """Where a mark is, in characters. The parser marks every event."""
    assert mark is not None
    return int(mark.index)


def duplicate_key(text: str, span: Span, first: Span) -> Diagnostic:
    also = ((first, "first given here"),)
    return Diagnostic("yaml-duplicate-key", f"the key `{text}` is given twice", span, also, "remove one of the two")


def _too_deep(span: Span) -> Diagnostic:
    message = f"more than {MOST_NESTED} lists and mappings inside each other"
    return Diagnostic("yaml-nesting", message, span, (), "no object is nested so deeply: look for a list or mapping that is not closed")


def _syntax(source: Source, start: int, chunk: str, error: yaml.YAMLError) -> Diagnostic:
    if isinstance(error, yaml.reader.ReaderError):
        # libyaml counts bytes here.
        at = len(chunk.encode()[: error.position].decode(errors="ignore"))
        span = _character(source, start + at)
        help_ = "remove it, or write it as an escape in double quotes"
        return Diagnostic("yaml-syntax", "a control character cannot stand in YAML", span, (), help_)
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return Diagnostic("yaml-syntax", "this is not YAML", _character(source, start), (), "write YAML here")
    return _marked(source, start, error, _character(source, start + error.problem_mark.index))


def _marked(source: Source, start: int, error: yaml.MarkedYAMLError, span: Span) -> Diagnostic:
    if tab := _INDENTED_BY_TAB.match(source.line(span.line)):
        place = _character(source, source.starts[span.line - 1] + tab.end() - 1)
        return Diagnostic("yaml-tab", "a tab indents this line", place, (), "indent with spaces")
    if "nesting depth" in (error.problem or ""):
        return _too_deep(span)
    also: tuple[tuple[Span, str], ...] = ()
    if error.context and error.context_mark and error.context_mark.index + start != span.start:
        also = ((_character(source, start + error.context_mark.index), error.context),)
    problem = f"{error.context or ''} {error.problem or ''}"
    help_ = _template_help(span) or next((text for words, text in _HELPS if words in problem), "correct the YAML here")
    return Diagnostic("yaml-syntax", f"this is not YAML: {error.problem}", span, also, help_)


def _template_help(span: Span) -> str | None:
    if "{{" not in span.source.line(span.line):
        return None
    return "this looks like a template: render it first and check the result, such as `helm template . | kmodel check -`"


def _character(source: Source, offset: int) -> Span:
    """The character at an offset; after the end, the last one that is not white space."""
    if offset >= len(source.text):
        offset = max(0, len(source.text.rstrip()) - 1)
    return Span(source, offset, min(offset + 1, len(source.text)))
