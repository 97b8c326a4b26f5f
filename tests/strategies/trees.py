"""Trees as `parse` could make them: expressions of every form, and files of declarations that hold them."""

from __future__ import annotations

from hypothesis import strategies as st

from kmodel.source import Source, Span
from kmodel.syntax import tree as t

SPAN = Span(Source("hand.km", ""), 0, 0)

_NAMES = st.sampled_from(("a", "b", "p", "node", "in_use", "iffy", "set", "Pod", "nothing", "countable"))
_LITERALS = st.one_of(
    st.sampled_from(("true", "false")).map(lambda text: t.Literal("bool", text, span=SPAN)),
    st.just(t.Literal("none", "none", span=SPAN)),
    st.integers(0, 10**6).map(lambda n: t.Literal("int", str(n), span=SPAN)),
    st.sampled_from(("500m", "2cpu", "64Mi", "1.5Gi", "10s")).map(lambda text: t.Literal("quantity", text, span=SPAN)),
    st.just(t.Literal("percent", "25%", span=SPAN)),
    st.just(t.Literal("ip", "10.0.0.1", span=SPAN)),
    st.just(t.Literal("cidr", "10.0.0.0/8", span=SPAN)),
    st.text(st.characters(exclude_categories=("Cs",)), max_size=5).map(lambda text: t.Literal("string", text, span=SPAN)),
)
_BINARY = ("leads_to", "until", "implies", "iff", "or", "and", "==", "!=", "<", "<=", "in", "not in", "..", "+", "-", "&", "*", "/", "mod")
_UNARY = ("not", "-", "always", "eventually", "next")


def _name(name: str) -> t.Expr:
    return t.Name(name, span=SPAN)


def _several(part: st.SearchStrategy[t.Expr], least: int = 0) -> st.SearchStrategy[tuple[t.Expr, ...]]:
    return st.lists(part, min_size=least, max_size=3).map(tuple)


def _binders(part: st.SearchStrategy[t.Expr]) -> st.SearchStrategy[tuple[t.Binder, ...]]:
    names = st.lists(_NAMES, min_size=1, max_size=2).map(tuple)
    binder = st.builds(t.Binder, names, part, span=st.just(SPAN))
    return st.lists(binder, min_size=1, max_size=2).map(tuple)


def _assigned(part: st.SearchStrategy[t.Expr], least: int = 0) -> st.SearchStrategy[tuple[t.Assigned, ...]]:
    return st.lists(st.builds(t.Assigned, _NAMES, part, span=st.just(SPAN)), min_size=least, max_size=2).map(tuple)


def _over_binders(part: st.SearchStrategy[t.Expr]) -> st.SearchStrategy[t.Expr]:
    span, maybe = st.just(SPAN), st.none() | part
    aggregates = st.sampled_from(("count", "sum", "min", "max"))
    # Without binders an `in` would be read as one.
    plain = part.filter(lambda one: not (isinstance(one, t.Binary) and one.op == "in"))
    return st.one_of(
        st.builds(t.Quantified, st.sampled_from(("forall", "exists")), _binders(part), maybe, part, span=span),
        st.builds(t.Aggregate, aggregates, _binders(part), maybe, maybe, st.just(()), span=span),
        st.builds(t.Aggregate, aggregates, st.just(()), st.none(), st.none(), _several(plain, 1), span=span),
        st.builds(t.Comprehension, st.sampled_from(("set", "list")), part, _binders(part), maybe, span=span),
        st.builds(t.Comprehension, st.just("set"), st.none(), _binders(part), part, span=span),
    )


def _larger(part: st.SearchStrategy[t.Expr]) -> st.SearchStrategy[t.Expr]:
    span = st.just(SPAN)
    pairs = st.lists(st.tuples(part, part), min_size=1, max_size=2).map(tuple)
    return st.one_of(
        st.builds(t.Binary, st.sampled_from(_BINARY), part, part, span=span),
        st.builds(t.Unary, st.sampled_from(_UNARY), part, span=span),
        st.builds(t.Is, part, _NAMES, span=span),
        st.builds(t.If, part, part, part, span=span),
        st.builds(t.LetIn, _NAMES, part, part, span=span),
        _over_binders(part),
        st.builds(t.Field, part, _NAMES, span=span),
        st.builds(t.Index, part, part, span=span),
        st.builds(t.Call, _NAMES, st.none(), _several(part), _assigned(part), span=span),
        st.builds(t.Call, _NAMES, part, _several(part), st.just(()), span=span),
        st.builds(t.With, part, _assigned(part, 1), span=span),
        st.builds(t.Items, st.sampled_from(("set", "list")), _several(part), span=span),
        st.builds(t.Items, st.just("tuple"), _several(part, 2), span=span),
        st.builds(t.Pairs, pairs, span=span),
    )


expressions: st.SearchStrategy[t.Expr] = st.recursive(_NAMES.map(_name) | _LITERALS, _larger, max_leaves=12)


def _declared(name: str) -> dict[str, object]:
    return {"name": name, "name_span": SPAN, "span": SPAN}


def _declarations(conditions: tuple[t.Expr, ...]) -> tuple[t.Declaration, ...]:
    """The same expressions in all the places where one may stand between others."""
    first = conditions[0]
    binder = t.Binder(("p",), first, span=SPAN)
    statements = (
        t.Require(first, span=SPAN),
        t.IfStatement(first, tuple(t.Assert(one, span=SPAN) for one in conditions), (t.Delete(first, span=SPAN),), span=SPAN),
        t.ForStatement((binder,), first, (), span=SPAN),
        t.Choose(binder, first, "maximizing", first, (), span=SPAN),
        t.Let("x", first, span=SPAN),
        t.Assign(t.Index(t.Name("x", span=SPAN), first, span=SPAN), first, span=SPAN),
    )
    number = t.NamedType("int", span=SPAN)
    fields = tuple(t.FieldDeclaration("field", number, one, None, (), **_declared(f"f{n}")) for n, one in enumerate(conditions))  # type: ignore[arg-type]
    items = (t.Scope("Pod", first, 3, True, span=SPAN), t.Set(None, "x", first, True, span=SPAN), t.CheckAssume(first, span=SPAN))
    return (
        t.Init(conditions, **_declared("")),  # type: ignore[arg-type]
        t.Record(fields, **_declared("R")),  # type: ignore[arg-type]
        t.Rule((first,), first, **_declared("r")),  # type: ignore[arg-type]
        t.Action((), None, statements, **_declared("go")),  # type: ignore[arg-type]
        t.Claim("invariant", (), first, **_declared("holds_always")),  # type: ignore[arg-type]
        t.Check(items, **_declared("c")),  # type: ignore[arg-type]
    )


files: st.SearchStrategy[t.Tree] = st.lists(expressions, min_size=1, max_size=3).map(
    lambda conditions: t.Tree(SPAN.source, "hand", (), _declarations(tuple(conditions)), ())
)
