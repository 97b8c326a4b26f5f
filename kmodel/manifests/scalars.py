"""What a plain YAML scalar means: as the reader that Kubernetes' own tools use (YAML 1.1, by the rules of its Go reader).

It differs from YAML 1.1 at large: `12:30` and dates are texts, and `089`, no octal number, is 89. Where readers disagree, on `y` and
`n`, they are texts, as writers that leave them without quotes mean them; a yes/no value that is spelled so is refused.
"""

from __future__ import annotations

import re
from math import inf, isinf, nan

from kmodel.manifests.nodes import Plain


def _spellings(*words: str) -> list[str]:
    return [form for word in words for form in (word, word.capitalize(), word.upper())]


_WORDS: dict[str, Plain] = {
    **dict.fromkeys(_spellings("yes", "true", "on"), True),
    **dict.fromkeys(_spellings("no", "false", "off"), False),
    **dict.fromkeys(["", "~", *_spellings("null")], None),
    **dict.fromkeys([".nan", ".NaN", ".NAN"], nan),
    **dict.fromkeys([".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"], inf),
    **dict.fromkeys(["-.inf", "-.Inf", "-.INF"], -inf),
}
_INTEGERS = tuple(
    (re.compile(pattern, re.ASCII), base)
    for pattern, base in [
        (r"([-+]?)(0|[1-9][0-9]*)", 10),
        (r"([-+]?)0[oO]?([0-7]+)", 8),
        (r"([-+]?)0[xX]([0-9a-fA-F]+)", 16),
        (r"([-+]?)0[bB]([01]+)", 2),
    ]
)
_DECIMAL = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?", re.ASCII)
_LONGEST = 400  # digits; no number that a manifest can mean is longer, and Python's conversions would be slow


def resolve(text: str) -> Plain:
    """The value of an unquoted, untagged scalar."""
    if text in _WORDS:
        return _WORDS[text]
    if text[0] not in "+-.0123456789" or len(text) > _LONGEST:
        return text
    return _number(text)


def _number(text: str) -> Plain:
    digits = text.replace("_", "") if text[0] != "." else text
    for pattern, base in _INTEGERS:
        if found := pattern.fullmatch(digits):
            return int(found[1] + found[2], base)
    if not _DECIMAL.fullmatch(digits) or isinf(value := float(digits)):
        return text
    return value
