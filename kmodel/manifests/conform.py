"""Whether objects of the API's own kinds have the structure that the API server takes: types, needed fields, and the rules beside them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from kmodel.manifests.conversions import simple, text, whole
from kmodel.manifests.documents import Documents
from kmodel.manifests.limits import limited
from kmodel.manifests.nodes import Yaml, YamlList, YamlMap, YamlScalar, describe, is_absent
from kmodel.manifests.objects import NAME, Object
from kmodel.manifests.paths import missing, select, steps, wrong_kind
from kmodel.manifests.quantities import quantity
from kmodel.manifests.rules import broken
from kmodel.manifests.schema import Schema, Type, schema
from kmodel.source import Diagnostic, Rejected
from kmodel.typed.types import BoolType, IntOrStringType


def apply(documents: Documents) -> Documents:
    """The objects that the API server would take, and why it would refuse the others."""
    found = [(item, faults(item)) for item in documents.objects]
    refused = [diagnostic for _, wrong in found for diagnostic in wrong]
    if not refused:
        return documents
    taken, left = tuple(item for item, wrong in found if not wrong), tuple(item for item, wrong in found if wrong)
    return replace(documents, objects=taken, diagnostics=(*documents.diagnostics, *refused), refused=left)


def faults(item: Object) -> list[Diagnostic]:
    """All for which the API server would refuse the object, as far as its structure says. Kinds of others have none."""
    known = schema()
    kinds = known.kinds.get(item.api_version)
    if kinds is None or item.kind not in kinds:
        return [found for found in [_unknown_version(known, item)] if found is not None]
    name = kinds[item.kind]
    return [] if name is None else list(_object(known, name, item))


def _unknown_version(known: Schema, item: Object) -> Diagnostic | None:
    """A kind of the API's own groups (of all groups without a dot, which are reserved) that is in another version only."""
    of_group = [version for version, kinds in known.kinds.items() if item.kind in kinds and version.rpartition("/")[0] == item.group]
    elsewhere = [version for version, kinds in known.kinds.items() if item.kind in kinds] if "." not in item.group else []
    versions = of_group or elsewhere
    if not versions:
        return None
    node = item.root.fields["apiVersion"]
    help_ = f"write `apiVersion: {' or '.join(versions)}`, with the fields that the kind has there"
    return Diagnostic("unknown-version", f"the API has no `{item.kind}` in `{item.api_version}`", node.span, (), help_)


def _object(known: Schema, name: str, item: Object) -> Iterator[Diagnostic]:
    found: list[Diagnostic] = []
    _value(known, name, item.root, found)
    yield from found
    if not found and name in known.objects:
        yield from _rules(known, known.objects[name], item.root)
    for node in select(item.root, NAME).nodes:
        if isinstance(node, YamlScalar):
            yield from limited(known, {"format": known.names.get(name, known.names[""])}, node)


def _value(known: Schema, type_: str, node: Yaml, found: list[Diagnostic]) -> None:
    """Appends what is wrong with a value of a type: half of all parts are texts, and thousands of objects are looked at."""
    if type_ == "string" and isinstance(node, YamlScalar) and isinstance(node.value, str):
        return
    leaf = _LEAVES.get(type_)
    if leaf is not None:
        _leaf(leaf, node, found)
    elif type_[0] == "[":
        if isinstance(node, YamlList):
            for part in node.items:
                _value(known, type_[1:-1], part, found)
        else:
            found.append(wrong_kind(node, "a list"))
    elif not isinstance(node, YamlMap):
        found.append(wrong_kind(node, "a mapping"))
    elif type_[0] == "{":
        for part in node.fields.values():
            if not is_absent(part):
                _value(known, type_[1:-1], part, found)
    else:
        _fields(known, known.types[type_], node, found)


def _fields(known: Schema, type_: Type, node: YamlMap, found: list[Diagnostic]) -> None:
    before = len(found)
    for key, part in node.fields.items():
        expected = type_.fields.get(key)
        if expected is not None and not is_absent(part):
            _value(known, expected, part, found)
    found += [missing(key, node.span) for key in type_.needed if is_absent(node.fields.get(key))]
    if len(found) == before and (type_.limits or type_.rules):
        found += _rules(known, type_, node)


def _rules(known: Schema, type_: Type, node: YamlMap) -> Iterator[Diagnostic]:
    """Rules look at values whose types are right: what is wrong below is told before."""
    for path, limits in type_.limits.items():
        part = node.fields.get(path) if "." not in path else next(iter(select(node, steps(path)).nodes), None)
        if part is not None:
            yield from limited(known, limits, part)
    for rule in type_.rules:
        yield from broken(known, rule, node)


# ---- leaves


def _leaf(read: Callable[[Yaml], object], node: Yaml, found: list[Diagnostic]) -> None:
    try:
        read(node)
    except Rejected as rejected:
        found += rejected.diagnostics


def _number(node: Yaml) -> object:
    if isinstance(node, YamlScalar) and isinstance(node.value, int | float) and not isinstance(node.value, bool):
        return node.value
    raise Rejected([wrong_kind(node, "a number")])


def _amount(node: Yaml) -> object:
    if isinstance(node, YamlScalar) and not isinstance(node.value, bool) and node.value is not None:
        try:
            return quantity(node.text if isinstance(node.value, str) else str(node.value))
        except ValueError:
            help_ = "write a number with a unit if one likes, such as `250m`, `128Mi` or `1G`"
            raise Rejected([Diagnostic("invalid-quantity", f"{describe(node)} is no amount", node.span, (), help_)]) from None
    raise Rejected([wrong_kind(node, "an amount")])


_LEAVES: Mapping[str, Callable[[Yaml], object]] = {
    "string": text,
    "time": text,
    "int": whole,
    "number": _number,
    "bool": partial(simple, BoolType()),
    "quantity": _amount,
    "int-or-string": partial(simple, IntOrStringType()),
    "any": lambda _: None,
}
