"""What each form of the language is read as, with which spans, comments and documentation."""

from __future__ import annotations

from typing import TypeVar

import pytest

from kmodel.source import Source, Span
from kmodel.syntax import Tree, parse, show
from kmodel.syntax.tree import (
    Action,
    Aggregate,
    Binary,
    Binder,
    Call,
    Check,
    Component,
    Comprehension,
    Const,
    Create,
    Entity,
    Expect,
    Expr,
    Field,
    From,
    IfStatement,
    Index,
    Init,
    Items,
    Literal,
    Name,
    Node,
    OptionalType,
    Quantified,
    RangeType,
    Record,
    Rule,
    Scope,
    Set,
    Unary,
    Unless,
)

AT = Span(Source("", ""), 0, 0)
T = TypeVar("T")


def _tree(text: str, name: str = "some/hand.km") -> Tree:
    return parse(Source(name, text))


def _only(text: str, kind: type[T]) -> T:
    (declaration,) = _tree(text).declarations
    assert isinstance(declaration, kind)
    return declaration


def _value(text: str) -> Expr:
    value = _only(f"const x: int = {text}", Const).value
    assert value is not None
    return value


def _name(name: str) -> Name:
    return Name(name, span=AT)


A, B, C, P, Q, S = map(_name, "abcpqs")


def _binary(op: str, left: Expr, right: Expr) -> Binary:
    return Binary(op, left, right, span=AT)


def _forall(body: Expr) -> Quantified:
    return Quantified("forall", (Binder(("p",), S, span=AT),), None, body, span=AT)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("a implies forall p in s: b or c", _binary("implies", A, _forall(_binary("or", B, C)))),
        ("a implies b implies c", _binary("implies", A, _binary("implies", B, C))),
        ("a leads_to b leads_to c", _binary("leads_to", A, _binary("leads_to", B, C))),
        ("a - b - c", _binary("-", _binary("-", A, B), C)),
        ("a - (b - c)", _binary("-", A, _binary("-", B, C))),
        ("a not in s", _binary("not in", A, S)),
        ("a not\n in s", _binary("not in", A, S)),
        ("not a in s", Unary("not", _binary("in", A, S), span=AT)),
        ("- a.b", Unary("-", Field(A, "b", span=AT), span=AT)),
        ("next(a)", Unary("next", A, span=AT)),
        ("always a or b", _binary("or", Unary("always", A, span=AT), B)),
        ("{}", Items("set", (), span=AT)),
        ("(a, b)", Items("tuple", (A, B), span=AT)),
        ("a.from", Field(A, "from", span=AT)),
        ("a.in.count", Field(Field(A, "in", span=AT), "count", span=AT)),
        ("a.count(b)", Call("count", A, (B,), (), span=AT)),
        ('"s"[a]', Index(Literal("string", "s", span=AT), A, span=AT)),
        (r'"\"\\\n\u00e9"', Literal("string", '"\\\né', span=AT)),
        ("1..3", _binary("..", Literal("int", "1", span=AT), Literal("int", "3", span=AT))),
        ("10.0.0.0/8", Literal("cidr", "10.0.0.0/8", span=AT)),
        ("by + scope", _binary("+", _name("by"), _name("scope"))),
    ],
)
def test_expression(text: str, meant: Expr) -> None:
    assert _value(text) == meant


def _over(*names: str) -> Binder:
    return Binder(names, S, span=AT)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("count(p in s where c)", Aggregate("count", (_over("p"),), C, None, (), span=AT)),
        ("count(p, q in s where c)", Aggregate("count", (_over("p", "q"),), C, None, (), span=AT)),
        ("sum(p in s, a, b in s: c)", Aggregate("sum", (_over("p"), _over("a", "b")), None, C, (), span=AT)),
        ("count(p in s)", Aggregate("count", (_over("p"),), None, None, (), span=AT)),
        ("count((p in s))", Aggregate("count", (), None, None, (_binary("in", P, S),), span=AT)),
        ("count(s)", Aggregate("count", (), None, None, (S,), span=AT)),
        ("max(a, b)", Aggregate("max", (), None, None, (A, B), span=AT)),
        ("{p, q in s where c}", Comprehension("set", None, (_over("p", "q"),), C, span=AT)),
        ("{p in s}", Items("set", (_binary("in", P, S),), span=AT)),
        ("[a for p in s]", Comprehension("list", A, (_over("p"),), None, span=AT)),
    ],
)
def test_what_stands_before_a_condition_binds(text: str, meant: Expr) -> None:
    assert _value(text) == meant


