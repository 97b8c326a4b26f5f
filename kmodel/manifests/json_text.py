"""JSON text to trees, one a value; several values may follow each other, as `kubectl` writes them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import field
from json import JSONDecodeError, JSONDecoder
from math import isinf

from kmodel.manifests.nodes import Plain, Yaml, YamlList, YamlMap, YamlScalar, is_absent
from kmodel.manifests.yaml_text import MOST_NESTED, duplicate_key
from kmodel.records import dataclass
from kmodel.source import Diagnostic, Rejected, Source, Span

_SPACE = re.compile(r"[ \t\r\n]*")
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?", re.ASCII)
_WORD = re.compile(r"[A-Za-z]+")
_WORDS: dict[str, Plain] = {"true": True, "false": False, "null": None}
_LONGEST = 400
_DECODER = JSONDecoder()


def parse_json(source: Source) -> tuple[list[Yaml], list[Diagnostic]]:
    """The values of a text that say something, and what is wrong with it: everything before a syntax error is kept."""
    reader = _Reader(source)
    documents: list[Yaml] = []
    try:
        reader.skip()
        while reader.at < len(source.text):
            documents.append(reader.value(0))
            reader.skip()
    except Rejected as rejected:
        reader.diagnostics.extend(rejected.diagnostics)
    return [node for node in documents if not is_absent(node)], reader.diagnostics


@dataclass(slots=True)
class _Reader:
    source: Source
    at: int = 0
    diagnostics: list[Diagnostic] = field(default_factory=list)

    def skip(self) -> None:
        found = _SPACE.match(self.source.text, self.at)
        self.at = found.end() if found else self.at

    def peek(self) -> str:
        self.skip()
        return self.source.text[self.at : self.at + 1]

    def fail(self, message: str, help_: str) -> Rejected:
        start = min(self.at, max(0, len(self.source.text) - 1))
        span = Span(self.source, start, min(start + 1, len(self.source.text)))
        return Rejected([Diagnostic("json-syntax", message, span, (), help_)])

    def value(self, depth: int) -> Yaml:
        if depth > MOST_NESTED:
            raise self.fail(f"more than {MOST_NESTED} lists and objects inside each other", "close the brackets that are open")
        match self.peek():
            case "{":
                return self.object(depth)
            case "[":
                return self.list(depth)
            case '"':
                return self.string()
            case _:
                return self.plain()

    def object(self, depth: int) -> YamlMap:
        start = self.at
        fields: dict[str, Yaml] = {}
        keys: dict[str, Span] = {}

        def pair() -> None:
            if self.peek() != '"':
                raise self.fail("a key is expected here", "write the key in double quotes, and no comma after the last pair")
            key = self.string()
            if self.peek() != ":":
                raise self.fail("a colon is expected here", "write `:` between a key and its value")
            self.at += 1
            value = self.value(depth + 1)
            if key.text in fields:
                self.diagnostics.append(duplicate_key(key.text, key.span, keys[key.text]))
            else:
                fields[key.text], keys[key.text] = value, key.span

        self.parts("}", pair)
        return YamlMap(fields, keys, Span(self.source, start, self.at))

    def list(self, depth: int) -> YamlList:
        start = self.at
        items: list[Yaml] = []
        self.parts("]", lambda: items.append(self.value(depth + 1)))
        return YamlList(tuple(items), Span(self.source, start, self.at))

    def parts(self, end: str, part: Callable[[], None]) -> None:
        """What stands between brackets, separated by commas; `at` is at the opening one, and in the end after the closing one."""
        self.at += 1
        if self.peek() != end:
            part()
            while self.peek() == ",":
                self.at += 1
                part()
        if self.peek() != end:
            raise self.fail(f"`,` or `{end}` is expected here", f"separate the parts by commas, and close them with `{end}`")
        self.at += 1

    def string(self) -> YamlScalar:
        start = self.at
        try:
            text, self.at = _DECODER.raw_decode(self.source.text, start)
        except JSONDecodeError as error:
            self.at = error.pos
            raise self.fail("this text is not well written", "close the quotes, and write line ends as `\\n`") from None
        text = text if text.isascii() else text.encode(errors="replace").decode()  # half a surrogate pair is no character
        return YamlScalar(text, text, Span(self.source, start, self.at))

    def plain(self) -> YamlScalar:
        start = self.at
        value: Plain
        if found := _NUMBER.match(self.source.text, start):
            value = self.number(found[0], whole=found[1] is None and found[2] is None)
        elif (found := _WORD.match(self.source.text, start)) and found[0] in _WORDS:
            value = _WORDS[found[0]]
        else:
            raise self.fail("a value is expected here", "write a text in double quotes, a number, a list, an object, true, false or null")
        self.at = found.end()
        return YamlScalar(value, found[0], Span(self.source, start, self.at))

    def number(self, text: str, whole: bool) -> int | float:
        if len(text) > _LONGEST or isinf(value := float(text)):
            raise self.fail("this number is too large", "write a number that an object can hold")
        return int(text) if whole else value
