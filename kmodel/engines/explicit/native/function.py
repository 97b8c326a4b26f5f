"""A function of one state in IR, written bit field by bit field."""

from __future__ import annotations

from collections.abc import Sequence

from kmodel.engines.explicit.native.lower import Emitter, reading
from kmodel.engines.explicit.native.packing import Packing, constant
from kmodel.records import dataclass


@dataclass(slots=True)
class Function:
    """A function of a state at `%s`, being written."""

    packing: Packing
    emitter: Emitter

    @staticmethod
    def begun(packing: Packing) -> Function:
        return Function(packing, reading(packing))

    def op(self, text: str) -> str:
        return self.emitter.op(text)

    def bits(self, word: int, offset: int, width: int) -> str:
        """Some bits of the state, as a number."""
        name = self.emitter.words[word]
        shifted = self.op(f"lshr i64 {name}, {offset}") if offset else name
        return self.op(f"and i64 {shifted}, {constant((1 << width) - 1)}")

    def field(self, at: int) -> str:
        field = self.packing.fields[at]
        return self.bits(field.word, field.offset, field.width)

    def either(self, parts: Sequence[str]) -> str:
        """All bits of the parts."""
        name = "0"
        for part in parts:
            name = part if name == "0" else self.op(f"or i64 {name}, {part}")
        return name

    def up(self, value: str, offset: int) -> str:
        return self.op(f"shl i64 {value}, {offset}") if offset else value

    def stored(self, words: Sequence[str], place: str = "%s") -> None:
        for at, word in enumerate(words):
            self.emitter.raw(f"store i64 {word}, ptr {self.op(f'getelementptr i64, ptr {place}, i64 {at}')}, align 8")

    def kept(self, cleared: Sequence[int]) -> list[str]:
        """The words of the state without some bits of each."""
        return [
            self.op(f"and i64 {name}, {constant(~gone)}") if gone else name for name, gone in zip(self.emitter.words, cleared, strict=True)
        ]

    def text(self, head: str, result: str) -> str:
        return "\n".join([f"define internal {head} nounwind {{", *self.emitter.lines, f"  ret {result}", "}", ""])
