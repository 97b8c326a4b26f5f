"""The operators and built-in functions: one row each. The language reference and every evaluator follow this table."""

from __future__ import annotations

from kmodel.records import dataclass


@dataclass(frozen=True, slots=True)
class Operator:
    """`name` is what Apply holds; `written` how it is written; `signature` for people; `doc` one sentence.

    `partial`: undefined for some arguments, as `doc` says.
    """

    name: str
    written: str
    signature: str
    doc: str
    partial: bool = False


_ROWS = (
    Operator("not", "not a", "bool -> bool", "true when a is false"),
    Operator("and", "a and b", "bool, bool -> bool", "b is looked at only when a is true"),
    Operator("or", "a or b", "bool, bool -> bool", "b is looked at only when a is false"),
    Operator("implies", "a implies b", "bool, bool -> bool", "b is looked at only when a is true"),
    Operator("iff", "a iff b", "bool, bool -> bool", "both or neither"),
    Operator("equal", "a == b", "T, T -> bool", "the same value; an absent optional equals only `none`"),
    Operator("not_equal", "a != b", "T, T -> bool", "not the same value"),
    Operator("less", "a < b", "number, number -> bool", "numbers of one kind, addresses, or ordinals of one enum; `a > b` is `b < a`"),
    Operator("at_most", "a <= b", "number, number -> bool", "not greater; `a >= b` is `b <= a`"),
    Operator("subset", "a <= b", "set[T], set[T] -> bool", "every item of a is in b"),
    Operator("add", "a + b", "number, number -> number", "numbers of one kind"),
    Operator("subtract", "a - b", "number, number -> number", "numbers of one kind"),
    Operator("negate", "-a", "number -> number", "a number's negative"),
    Operator("multiply", "a * b", "number, int -> number", "a quantity times a plain number, in either order"),
    Operator("divide", "a / b", "number, number -> number", "rounded down; quantity by quantity is plain; by zero is undefined", True),
    Operator("modulo", "a mod b", "number, number -> number", "what `/` leaves; by zero is undefined", True),
    Operator("ceil_div", "ceil_div(a, b)", "number, number -> number", "division rounded up; by zero is undefined", True),
    Operator("min", "min(a, b, …)", "number, … -> number", "the least"),
    Operator("max", "max(a, b, …)", "number, … -> number", "the greatest"),
    Operator("range", "a..b", "int, int -> set[int]", "the whole numbers from a to b, both included"),
    Operator("member", "x in s", "T, set[T] | list[T] | map[T, V] -> bool", "an item of the set or list, a key of the map"),
    Operator("within", "a in c", "ip | cidr, cidr -> bool", "the address, or every address of the range, is in the range"),
    Operator("union", "a + b", "set[T], set[T] -> set[T]", "what is in either"),
    Operator("difference", "a - b", "set[T], set[T] -> set[T]", "what is in a and not in b"),
    Operator("intersection", "a & b", "set[T], set[T] -> set[T]", "what is in both"),
    Operator("concat", "a + b", "string, string | list[T], list[T] -> same", "one after the other"),
    Operator("size", "size(s)", "set | list | map | string | cidr -> int", "how many items, characters or addresses; `count(s)` too"),
    Operator(
        "index", "m[k]", "map[K, V], K | list[T], int -> V", "the value at a key or position (from 0); undefined where there is none", True
    ),
    Operator("get", "get(m, k)", "map[K, V], K -> V?", "the value at a key, or `none`"),
    Operator("put", "put(m, k, v)", "map[K, V], K, V -> map[K, V]", "the map with this value at the key"),
    Operator("remove", "remove(m, k)", "map[K, V], K -> map[K, V]", "the map without the key"),
    Operator("restrict", "restrict(m, s)", "map[K, V], set[K] -> map[K, V]", "the map with only those of its keys that are in the set"),
    Operator("keys", "keys(m)", "map[K, V] -> set[K]", "the keys of a map"),
    Operator("values", "values(m)", "map[K, V] -> set[V]", "the values of a map"),
    Operator("to_set", "to_set(l)", "list[T] -> set[T]", "the items of a list"),
    Operator("item", "t.0", "tuple, literal int -> item", "an item of a tuple, by position: written `first(t)`, `second(t)`, `third(t)`"),
    Operator("or_else", "or_else(o, d)", "T?, T -> T", "the value of the optional, or d"),
    Operator("overlaps", "overlaps(a, b)", "cidr, cidr -> bool", "some address is in both ranges"),
    Operator("first_address", "c.first", "cidr -> ip", "the lowest address of the range"),
    Operator("last_address", "c.last", "cidr -> ip", "the highest address of the range"),
    Operator("prefix_length", "c.prefix", "cidr -> int", "the length of the prefix in bits"),
    Operator("addresses", "addresses(c)", "cidr -> set[ip]", "every address of the range"),
    Operator("parse_ip", "ip(s)", "string -> ip", "the address that a text means; undefined where it means none", True),
    Operator("parse_cidr", "cidr(s)", "string -> cidr", "the range that a text means; undefined where it means none", True),
    Operator("starts_with", "starts_with(s, t)", "string, string -> bool", "s begins with t"),
    Operator("ends_with", "ends_with(s, t)", "string, string -> bool", "s ends with t"),
    Operator("matches", "matches(s, r)", "string, string -> bool", "the whole of s matches the regular expression r"),
    Operator("split", "split(s, t)", "string, string -> list[string]", "the parts of s between occurrences of t"),
    Operator("lower", "lower(s)", "string -> string", "s in lower case"),
    Operator("to_int", "to_int(s)", "string -> int?", "the whole number that a text means, or `none`"),
    Operator("text", "text(x)", "T -> string", "how a value is written"),
    Operator("as_int", "v.int", "IntOrString -> int?", "the number, if it is one"),
    Operator("as_percent", "v.percent", "IntOrString -> int?", "the number before `%`, if it is such a text"),
    Operator("as_text", "v.text", "IntOrString -> string?", "the text, if it is one"),
    Operator("name", "name(e)", "entity | enum -> string", "the name of an individual or member"),
    Operator("ordinal", "ordinal(e)", "entity | enum -> int", "its position from 0; individuals told apart by it are not interchangeable"),
)

OPERATORS: dict[str, Operator] = {row.name: row for row in _ROWS}
