"""Selectors of pods and their namespaces in words, as other network policy tools write them."""

from __future__ import annotations

from kmodel.typed.values import MapValue, Member, RecordValue, Value

NAMESPACE_NAME = "kubernetes.io/metadata.name"


def described(unknown: RecordValue) -> str:
    """`shop/[pod with {app=web}]`, by the selectors of its namespace (`space`) and of its labels."""
    space, pods = _requirements(unknown.get("space")), _requirements(unknown.get("labels"))
    named = _only_name(unknown.get("space"))
    where = named if named is not None else f"[namespace with {{{space}}}]" if space else "[all namespaces]"
    return f"{where}/[{f'pod with {{{pods}}}' if pods else 'all pods'}]"


def _only_name(selector: Value) -> str | None:
    """The namespace that it selects by name alone."""
    assert isinstance(selector, RecordValue)
    labels = _labels(selector)
    only = list(labels) == [NAMESPACE_NAME] and not selector.get("match_expressions")
    return labels[NAMESPACE_NAME] if only else None


def _labels(selector: RecordValue) -> dict[str, str]:
    labels = selector.get("match_labels")
    assert isinstance(labels, MapValue)
    return {str(key): str(value) for key, value in labels.pairs}


def _requirements(selector: Value) -> str:
    assert isinstance(selector, RecordValue)
    expressions = selector.get("match_expressions")
    assert isinstance(expressions, tuple)
    labels = [f"{key}={value}" for key, value in sorted(_labels(selector).items())]
    return ",".join([*labels, *sorted(_requirement(each) for each in expressions)])


def _requirement(each: Value) -> str:
    assert isinstance(each, RecordValue)
    operator, values = each.get("operator"), each.get("values")
    assert isinstance(operator, Member)
    assert isinstance(values, tuple)
    return f"{{Key:{each.get('key')},Operator:{operator.name},Values:[{' '.join(sorted(map(str, values)))}],}}"
