"""From what the grammar matched to the declarations of the tree: one function a rule."""

from __future__ import annotations

from dataclasses import replace
from itertools import takewhile
from typing import Any

from kmodel.syntax.read_expressions import text_of
from kmodel.syntax.reading import Children, Part, Reading, Rule, Rules, nodes, part, parts, words
from kmodel.syntax.tree import (
    Action,
    Assume,
    Attribute,
    Check,
    Claim,
    Component,
    Const,
    Def,
    Entity,
    Enum,
    Extend,
    FieldDeclaration,
    From,
    Import,
    Init,
    Parameter,
    Query,
    Record,
    Relation,
    TypeAliasDeclaration,
    Unless,
    Var,
)
from kmodel.syntax.tree import (
    Rule as RuleDeclaration,
)


def _head(reading: Reading, children: Children, name: int = 1) -> dict[str, Any]:
    """What every declaration has; its `doc` and attributes are added by `_declaration`."""
    token = children[name]
    return {"name": str(token), "name_span": reading.at(token), "span": reading.span(children)}


def _declaration(reading: Reading, children: Children) -> Any:
    *attributes, declared = children
    span = reading.span(children)
    doc = reading.doc(span.start)
    return replace(declared, doc=doc, attributes=tuple(attributes), span=span) if attributes or doc is not None else declared


def _attribute(reading: Reading, children: Children) -> Attribute:
    _, name, _, value, _ = children
    return Attribute(str(name), value, span=reading.span(children))


# ---- types and fields


def _enum(reading: Reading, children: Children) -> Enum:
    return Enum(words(children)[1:], **_head(reading, children))


def _record(reading: Reading, children: Children) -> Record:
    return Record(nodes(children), **_head(reading, children))


def _type_alias(reading: Reading, children: Children) -> TypeAliasDeclaration:
    return TypeAliasDeclaration(children[3], **_head(reading, children))


def _field(kind: str, name: int) -> Rule:
    def build(reading: Reading, children: Children) -> FieldDeclaration:
        attributes = tuple(takewhile(lambda child: isinstance(child, Attribute), children))
        span, children = reading.span(children), children[len(attributes) :]
        suffixes = _suffixes(reading, children)
        head = {**_head(reading, children, name), "span": span}
        doc = reading.doc(head["span"].start)
        default, at, of = suffixes.get("default"), suffixes.get("at"), suffixes.get("of", ())
        return FieldDeclaration(kind, children[name + 2], default, at, of, doc=doc, attributes=attributes, **head)

    return build


def _suffixes(reading: Reading, children: Children) -> dict[str, Any]:
    """The default and the paths of a field, each said at most once."""
    found: dict[str, Part] = {}
    for suffix in parts(children, "suffix"):
        kind, value = suffix.value
        if kind in found:
            written = "=" if kind == "default" else kind
            also = [(found[kind].span, "said here first")]
            reading.reject("duplicate-suffix", f"a field has one `{written}`", suffix.span, "remove one of the two", also)
        else:
            found[kind] = Part(kind, value, suffix.span)
    return {kind: suffix.value for kind, suffix in found.items()}


def _default(reading: Reading, children: Children) -> Part:
    return Part("suffix", ("default", children[1]), reading.span(children))


def _at_path(reading: Reading, children: Children) -> Part:
    return Part("suffix", ("at", str(children[1])), reading.span(children))


def _of_paths(reading: Reading, children: Children) -> Part:
    return Part("suffix", ("of", words(children, "PATH")), reading.span(children))


def _entity(reading: Reading, children: Children) -> Entity:
    sources = tuple(node for node in nodes(children) if isinstance(node, From))
    fields = tuple(node for node in nodes(children) if isinstance(node, FieldDeclaration))
    return Entity(bool(words(children, "POOL")), sources, fields, **_head(reading, children))


def _extend(reading: Reading, children: Children) -> Extend:
    return Extend(nodes(children), **_head(reading, children))


def _from(reading: Reading, children: Children) -> From:
    _, api_kind, _, at, times, *unless = children
    path, default, entity = times.value if times is not None else (None, None, None)
    return From(str(api_kind), None if at is None else str(at), path, default, entity, tuple(unless), span=reading.span(children))


def _unless(reading: Reading, children: Children) -> Unless:
    values = tuple(text_of(reading, child) for child in children[3:] if child is not None and child.type == "STRING")
    return Unless(str(children[1]), values, span=reading.span(children))


