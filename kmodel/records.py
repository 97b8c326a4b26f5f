"""`dataclass` as the standard library has it, but made without compiling text: a process that runs for a second loads hundreds of records.

The standard decorator writes and compiles six functions a class, which takes longer than loading all the rest of a module. Here comparison,
hashing, text and protection are one function each for all classes, and `__init__` is compiled when the first record of a class is made.
Fields, inheritance, `field`, `fields`, `replace` and matching are the standard library's. Type checkers see its `dataclass` itself.
"""

from __future__ import annotations

import dataclasses
import operator
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass"]

_Class = type[Any]
_Key = Callable[[Any], tuple[object, ...]]


def _record(
    cls: _Class | None = None, /, *, frozen: bool = False, slots: bool = False, eq: bool = True, order: bool = False, kw_only: bool = False
) -> Any:
    """See `dataclasses.dataclass`; the arguments are those of it that are used."""
    if cls is None:
        return lambda cls: _made(cls, frozen, slots, eq, order, kw_only)
    return _made(cls, frozen, slots, eq, order, kw_only)


def _made(cls: _Class, frozen: bool, slots: bool, eq: bool, order: bool, kw_only: bool) -> _Class:
    own = cls.__dict__
    if cls.__doc__ is None:
        cls.__doc__ = cls.__name__  # or the standard library looks up the signature
    made: _Class = dataclasses.dataclass(init=False, repr=False, eq=False, slots=slots, kw_only=kw_only)(cls)
    fields = dataclasses.fields(made)
    methods: dict[str, object] = {"__init__": _first(made, frozen), "__repr__": _text}
    if eq:
        methods |= _comparisons(_key([each.name for each in fields if each.compare]), order)
        methods["__hash__"] = _hash(fields) if frozen else None
    if frozen:
        methods |= _PROTECTED if slots else {name: _PROTECTED[name] for name in ("__setattr__", "__delattr__")}
    for name, method in methods.items():
        if own.get(name) is None:  # a class that says how it compares, and not how it is hashed, has None there
            setattr(made, name, method)
    return made


def _key(names: Sequence[str]) -> _Key:
    """The values of some fields of a record, as a tuple however many they are."""
    if not names:
        return lambda record: ()
    get = operator.attrgetter(*names)
    return get if len(names) > 1 else lambda record: (get(record),)


def _comparisons(key: _Key, order: bool) -> dict[str, object]:
    def equal(self: Any, other: Any) -> Any:
        return key(self) == key(other) if other.__class__ is self.__class__ else NotImplemented

    def compared(by: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
        return lambda self, other: by(key(self), key(other)) if other.__class__ is self.__class__ else NotImplemented

    ordered = {f"__{name}__": compared(getattr(operator, name)) for name in ("lt", "le", "gt", "ge")} if order else {}
    return {"__eq__": equal, **ordered}


def _hash(fields: Sequence[dataclasses.Field[Any]]) -> Callable[[Any], int]:
    key = _key([each.name for each in fields if (each.compare if each.hash is None else each.hash)])
    return lambda self: hash(key(self))


def _text(self: Any) -> str:
    shown = (f"{each.name}={getattr(self, each.name)!r}" for each in dataclasses.fields(self) if each.repr)
    return f"{type(self).__qualname__}({', '.join(shown)})"


def _refuse_to_set(self: Any, name: str, value: object) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot assign to field {name!r}")


def _refuse_to_delete(self: Any, name: str) -> None:
    raise dataclasses.FrozenInstanceError(f"cannot delete field {name!r}")


def _state(self: Any) -> list[object]:
    return [getattr(self, each.name) for each in dataclasses.fields(self)]


def _restore(self: Any, state: list[object]) -> None:
    for each, value in zip(dataclasses.fields(self), state, strict=True):
        object.__setattr__(self, each.name, value)


_PROTECTED: dict[str, object] = {
    "__setattr__": _refuse_to_set,
    "__delattr__": _refuse_to_delete,
    "__getstate__": _state,
    "__setstate__": _restore,
}

# ---- the only text: __init__, at the first record


def _first(cls: _Class, frozen: bool) -> Callable[..., None]:
    """Puts the `__init__` of the fields in its own place, and runs it."""

    def begin(self: Any, *args: Any, **named: Any) -> None:
        made = _init(cls, frozen)
        setattr(cls, "__init__", made)  # noqa: B010
        made(self, *args, **named)

    return begin


def _init(cls: _Class, frozen: bool) -> Callable[..., None]:
    fields = dataclasses.fields(cls)
    known: dict[str, Any] = {"_set": object.__setattr__, "_missing": dataclasses.MISSING}
    given = [each for each in fields if each.init]
    parameters = [_parameter(each, known) for each in given if not each.kw_only]
    if len(parameters) < len(given):
        parameters += ["*", *(_parameter(each, known) for each in given if each.kw_only)]
    lines = [line for each in fields if (line := _assignment(each, frozen, known))]
    if hasattr(cls, "__post_init__"):
        lines.append("self.__post_init__()")
    text = f"def __init__({', '.join(('self', *parameters))}):\n  " + "\n  ".join(lines or ["pass"])
    exec(text, known)
    made: Callable[..., None] = known["__init__"]
    made.__qualname__, made.__module__ = f"{cls.__qualname__}.__init__", cls.__module__
    return made


def _parameter(each: dataclasses.Field[Any], known: dict[str, Any]) -> str:
    if each.default is not dataclasses.MISSING:
        known[f"_default_{each.name}"] = each.default
        return f"{each.name}=_default_{each.name}"
    return f"{each.name}=_missing" if each.default_factory is not dataclasses.MISSING else each.name


def _assignment(each: dataclasses.Field[Any], frozen: bool, known: dict[str, Any]) -> str | None:
    """The line that gives the field its value; a field that is no parameter has its default, or is left to `__post_init__`."""
    value = each.name
    if each.default_factory is not dataclasses.MISSING:
        known[f"_make_{each.name}"] = each.default_factory
        value = f"_make_{each.name}() if {each.name} is _missing else {each.name}" if each.init else f"_make_{each.name}()"
    elif not each.init:
        if each.default is dataclasses.MISSING:
            return None
        known[f"_default_{each.name}"] = each.default
        value = f"_default_{each.name}"
    return f"_set(self, {each.name!r}, {value})" if frozen else f"self.{each.name} = {value}"


if TYPE_CHECKING:
    from dataclasses import dataclass
else:
    dataclass = _record