@pytest.mark.parametrize(
    "text", ["init { a == b\n (c) }", "init { a\n (c) }", "init { a\n [c] }", "init { a\n not c }", "init { a == b\n {c} }"]
)
def test_after_white_space_a_bracket_or_a_negation_begins_a_condition(text: str) -> None:
    assert len(_only(text, Init).conditions) == 2


def test_a_call_or_an_index_goes_on_in_the_same_condition() -> None:
    assert len(_only("init { a(c)[c] }", Init).conditions) == 1


@pytest.mark.parametrize(
    "suffixes",
    ["= 1 at a.b of kind, c.d", "at a.b = 1 of kind, c.d", "of kind, c.d at a.b = 1", "at a.b of kind, c.d = 1"],
)
def test_suffixes_of_a_field_stand_in_any_order(suffixes: str) -> None:
    (field,) = _only(f"entity E {{ const x: int {suffixes} }}", Entity).fields
    assert (field.default, field.at, field.of) == (Literal("int", "1", span=AT), "a.b", ("kind", "c.d"))


def test_words_are_reserved_only_where_they_could_stand() -> None:
    fields = _only("entity E { const from: int var in: int const at: int at spec.at }", Entity).fields
    assert [(field.name, field.at) for field in fields] == [("from", None), ("in", None), ("at", "spec.at")]
    assert [field.name for field in _only("record R { of: int, at: int, in: int }", Record).fields] == ["of", "at", "in"]


@pytest.mark.parametrize("text", ["const x: bool = a andb", "component c fairly", "action a() byc { }", "const x: T ofkind"])
def test_a_keyword_is_no_beginning_of_a_word(text: str) -> None:
    with pytest.raises(Exception, match="syntax-error"):
        _tree(text)


def test_sources_of_an_entity() -> None:
    entity = _only("entity P pool\n  from v1/P\n  from apps/v1/D at spec.t times spec.n = 2\n  from apps/v1/S times count(Node)", Entity)
    assert entity.pool
    assert entity.sources == (
        From("v1/P", None, None, None, None, (), span=AT),
        From("apps/v1/D", "spec.t", "spec.n", 2, None, (), span=AT),
        From("apps/v1/S", None, None, None, "Node", (), span=AT),
    )


def test_what_is_left_out() -> None:
    text = 'entity P from v1/P unless "#controller" unless status.phase = "Done", "Lost" from v1/Q unless a.b'
    entity = _only(text, Entity)
    assert [source.unless for source in entity.sources] == [
        (Unless('"#controller"', (), span=AT), Unless("status.phase", ("Done", "Lost"), span=AT)),
        (Unless("a.b", (), span=AT),),
    ]
    assert show(_tree(text)) == 'entity P\n  from v1/P unless "#controller" unless status.phase = "Done", "Lost"\n  from v1/Q unless a.b\n'


def test_quoted_parts_of_paths_are_kept_as_written() -> None:
    fields = _only('entity E { const a: string at metadata.annotations."a.b/c" const n: int at "#copy" }', Entity).fields
    assert [field.at for field in fields] == ['metadata.annotations."a.b/c"', '"#copy"']


def test_types() -> None:
    field, other = _only("entity E { var a: (0..n)? var b: map[string, list[(int, T?), 5]] }", Entity).fields
    assert field.type == OptionalType(RangeType(0, "n", span=AT), span=AT)
    assert other.type.span.text == "map[string, list[(int, T?), 5]]"


def test_if_expression_in_an_if_statement() -> None:
    (statement,) = _only("action a() { if if p then a else b { x := 1 } else if c { y := 2 } }", Action).body
    assert isinstance(statement, IfStatement)
    assert statement.condition.span.text == "if p then a else b"
    assert [type(other) for other in statement.otherwise] == [IfStatement]


def test_create_with_and_without_values() -> None:
    full, bare = _only("action a() { create p in S with {x = 1, y = 2,} { p.z := 3 } create q in S }", Action).body
    assert isinstance(full, Create)
    assert isinstance(bare, Create)
    assert ([value.name for value in full.values], len(full.body)) == (["x", "y"], 1)
    assert (bare.values, bare.body) == ((), ())


