"""The words of syntax errors: what the reader calls the things that could stand somewhere, and what explains them."""

from __future__ import annotations

from collections.abc import Mapping

from kmodel.records import dataclass

WORDS: Mapping[str, tuple[str, ...]] = {
    "a declaration": (
        "enum",
        "record",
        "type",
        "entity",
        "extend",
        "const",
        "var",
        "assume",
        "def",
        "relation",
        "rule",
        "component",
        "action",
        "init",
        "invariant",
        "transition",
        "property",
        "witness",
        "query",
        "check",
    ),
    "a statement": ("require", "assert", "let", "if", "for", "choose", "create", "delete"),
    "a line of a check": ("scope", "set", "assume", "limit", "use", "verify", "expect", "cluster"),
}
BEGINNINGS = ("forall", "exists", "not", "always", "eventually")


@dataclass(frozen=True, slots=True)
class Category:
    """What has one name for the reader: where all `signs` could stand, `covers` are not named one by one."""

    name: str
    signs: frozenset[str]
    covers: frozenset[str]


# Signs and covers are terminals, or the texts of those that are always written alike.
_EXPRESSION = frozenset(
    [
        "true",
        "false",
        "none",
        "not",
        "always",
        "eventually",
        "if",
        "let",
        "next",
        "(",
        "[",
        "{",
        "-",
        "NAME",
        "INT",
        "QUANTITY",
        "PERCENT",
        "IP",
        "CIDR",
        "STRING",
        "QUANTIFIER",
        "AGGREGATE",
    ]
)
CATEGORIES = (
    Category("a declaration", frozenset({"enum", "invariant"}), frozenset({*WORDS["a declaration"], "@", "import", "module"})),
    Category("a statement", frozenset({"require", "delete"}), frozenset({*WORDS["a statement"], "NAME"})),
    Category("a line of a check", frozenset({"scope", "verify"}), frozenset(WORDS["a line of a check"])),
    Category("an expression", frozenset({"true", "none", "NAME"}), _EXPRESSION),
    Category("a type", frozenset({"NAME", "INT", "-", "("}), frozenset({"NAME", "INT", "-", "("})),
)

OPERATORS = frozenset(["and", "or", "implies", "iff", "leads_to", "until", "is", "in", "mod", "with", "+", "-", "&", "*", "/", "..", "."])
OPERATOR_TERMINALS = frozenset({"COMPARE", "NOT_IN", "INDEX_OPEN", "CALL_OPEN"})

# Terminals that are no fixed words, and those that are one of a few.
NAMED = {
    "PATH": "a path such as `spec.replicas`",
    "API_KIND": "a version and kind such as `v1/Kind`",
    "GLOB": "the name of a claim",
    "INT": "a number",
    "STRING": "a text in quotation marks",
    "NAME": "a name",
    "CALL_OPEN": "`(`",
    "INDEX_OPEN": "`[`",
    "COMPARE": "a comparison",
    "NOT_IN": "`not in`",
}
SPELLED = {"VERDICT": ("holds", "violated", "reached", "unreachable"), "OPTIMUM": ("maximizing", "minimizing")}


def _listed(words: tuple[str, ...]) -> str:
    return f"{', '.join(f'`{word}`' for word in words[:-1])} or `{words[-1]}`"


HELP = {
    "an expression": 'an expression is a name, a number, a text in `"…"`, a call such as `f(x)`, or made of those with operators',
    "a type": "a type is a name, a range `low..high`, `set[T]`, `map[K, V]`, `list[T]`, `list[T, 5]`, `(T, U)` or `T?`",
    "a declaration": f"a declaration begins with {_listed(WORDS['a declaration'])}",
    "a statement": f"a statement is `place := value`, or begins with {_listed(WORDS['a statement'])}",
    "a line of a check": f"a line of a check begins with {_listed(WORDS['a line of a check'])}",
}

# What other languages write, and what is written here.
ELSEWHERE = (
    ("&&", "write `and`"),
    ("||", "write `or`"),
    ("<=>", "write `iff`"),
    ("=>", "write `implies`"),
    ("->", "write `implies`; the result of a `def` follows a `:`"),
    ("!", "write `not`"),
    ("'", 'a text stands in quotation marks, `"…"`; the value after a step is `next(x)`'),
    (";", "leave it out: each line says by its first word what it is"),
    ("//", "a comment begins with `#`"),
    ("/*", "a comment begins with `#`"),
    ("\\", "the difference of sets is `-`, and no member is `not in`"),
    ("%", "the rest of a division is `a mod b`"),
    ("|", "a set is written `{x in values where …}`, a union `a + b`"),
)

# Words that begin the same thing in other languages.
ELSEWHERE_WORDS: Mapping[str, str] = {
    "state": "var",
    "variable": "var",
    "variables": "var",
    "field": "var",
    "constant": "const",
    "parameter": "const",
    "sig": "entity",
    "class": "entity",
    "object": "entity",
    "struct": "record",
    "function": "def",
    "func": "def",
    "fun": "def",
    "fn": "def",
    "pred": "def",
    "predicate": "def",
    "define": "def",
    "process": "component",
    "actor": "component",
    "event": "action",
    "operation": "action",
    "lemma": "invariant",
    "theorem": "invariant",
    "safety": "invariant",
    "liveness": "property",
    "run": "check",
    "when": "require",
    "guard": "require",
    "pre": "require",
    "assume": "require",
    "null": "none",
    "nil": "none",
    "all": "forall",
    "some": "exists",
    "bounds": "scope",
}
