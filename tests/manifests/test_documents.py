"""Paths to objects: what is read, what is said of what cannot be read, and that one fault hides nothing else."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kmodel.manifests import Documents, is_manifest, load
from kmodel.manifests.documents import parse
from kmodel.manifests.nodes import Yaml, YamlList, YamlMap, YamlScalar
from kmodel.manifests.yaml_text import MOST_NESTED
from kmodel.source import Source
from tests.strategies.manifests import spoiled

DATA = Path(__file__).parent / "data"
CORPUS = Path(__file__).resolve().parents[3] / "shared" / "corpus"
OBJECT = "apiVersion: v1\nkind: Pod\nmetadata: {name: good}\n"
POD = "apiVersion: v1\nkind: Pod\n"


def read(text: str) -> Documents:
    return load(["-"], lambda: text)


def codes(documents: Documents) -> list[str]:
    return [diagnostic.code for diagnostic in documents.diagnostics]


def plain(node: Yaml) -> object:
    match node:
        case YamlScalar():
            return node.value
        case YamlList():
            return [plain(item) for item in node.items]
        case YamlMap():
            return {key: plain(item) for key, item in node.fields.items()}


def value(text: str) -> object:
    (document,), diagnostics = parse(Source("test.yaml", f"v: {text}\n"))
    assert not diagnostics
    assert isinstance(document, YamlMap)
    return plain(document.fields["v"])


def test_folders_are_read_in_order_without_what_is_hidden() -> None:
    documents = load([str(DATA)], lambda: "")
    assert [str(item) for item in documents.objects] == [
        "Deployment shop/web", "Pod shop/single", "Node worker", "ConfigMap shop/settings", "Pod one", "Pod two",
    ]  # fmt: skip
    assert codes(documents) == []
    assert [os.path.basename(source.name) for source in documents.sources] == ["shop.yaml", "more.json"]


def test_spans_are_the_objects_names() -> None:
    documents = load([str(DATA)], lambda: "")
    assert [(item.span.text, item.span.line) for item in documents.objects[:2]] == [("web", 5), ("single", 33)]
    assert documents.objects[4].span.text == '"one"'


def test_a_file_that_is_given_twice_is_read_once() -> None:
    file = str(DATA / "shop.yaml")
    documents = load([file, str(DATA), file], lambda: "")
    assert codes(documents) == []
    assert len(documents.objects) == 6


@pytest.mark.parametrize(
    ("path", "manifest"), [("a.yaml", True), ("b/a.yml", True), ("a.JSON", True), ("-", True), ("a.km", False), ("a", False)]
)
def test_manifests_are_told_by_suffix(path: str, manifest: bool) -> None:
    assert is_manifest(path) is manifest


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("true", True), ("yes", True), ("On", True), ("n", "n"), ("Y", "Y"), ("OFF", False), ("truE", "truE"),
        ("", None), ("~", None), ("null", None), ("nuLL", "nuLL"),
        ("12", 12), ("-3", -3), ("+4", 4), ("0644", 420), ("0o17", 15), ("0x1F", 31), ("-0b101", -5), ("089", 89.0), ("1_000", 1000),
        ("1e3", 1000.0), ("0.5", 0.5), (".5", 0.5), ("1.", 1.0), ("1.2.3", "1.2.3"), ("12:30", "12:30"), ("2001-01-01", "2001-01-01"),
        ("9" * 5000, "9" * 5000), ("1e999", "1e999"), ("-", None), ("250m", "250m"),
        ('"12"', "12"), ("'yes'", "yes"), ("!!str 12", "12"), ("!!int 12", 12), ("!!float 1", 1.0), ("! 12", "12"),
        ("|\n  a\n  b\n", "a\nb\n"), ("[1, a]", [1, "a"]), ("{true: 1, 2: b, null_: c}", {"true": 1, "2": "b", "null_": "c"}),
    ],
)  # fmt: skip
def test_plain_values_mean_what_kubernetes_takes_them_for(text: str, expected: object) -> None:
    if text == "-":
        expected = [None]
        text = "\n- "
    found = value(text)
    assert found == expected
    assert type(found) is type(expected)


def test_merge_keys_and_aliases() -> None:
    (document,), diagnostics = parse(
        Source("a.yaml", "a: &x {p: 1, q: 2}\nb: {<<: *x, q: 3}\nc: {<<: [{q: 5}, *x]}\nd: {'<<': 1}\ne: *x\n")
    )
    assert not diagnostics
    assert plain(document) == {
        "a": {"p": 1, "q": 2}, "b": {"p": 1, "q": 3}, "c": {"p": 1, "q": 5}, "d": {"<<": 1}, "e": {"p": 1, "q": 2},
    }  # fmt: skip


def test_merging_again_and_again_is_not_nesting() -> None:
    chain = "k0: &k0 {z: 1}\n" + "".join(f"k{i}: &k{i} {{<<: *k{i - 1}, x: {i}}}\n" for i in range(1, 150))
    (document,), diagnostics = parse(Source("a.yaml", chain))
    assert not diagnostics
    assert isinstance(document, YamlMap)
    assert plain(document.fields["k149"]) == {"x": 149, "z": 1}


def test_spans_count_characters_across_documents() -> None:
    text = "é: 🦉\n---\n%x: 1\n".replace("%", "") + "---\r\nk: 'wört'\r\nb: |\r\n  text\r\n"
    documents, diagnostics = parse(Source("a.yaml", text))
    assert not diagnostics
    last = documents[-1]
    assert isinstance(last, YamlMap)
    assert last.fields["k"].span.text == "'wört'"
    assert last.keys["b"].text == "b"
    assert last.fields["b"].span.text == "|\r\n  text"
    assert last.span.text == text[text.index("k:") :].rstrip()


def test_directives_stay_with_their_document() -> None:
    documents, diagnostics = parse(Source("a.yaml", "# x\n%YAML 1.1\n---\na: 1\n...\n%YAML 1.1\n---\nb: 2\n"))
    assert not diagnostics
    assert [plain(document) for document in documents] == [{"a": 1}, {"b": 2}]


def test_json_follows_json() -> None:
    first = '{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a"}}'
    text = first + '\n{"apiVersion":"v1","kind":"Pod","metadata":{"name":"b"}, "x": [1, -2.5e1, true, null, "\\u0041\\/"]}'
    documents = read(text)
    assert codes(documents) == []
    assert plain(documents.objects[1].root.fields["x"]) == [1, -25.0, True, None, "A/"]


def test_a_typed_list_says_what_its_items_are() -> None:
    documents = read(
        "apiVersion: apps/v1\nkind: DeploymentList\nitems:\n- metadata: {name: a}\n- {apiVersion: v1, kind: Pod, metadata: {name: b}}\n"
    )
    assert codes(documents) == []
    assert [(item.api_version, str(item)) for item in documents.objects] == [("apps/v1", "Deployment a"), ("v1", "Pod b")]


def test_a_generated_name_names() -> None:
    assert [str(item) for item in read(POD + "metadata: {generateName: job-}\n").objects] == ["Pod job-"]


BOMB = "a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)
FAULTS = [
    ("yaml-syntax", "a: b: c\n", 1, 5),
    ("yaml-syntax", "a: [1, 2\n", None, None),
    ("yaml-syntax", "a: @x\n", 1, 4),
    ("yaml-syntax", "a: *nowhere\n", 1, 4),
    ("yaml-syntax", "é: \x01\n", 1, 4),
    ("yaml-syntax", "? [a]\n: b\n", 1, 3),
    ("yaml-syntax", "<<: 1\n", 1, 1),
    ("yaml-syntax", "replicas: {{ .Values.n }}\n", 1, 12),
    ("yaml-tab", "a:\n\t- b\n", 2, 1),
    ("yaml-tab", "a:\n  b: 1\n  \tc: 2\n", 3, 3),
    ("yaml-anchor-bomb", BOMB, None, None),
    ("yaml-recursive-alias", "a: &a\n  b: [*a]\n", 2, 7),
    ("yaml-duplicate-key", POD + "metadata: {name: x}\nkind: Pod\n", 4, 1),
    ("yaml-duplicate-key", POD + 'metadata: {name: x, "1": a, 1: b}\n', 3, 29),
    ("yaml-tag", POD + "metadata: {name: !foo x}\n", 3, 18),
    ("yaml-tag", POD + "metadata: !bar {name: x}\n", 3, 11),
    ("yaml-tag", POD + "metadata: {name: x, n: !!int yes}\n", 3, 24),
    ("yaml-nesting", "a: " + "[" * (MOST_NESTED + 1) + "]" * (MOST_NESTED + 1), 1, 4 + MOST_NESTED - 1),
    ("yaml-nesting", "a: " + "[" * 5000, None, None),
    ("yaml-nesting", "k0: &k0 [1]\n" + "".join(f"k{i}: &k{i} [*k{i - 1}]\n" for i in range(1, 150)), MOST_NESTED - 1, None),
    ("not-an-object", "- a\n- b\n", 1, 1),
    ("not-an-object", "just text\n", 1, 1),
    ("missing-kind", "apiVersion: v1\nmetadata: {name: x}\n", 1, 1),
    ("missing-kind", "apiVersion: v1\nkind: 3\nmetadata: {name: x}\n", 2, 7),
    ("missing-api-version", "kind: Pod\nmetadata: {name: x}\n", 1, 1),
    ("missing-api-version", "apiVersion: 1\nkind: Pod\nmetadata: {name: x}\n", 1, 13),
    ("missing-name", POD + "metadata: {}\n", 1, 1),
    ("missing-name", POD + "metadata: text\n", 1, 1),
    ("missing-name", POD + "metadata: {name: 12}\n", 3, 18),
    ("duplicate-object", OBJECT, 3, 18),
]  # fmt: skip


@pytest.mark.parametrize(("code", "text", "line", "column"), FAULTS)
@pytest.mark.parametrize("first", [True, False])
def test_a_fault_is_placed_and_hides_no_other_document(code: str, text: str, line: int | None, column: int | None, first: bool) -> None:
    if code == "duplicate-object":
        first = False
    parts = [text, OBJECT] if first else [OBJECT, text]
    documents = read("\n---\n".join(part.rstrip("\n") for part in parts) + "\n")
    assert codes(documents) == [code]
    assert "Pod good" in [str(item) for item in documents.objects]
    (fault,) = documents.diagnostics
    assert fault.span is not None
    assert fault.help
    assert fault.message[0].islower() or fault.message[0] in "`0123456789"
    if line is not None:
        shift = 0 if first else OBJECT.count("\n") + 1
        assert fault.span.line == line + shift
        assert column in (None, fault.span.column)


def test_templates_are_recognised() -> None:
    (fault,) = read("replicas: {{ .Values.n }}\n").diagnostics
    assert "render" in (fault.help or "")


def test_second_places_are_shown() -> None:
    (fault,) = read(POD + "metadata: {name: x}\nkind: Pod\n").diagnostics
    assert [(span.line, label) for span, label in fault.also] == [(2, "first given here")]
    (fault,) = read(OBJECT + "---\n" + OBJECT).diagnostics
    assert [(span.line, label) for span, label in fault.also] == [(3, "first given here")]


def test_versions_of_one_group_name_the_same_object() -> None:
    text = "apiVersion: {}\nkind: Thing\nmetadata: {{name: a, namespace: {}}}\n"

    def twice(first: str, second: str, place: str = "n") -> list[str]:
        return codes(read(text.format(first, "n") + "---\n" + text.format(second, place)))

    assert twice("g/v1", "g/v1beta1") == ["duplicate-object"]
    assert twice("g/v1", "h/v1") == []
    assert twice("g/v1", "g/v1", "other") == []


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ('{"a": 1,}', 1, 9), ('{"a" 1}', 1, 6), ("{'a': 1}", 1, 2), ('["a" "b"]', 1, 6), ('{"a": x}', 1, 7), ('{"a": "\n"}', 1, 8),
        ('{"a": 01}', 1, 8), ("[" * 5000, 1, 102), ('{"a": 1e999}', 1, 7), ('{"a": [1}', 1, 9), ('{"a": nulls}', 1, 7),
    ],
)  # fmt: skip
def test_json_faults(text: str, line: int, column: int, tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text(text)
    documents = load([str(file)], lambda: "")
    assert codes(documents) == ["json-syntax"]
    span = documents.diagnostics[0].span
    assert span is not None
    assert (span.line, span.column) == (line, column)


def test_json_duplicate_keys(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    file.write_text('{"apiVersion": "v1", "kind": "Pod", "kind": "Node", "metadata": {"name": "a"}}')
    documents = load([str(file)], lambda: "")
    assert codes(documents) == ["yaml-duplicate-key"]
    assert [str(item) for item in documents.objects] == ["Pod a"]


def test_what_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "latin.yaml").write_bytes(OBJECT.encode() + b"# caf\xe9\n")
    (tmp_path / "gone.yaml").symlink_to(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty.yaml").write_text("# nothing\n---\n")
    paths = [str(tmp_path / name) for name in ("latin.yaml", "missing.yaml", "empty", "empty.yaml", "good\0.yaml")]
    documents = load([*paths, "-"], lambda: OBJECT)
    assert codes(documents) == ["not-utf8", "no-such-path", "empty-input", "empty-input", "unreadable-file"]
    assert all(path.split("\0")[0] in fault.message for path, fault in zip(paths, documents.diagnostics, strict=True))
    assert [str(item) for item in documents.objects] == ["Pod good"]
    span = documents.diagnostics[0].span
    assert span is not None
    assert (span.line, span.column) == (4, 6)
    assert codes(load([str(tmp_path)], lambda: "")) == ["no-such-path", "not-utf8"]


def test_standard_input_that_fails() -> None:
    def fail() -> str:
        raise OSError(5, "Input/output error")

    def garbled() -> str:
        return b"\xff".decode()

    assert codes(load(["-"], fail)) == ["unreadable-file"]
    assert codes(load(["-"], garbled)) == ["not-utf8"]
    assert codes(read("a: \udc80\n")) == ["not-utf8"]
    assert codes(read("")) == ["empty-input"]
    assert codes(read("\ufeff" + OBJECT)) == []


def test_utf16_is_no_utf8(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_bytes(OBJECT.encode("utf-16"))
    assert codes(load([str(tmp_path)], lambda: "")) == ["not-utf8"]


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus of published manifests is not beside the repository")
def test_published_manifests_are_read_whole() -> None:
    documents = load([str(CORPUS)], lambda: "")
    assert len(documents.sources) == 108
    assert {fault.code for fault in documents.diagnostics} == {"duplicate-object"}  # alternatives of one application
    said = sum(len(re.findall(r"^kind: (?!List)", source.text, re.MULTILINE)) for source in documents.sources)
    assert len(documents.objects) + len(documents.diagnostics) >= said
    for item in documents.objects:
        assert item.span.text.strip("'\"") == item.name


def places_are_in_the_text(documents: Documents) -> None:
    for fault in documents.diagnostics:
        for span in [fault.span, *(span for span, _ in fault.also)]:
            if span is not None:
                assert 0 <= span.start <= span.end <= len(span.source.text)
                assert span.line >= 1


@given(spoiled([(DATA / "shop.yaml").read_text(), (DATA / "nested" / "more.json").read_text(), *(text for _, text, _, _ in FAULTS)]))
def test_spoiled_manifests_never_raise(text: str) -> None:
    documents = read(text)
    places_are_in_the_text(documents)
    assert documents.objects or documents.diagnostics


@given(st.binary(max_size=200), st.sampled_from([".yaml", ".json"]))
def test_random_bytes_never_raise(tmp_path_factory: pytest.TempPathFactory, data: bytes, suffix: str) -> None:
    file = tmp_path_factory.getbasetemp() / f"random{suffix}"
    file.write_bytes(data)
    places_are_in_the_text(load([str(file)], lambda: ""))