@pytest.mark.parametrize(
    ("text", "fairness", "per"),
    [("component c", None, None), ("component c fair", "weak", None), ("component c strongly fair per Pod", "strong", "Pod")],
)
def test_fairness(text: str, fairness: str | None, per: str | None) -> None:
    component = _only(text, Component)
    assert (component.fairness, component.per) == (fairness, per)


def test_rules() -> None:
    assert _only("rule r()", Rule).head == ()
    rule = _only("rule r(a, b) when c", Rule)
    assert (rule.head, rule.condition) == ((A, B), C)


def test_lines_of_a_check() -> None:
    scopes = "scope P = 1 of 3, ip = 10.0.0.0/29 unless given"
    sets = "set x = a set P.f = [a] unless given"
    one, two, three, four, five, _ = _only(f"check c {{ {scopes} {sets} expect violated a, m.* in 6 cluster }}", Check).items
    assert one == Scope("P", Literal("int", "1", span=AT), 3, False, span=AT)
    assert two == Scope("ip", Literal("cidr", "10.0.0.0/29", span=AT), None, True, span=AT)
    assert three == Set(None, "x", A, False, span=AT)
    assert four == Set("P", "f", Items("list", (A,), span=AT), True, span=AT)
    assert five == Expect("violated", ("a", "m.*"), None, 6, span=AT)


def test_a_module_without_header_is_named_by_its_file() -> None:
    assert _tree("const x: int", "a/b/plain.km").module == "plain"
    assert _tree("module a.b.c", "a/b/plain.km").module == "a.b.c"


# ---- places, comments, documentation


def _spans(node: object) -> list[str]:
    found = [node.span.text] if isinstance(node, Node) else []
    children = node if isinstance(node, tuple) else [getattr(node, name) for name in getattr(node, "__dataclass_fields__", ())]
    return found + [text for child in children if isinstance(child, Node | tuple) for text in _spans(child)]


def test_spans_cover_what_was_written() -> None:
    assert _spans(_value("(a + b) * f( c )")) == ["(a + b) * f( c )", "(a + b)", "a", "b", "f( c )", "c"]


def test_spans_of_declarations_cover_attributes_and_name_spans_the_name() -> None:
    claim = _tree('@id("K1") @severity(high)\ninvariant holds_here { a }\n').declarations[0]
    assert claim.span.text == '@id("K1") @severity(high)\ninvariant holds_here { a }'
    assert claim.name_span.text == "holds_here"
    assert [attribute.span.text for attribute in claim.attributes] == ['@id("K1")', "@severity(high)"]


def test_documentation_stands_directly_above() -> None:
    text = "## lost\n\n# plain\n##one\n##  two\n##\n@id(a)\nconst x: int  ## behind\nconst y: int\n### ruler\nconst z: int"
    assert [declaration.doc for declaration in _tree(text).declarations] == ["one\n two\n", None, None]


def test_fields_are_documented() -> None:
    fields = _only("entity E {\n  ## what it is\n  var a: int\n  var b: int\n}", Entity).fields
    assert [field.doc for field in fields] == ["what it is", None]


def test_every_comment_is_kept() -> None:
    tree = _tree('# one\nconst x: string = "# no comment" # two\n  ## three  \r\n# ünï 日本')
    assert [comment.text for comment in tree.comments] == ["# one", "# two", "## three", "# ünï 日本"]
    assert [comment.span.text for comment in tree.comments] == ["# one", "# two", "## three", "# ünï 日本"]


def test_line_ends_and_tabs_mean_nothing() -> None:
    text = "## d\nconst\tx: int = 1\nentity E {\n\tvar a: int # c\n}\n"
    assert _tree(text.replace("\n", "\r\n")) == _tree(text) == _tree(text.replace("\t", " "))


def test_a_module_has_documentation() -> None:
    assert parse(Source("a.km", "# no\n\n## What it\n## models.\nmodule a\n\n## not this\nconst x: int\n")).doc == "What it\nmodels."
    assert parse(Source("a.km", "# plain\nmodule a\n")).doc is None
    assert parse(Source("a.km", "## of the constant\nconst x: int\n")).doc is None
