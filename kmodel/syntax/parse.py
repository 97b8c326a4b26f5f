from __future__ import annotations
import sys
from lark import Lark, Token, Tree as LTree
from kmodel.source import Source, Span, Diagnostic, Rejected, data
from kmodel.syntax import tree as t

_L = None
def lark():
    global _L
    if _L is None:
        _L = Lark(data("grammar/kmodel.lark").read_text(), parser="lalr", lexer="contextual", propagate_positions=True, maybe_placeholders=True, cache="/tmp/hedge/cache")
    return _L

class W:
    def __init__(s, source): s.src = source; s.docs={}
    def sp(s, n):
        if isinstance(n, Token): return Span(s.src, n.start_pos, n.end_pos)
        m = n.meta
        return Span(s.src, getattr(m,"start_pos",0), getattr(m,"end_pos",0))
    def dotted(s, n): return ".".join(n.children)
    # types
    def ty(s, n):
        sp = s.sp(n); c = n.children; d = n.data
        if d == "type": return s.ty(c[0])
        if d == "optional_type": return t.OptionalType(s.ty(c[0]), span=sp)
        if d == "named_type": return t.NamedType(str(c[0]), span=sp)
        if d == "applied_type": return t.AppliedType(str(c[0]), tuple(int(x) if isinstance(x, Token) else s.ty(x) for x in c[2:]), span=sp)
        if d == "range_type": return t.RangeType(s.bound(c[0]), s.bound(c[1]), span=sp)
        if d == "tuple_type": return t.TupleType(tuple(s.ty(x) for x in c), span=sp)
        raise AssertionError(d)
    def bound(s, n):
        v = n.children[-1]
        return str(v) if n.data == "name_bound" else (-int(v) if n.data == "negative_bound" else int(v))
    # expr
    def e(s, n):
        d = n.data; c = [x for x in n.children if not (isinstance(x, Token) and x.type in ("CALL_OPEN", "INDEX_OPEN"))]; sp = s.sp(n)
        B = {"leads_to":"leads_to","until":"until","implies":"implies","iff":"iff","or_":"or","and_":"and","in_":"in","not_in":"not in","range_":"..","add":"+","subtract":"-","intersect":"&","multiply":"*","divide":"/","modulo":"mod"}
        U = {"not_":"not","always":"always","eventually":"eventually","negate":"-","next_":"next"}
        if d in B: return t.Binary(B[d], s.e(c[0]), s.e(c[1]), span=sp)
        if d == "compare": return t.Binary(str(c[1]), s.e(c[0]), s.e(c[2]), span=sp)
        if d in U: return t.Unary(U[d], s.e(c[0]), span=sp)
        if d == "is_": return t.Is(s.e(c[0]), str(c[1]), span=sp)
        if d == "quantified": return t.Quantified(str(c[0]), s.binders(c[1]), s.o(c[2]), s.e(c[3]), span=sp)
        if d == "if_": return t.If(*(s.e(x) for x in c), span=sp)
        if d == "let_in": return t.LetIn(str(c[0]), s.e(c[1]), s.e(c[2]), span=sp)
        if d == "field": return t.Field(s.e(c[0]), str(c[1]), span=sp)
        if d == "method":
            return t.Call(str(c[1]), s.e(c[0]), tuple(s.e(x) for x in c[2:] if x is not None), (), span=sp)
        if d == "index": return t.Index(s.e(c[0]), s.e(c[1]), span=sp)
        if d == "with_": return t.With(s.e(c[0]), tuple(s.assigned(x) for x in c[1:]), span=sp)
        if d == "name": return t.Name(str(c[0]), span=sp)
        if d == "call":
            a = [x for x in c[1:] if x is not None]
            a = [x.children[0] if x.data=="_argument" else x for x in a]
            return t.Call(str(c[0]), None, tuple(s.e(x) for x in a if x.data != "assigned"), tuple(s.assigned(x) for x in a if x.data == "assigned"), span=sp)
        if d in ("true","false"): return t.Literal("bool", d, span=sp)
        if d == "none": return t.Literal("none", d, span=sp)
        if d in ("int","quantity","percent","ip","cidr"): return t.Literal(d, str(c[0]), span=sp)
        if d == "string":
            import json
            return t.Literal("string", json.loads(c[0]), span=sp)
        if d == "grouped": return s.e(c[0])
        if d == "tuple": return t.Items("tuple", tuple(map(s.e, c)), span=sp)
        if d == "list": return t.Items("list", tuple(s.e(x) for x in c if x is not None), span=sp)
        if d == "list_comprehension": return t.Comprehension("list", s.e(c[0]), s.binders(c[1]), s.o(c[2]), span=sp)
        if d == "empty_braces": return t.Items("set", (), span=sp)
        if d == "set_literal": return t.Items("set", tuple(s.e(x) for x in c), span=sp)
        if d == "pairs": return t.Pairs(tuple((s.e(x.children[0]), s.e(x.children[1])) for x in c), span=sp)
        if d == "set_filter": return t.Comprehension("set", None, s.tobind([s.e(x) for x in c[:-1]]), s.e(c[-1]), span=sp)
        if d == "set_comprehension": return t.Comprehension("set", s.e(c[0]), s.binders(c[1]), s.o(c[2]), span=sp)
        if d == "aggregate":
            op=str(c[0]); body=c[-1]; where=c[-2]; args=[s.e(x) for x in c[1:-2]]
            if where is None and body is None and not any(isinstance(a,t.Binary) and a.op=="in" for a in args):
                return t.Aggregate(op, (), None, None, tuple(args), span=sp)
            return t.Aggregate(op, s.tobind(args), s.o(where), s.o(body), (), span=sp)
        raise AssertionError(d)
    def tobind(s, es):
        out=[]; names=[]
        for x in es:
            if isinstance(x, t.Name): names.append(x.name); st=x.span if len(names)==1 else st
            else:
                assert isinstance(x, t.Binary) and x.op=="in", x
                names.append(x.left.name); out.append(t.Binder(tuple(names), x.right, span=x.span)); names=[]
        return tuple(out)
    def o(s, n): return None if n is None else s.e(n)
    def binders(s, n): return tuple(s.binder(x) for x in n.children)
    def binder(s, n): return t.Binder(tuple(str(x) for x in n.children[:-1]), s.e(n.children[-1]), span=s.sp(n))
    def assigned(s, n): return t.Assigned(str(n.children[0]), s.e(n.children[1]), span=s.sp(n))
    # statements
    def block(s, n): return tuple(s.st(x) for x in n.children) if n is not None else ()
    def place(s, n):
        c=[x for x in n.children if not (isinstance(x, Token) and x.type=="INDEX_OPEN")]; sp=s.sp(n)
        if n.data=="place_name": return t.Name(str(c[0]), span=sp)
        if n.data=="place_field": return t.Field(s.place(c[0]), str(c[1]), span=sp)
        return t.Index(s.place(c[0]), s.e(c[1]), span=sp)
    def st(s, n):
        d=n.data; c=n.children; sp=s.sp(n)
        if d=="require": return t.Require(s.e(c[0]), span=sp)
        if d=="assert_": return t.Assert(s.e(c[0]), span=sp)
        if d=="let": return t.Let(str(c[0]), s.e(c[1]), span=sp)
        if d=="assign": return t.Assign(s.place(c[0]), s.e(c[1]), span=sp)
        if d=="if_statement":
            o=c[2]; other=() if o is None else (s.block(o) if o.data=="block" else (s.st(o),))
            return t.IfStatement(s.e(c[0]), s.block(c[1]), other, span=sp)
        if d=="for_statement": return t.ForStatement(s.binders(c[0]), s.o(c[1]), s.block(c[2]), span=sp)
        if d=="choose":
            opt=c[2]
            return t.Choose(s.binder(c[0]), s.o(c[1]), None if opt is None else str(opt), s.o(c[3]), s.block(c[4]), span=sp)
        if d=="create": 
            vals=tuple(s.assigned(x) for x in c[2:-1] if x is not None)
            return t.Create(str(c[0]), str(c[1]), vals, s.block(c[-1]), span=sp)
        if d=="delete": return t.Delete(s.e(c[0]), span=sp)
        raise AssertionError(d)
    def params(s, n):
        if n is None: return ()
        out=[]
        for p in n.children:
            if p.data=="typed_parameter": out.append(t.Parameter(str(p.children[0]), s.ty(p.children[1]), None, span=s.sp(p)))
            else: out.append(t.Parameter(str(p.children[0]), None, s.e(p.children[1]), span=s.sp(p)))
        return tuple(out)
    def field(s, n, kind):
        name=n.children[0]; default=None; at=None; of=()
        for x in n.children[2:]:
            if x.data=="default": default=s.e(x.children[0])
            elif x.data=="at_path": at=str(x.children[0])
            else: of=tuple(map(str,x.children))
        return t.FieldDeclaration(kind, s.ty(n.children[1]), default, at, of, name=str(name), name_span=s.sp(name), doc=s.doc(n), span=s.sp(n))
    def doc(s, n): return s.docs.get(s.sp(n).line - 1)
    def decl(s, n):
        attrs=tuple(t.Attribute(str(a.children[0]), s.o(a.children[-1]) if len(a.children)>2 or a.children[-1] is not None and not isinstance(a.children[-1],Token) else None, span=s.sp(a)) for a in n.children[:-1])
        k=n.children[-1]; d=k.data; c=[x for x in k.children if not (isinstance(x, Token) and x.type=="CALL_OPEN")]; sp=s.sp(k)
        nm=next((x for x in c if isinstance(x, Token)), None)
        h=dict(name=str(nm) if nm is not None else "", name_span=s.sp(nm) if nm is not None else sp, doc=s.doc(n), attributes=attrs, span=s.sp(n))
        if d=="enum": return t.Enum(tuple(map(str,c[1:])), **h)
        if d=="record": return t.Record(tuple(s.field(x,"field") for x in c[1:]), **h)
        if d=="type_alias": return t.TypeAliasDeclaration(s.ty(c[1]), **h)
        if d in ("entity","extend"):
            fs=tuple(s.field(x, "const" if x.data=="member_const" else "var") for x in c if isinstance(x, LTree) and x.data.startswith("member"))
            if d=="extend": return t.Extend(fs, **h)
            src=tuple(s.frm(x) for x in c if isinstance(x, LTree) and x.data=="from_")
            return t.Entity(any(isinstance(x,Token) and x.type=="POOL" for x in c), src, fs, **h)
        if d=="const": return t.Const(s.ty(c[1]), s.o(c[2]), **h)
        if d=="var": return t.Var(s.ty(c[1]), s.o(c[2]), **h)
        if d=="assume": return t.Assume(tuple(s.e(x) for x in c[1:]), **h)
        if d=="def_": return t.Def(s.params(c[1]), None if c[2] is None else s.ty(c[2]), s.e(c[3]), **h)
        if d=="relation": return t.Relation(s.params(c[1]), **h)
        if d=="rule": return t.Rule(tuple(s.e(x) for x in c[1:-1] if x is not None), s.o(c[-1]), **h)
        if d=="component":
            f=c[1]
            return t.Component(None if f is None else ("strong" if f.children[0] is not None else "weak"), None if f is None or f.children[1] is None else str(f.children[1]), **h)
        if d=="action": return t.Action(s.params(c[1]), None if c[2] is None else str(c[2]), s.block(c[3]), **h)
        if d=="init": return t.Init(tuple(map(s.e,c)), **h)
        if d in ("invariant","transition","property_","witness"):
            k_=d.rstrip("_"); ps=next((x for x in c if isinstance(x,LTree) and x.data=="parameters"), None)
            return t.Claim(k_, s.params(ps), s.e(c[-1]), **h)
        if d=="query": return t.Query(s.params(c[1]), None if c[2] is None else s.ty(c[2]), s.e(c[3]), **h)
        if d=="check": return t.Check(tuple(y for x in c[1:] for y in s.item(x)), **h)
        raise AssertionError(d)
    def frm(s, n):
        times=n.children[2]; ti=td=te=None
        if times is not None:
            ti=str(times.children[0]); last=times.children[-1]
            if times.data=="times_path": td=int(last)
            else: te=str(last); ti=None
        return t.From(str(n.children[0]), None if n.children[1] is None else str(n.children[1]), ti, td, te, span=s.sp(n))
    def item(s, n):
        d=n.data; c=n.children; sp=s.sp(n)
        if d=="scope": return [t.Scope(str(i.children[0]), s.e(i.children[1]), None if i.children[2] is None else int(i.children[2]), i.children[3] is not None, span=s.sp(i)) for i in c]
        if d=="set": 
            owner=None if c[1] is None else str(c[0]); name=str(c[0] if c[1] is None else c[1])
            return [t.Set(owner, name, s.e(c[2]), c[3] is not None, span=sp)]
        if d=="check_assume": return [t.CheckAssume(s.e(c[0]), span=sp)]
        if d=="limit": return [t.Limit(s.dotted(c[0]), int(c[1]), span=sp)]
        if d=="use": return [t.Use(tuple(s.dotted(x) for x in c), span=sp)]
        if d=="verify": return [t.Verify(tuple(str(x.children[0]) for x in c), span=sp)]
        if d=="expect":
            dep=c[-1]; depth=steps=None
            if dep is not None:
                if dep.data=="to_depth": depth=int(dep.children[0])
                else: steps=int(dep.children[0])
            return [t.Expect(str(c[0]), tuple(str(x.children[0]) for x in c[1:-1]), depth, steps, span=sp)]
        if d=="cluster":
            import json
            return [t.Cluster(tuple(json.loads(x) for x in c if x is not None), span=sp)]
        raise AssertionError(d)

def parse(source: Source) -> t.Tree:
    try: n=lark().parse(source.text)
    except Exception as x:
        raise Rejected([Diagnostic("syntax-error", str(x)[:200].replace("\n"," "), None)])
    w=W(source)
    lines=source.text.split("\n"); buf=[]
    for i,l in enumerate(lines,1):
        if l.strip().startswith("##"): buf.append(l.strip()[2:].strip()); w.docs[i]=" ".join(buf)
        else: buf=[]
    module=None; imports=[]; decls=[]
    for c in n.children:
        if c is None: continue
        if c.data=="module_header": module=w.dotted(c.children[0])
        elif c.data=="import_": imports.append(t.Import(w.dotted(c.children[0]), None if c.children[1] is None else str(c.children[1]), span=w.sp(c)))
        else: decls.append(w.decl(c))
    from pathlib import Path
    return t.Tree(source, module or Path(source.name).stem, tuple(imports), tuple(decls), ())