def _times_path(reading: Reading, children: Children) -> Part:
    return Part("times", (str(children[1]), reading.number(children[3]), None), reading.span(children))


def _times_count(reading: Reading, children: Children) -> Part:
    function, entity = children[1], str(children[3])
    if function != "count":
        help_ = f"write `times count({entity})`, or `times path = 1` for the number at a path"
        reading.reject("syntax-error", f"found `{function}` where `count` was expected", reading.at(function), help_)
    return Part("times", (None, None, entity), reading.span(children))


def _const(reading: Reading, children: Children) -> Const:
    return Const(children[3], children[5], **_head(reading, children))


def _var(reading: Reading, children: Children) -> Var:
    return Var(children[3], children[5], **_head(reading, children))


# ---- conditions, functions, behaviour and claims


def _assume(reading: Reading, children: Children) -> Assume:
    return Assume(nodes(children), **_head(reading, children))


def _init(reading: Reading, children: Children) -> Init:
    return Init(nodes(children), **{**_head(reading, children, 0), "name": ""})


def _parameters(reading: Reading, children: Children) -> Part:
    return Part("parameters", nodes(children), reading.span(children))


def _typed_parameter(reading: Reading, children: Children) -> Parameter:
    return Parameter(str(children[0]), children[2], None, span=reading.span(children))


def _chosen_parameter(reading: Reading, children: Children) -> Parameter:
    return Parameter(str(children[0]), None, children[2], span=reading.span(children))


def _function(class_: type[Def] | type[Query]) -> Rule:
    def build(reading: Reading, children: Children) -> Def | Query:
        *_, result, _, body = children
        return class_(part(children, "parameters", ()), result, body, **_head(reading, children))

    return build


def _relation(reading: Reading, children: Children) -> Relation:
    return Relation(part(children, "parameters", ()), **_head(reading, children))


def _rule(reading: Reading, children: Children) -> RuleDeclaration:
    *before, _, condition = children
    return RuleDeclaration(nodes(before), condition, **_head(reading, children))


def _component(reading: Reading, children: Children) -> Component:
    fairness, per = children[2].value if children[2] is not None else (None, None)
    return Component(fairness, per, **_head(reading, children))


def _fairness(reading: Reading, children: Children) -> Part:
    strongly, _, _, per = children
    return Part("fairness", ("weak" if strongly is None else "strong", None if per is None else str(per)), reading.span(children))


def _action(reading: Reading, children: Children) -> Action:
    component, body = children[-2:]
    named = None if component is None else str(component)
    return Action(part(children, "parameters", ()), named, body.value, **_head(reading, children))


def _claim(kind: str) -> Rule:
    def build(reading: Reading, children: Children) -> Claim:
        return Claim(kind, part(children, "parameters", ()), children[-2], **_head(reading, children))

    return build


def _check(reading: Reading, children: Children) -> Check:
    items = tuple(item for node in nodes(children) for item in (node.value if isinstance(node, Part) else (node,)))
    return Check(items, **_head(reading, children))


# ---- a module


def _module_header(reading: Reading, children: Children) -> Part:
    return Part("module", children[1].value, reading.span(children))


def _import(reading: Reading, children: Children) -> Import:
    _, module, _, alias = children
    return Import(module.value, None if alias is None else str(alias), span=reading.span(children))


def _start(reading: Reading, children: Children) -> tuple[Any, ...]:
    return nodes(children)


DECLARATIONS: Rules = {
    "start": _start,
    "module_header": _module_header,
    "import_": _import,
    "declaration": _declaration,
    "attribute": _attribute,
    "enum": _enum,
    "record": _record,
    "record_field": _field("field", 0),
    "type_alias": _type_alias,
    "entity": _entity,
    "extend": _extend,
    "from_": _from,
    "unless": _unless,
    "times_path": _times_path,
    "times_count": _times_count,
    "member_const": _field("const", 1),
    "member_var": _field("var", 1),
    "default": _default,
    "at_path": _at_path,
    "of_paths": _of_paths,
    "const": _const,
    "var": _var,
    "assume": _assume,
    "init": _init,
    "parameters": _parameters,
    "typed_parameter": _typed_parameter,
    "chosen_parameter": _chosen_parameter,
    "def_": _function(Def),
    "query": _function(Query),
    "relation": _relation,
    "rule": _rule,
    "component": _component,
    "fairness": _fairness,
    "action": _action,
    "invariant": _claim("invariant"),
    "transition": _claim("transition"),
    "property_": _claim("property"),
    "witness": _claim("witness"),
    "check": _check,
}
