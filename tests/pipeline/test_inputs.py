"""Which files are meant, how they are named, and what the command line says instead of checks."""

from __future__ import annotations

from pathlib import Path

import pytest

from kmodel.pipeline.files import find, read, shown
from kmodel.pipeline.line import check
from kmodel.pipeline.origins import located, portable
from kmodel.pipeline.overrides import meant
from kmodel.pipeline.request import Request
from kmodel.pipeline.specs import link
from kmodel.reports import Report
from kmodel.source import Rejected, data

CLUSTER = """\
module c
entity Node from v1/Node { const cpu: int = 4 at spec.cpu }
entity Pod from v1/Pod { const cpu: int = 1 at spec.cpu }
invariant fits { forall p in Pod: exists n in Node: p.cpu <= n.cpu }
check given {
  cluster
  scope Node = 2 unless given
  expect holds fits
}
"""
POD = "apiVersion: v1\nkind: Pod\nmetadata:\n  name: a\nspec:\n  cpu: 8\n"
NODE = "apiVersion: v1\nkind: Node\nmetadata:\n  name: big\nspec:\n  cpu: 16\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_km", ".km").replace("_yaml", ".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def run(*paths: str, **options: object) -> Report:
    return check(Request(paths=paths, **options))  # type: ignore[arg-type]


def test_a_folder_with_a_spec_is_a_folder_of_specs(folder: Path) -> None:
    write(folder, a__x_km="module a.x", a__b__y_km="module a.b.y", a__z_yaml=POD, m__p_yaml=POD, a__hidden="")
    write(folder, **{".git__x_km": "module no"})
    found = find(["a", "m", "-", "m/p.yaml", "a/x.km"])
    assert [path.as_posix() for path in found.specs] == ["a/x.km", "a/b/y.km"]
    assert found.manifests == ("m", "-", "m/p.yaml")
    assert found.diagnostics == ()


def test_files_are_named_from_where_one_is(folder: Path) -> None:
    write(folder, a__x_km="module a.x")
    assert shown(folder / "a" / "x.km") == "a/x.km"
    assert shown(Path("a/../a/x.km")) == "a/x.km"
    library = data("spec") / "kubernetes" / "cluster.km"
    assert shown(library) == "<kmodel>/kubernetes/cluster.km"
    assert portable(shown(library)) == "spec/kubernetes/cluster.km"
    assert located("spec/kubernetes/cluster.km", folder / "trace.itf.json") == library
    assert located("a/x.km", folder / "deep" / "trace.itf.json") == Path("a/x.km")
    assert located("spec/nowhere.km", folder / "trace.itf.json") is None


def test_texts_are_utf8_with_or_without_a_mark(folder: Path) -> None:
    (folder / "x.km").write_bytes(b"\xef\xbb\xbfmodule x\r\n# \xc3\xa9\r\n")
    assert read(Path("x.km")).text == "module x\n# é\n"
    (folder / "y.km").write_bytes(b"module y\n# \xe9\n")
    with pytest.raises(Rejected) as rejected:
        read(Path("y.km"))
    (fault,) = rejected.value.diagnostics
    assert (fault.code, fault.span and fault.span.line, fault.span and fault.span.column) == ("not-utf8", 2, 3)


def test_a_module_comes_before_one_of_the_same_name_that_comes_with_kmodel(folder: Path) -> None:
    write(folder, spec__kubernetes__cluster_km="module kubernetes.cluster\nvar mine: bool = true\n")
    write(folder, spec__x_km="module x\nimport kubernetes.cluster\ninvariant i { mine }\n")
    assert link([Path("spec/x.km")]).diagnostics == ()


def test_what_an_import_is_wrong_with_is_told_once(folder: Path) -> None:
    write(folder, spec__x_km="module x\nimport y\n", spec__y_km="module y\ninvariant {\n")
    codes = [fault.code for fault in link([Path("spec/x.km")]).diagnostics]
    assert codes == ["syntax-error"]


@pytest.mark.parametrize(
    ("name", "glob", "fits"),
    [
        ("a.b.c", "c", True),
        ("a.b.c", "a.*", True),
        ("a.b.c", "b", False),
        ("a.b.c", "a.b.c", True),
        ("a.b.c", "?", True),
        ("a.b.c", "C", False),
    ],
)
def test_globs(name: str, glob: str, fits: bool) -> None:
    assert meant(name, glob) is fits


def test_nodes_as_a_number_and_as_a_file(folder: Path) -> None:
    write(folder, c_km=CLUSTER, m__pod_yaml=POD, nodes_yaml=NODE)
    assumed = run("c.km", "m")
    assert (assumed.results[0].verdict, assumed.results[0].scope["Node"]) == ("violated", 2)
    counted = run("c.km", "m", nodes="5")
    assert (counted.results[0].verdict, counted.results[0].scope["Node"]) == ("violated", 5)
    given = run("c.km", "m", nodes="nodes.yaml")
    assert (given.results[0].verdict, given.results[0].scope["Node"], given.read.objects) == ("proved", 1, 2)
    missing = run("c.km", "m", nodes="nowhere.yaml")
    assert [fault.code for fault in missing.diagnostics] == ["no-such-path"]


def test_a_check_reads_the_manifests_beside_its_spec(folder: Path) -> None:
    write(folder, s__c_km=CLUSTER.replace("cluster\n", 'cluster "objects"\n'), s__objects__pod_yaml=POD, s__objects__node_yaml=NODE)
    report = run("s")
    assert (report.results[0].verdict, report.read.objects, report.read.modelled) == ("proved", 2, 2)


def test_manifests_alone_are_checked_against_the_packs(folder: Path) -> None:
    write(folder, m__pod_yaml=POD.replace("  cpu: 8\n", "  containers: []\n"))
    report = run("m")
    assert report.results
    assert all(result.file.startswith("<kmodel>/packs/") for result in report.results)
    assert report.read.specs == 0


def test_a_check_that_cannot_be_made_ground_leaves_the_others(folder: Path) -> None:
    write(folder, x_km="module x\nentity Pod\nvar n: bool = true\ninvariant i { n }\ninvariant j { forall p in Pod: n }\n"
          "check bad { verify j }\ncheck good { scope Pod = 1  verify i }\n")  # fmt: skip
    report = run("x.km", jobs=1)
    assert {(result.check, result.standing) for result in report.results} >= {("good", "met"), ("bad", "error")}
    assert [fault.code for fault in report.diagnostics] == ["missing-scope"]
    assert report.status() == 2
