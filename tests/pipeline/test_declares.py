"""The modules that declare a name, as the help of a fault tells them, against the parsed library."""

from __future__ import annotations

from pathlib import Path

from kmodel.pipeline.declares import declaring
from kmodel.pipeline.files import spec_files
from kmodel.pipeline.specs import link
from kmodel.source import Source, data
from kmodel.syntax import parse, tree

FOLDER = data("spec") / "kubernetes" / "network"
NAMED = (tree.Entity, tree.Enum, tree.Record, tree.TypeAliasDeclaration, tree.Def, tree.Relation, tree.Action, tree.Component)


def test_the_text_tells_what_the_trees_tell() -> None:
    files = list(spec_files(FOLDER))
    elsewhere = declaring([FOLDER])
    asked = 0
    for path in files:
        parsed = parse(Source(str(path), path.read_text(encoding="utf-8")))
        for declared in parsed.declarations:
            if isinstance(declared, (*NAMED, tree.Const, tree.Var)):
                assert parsed.module in elsewhere(declared.name), declared.name
                asked += 1
            if isinstance(declared, tree.Enum):
                assert all(parsed.module in elsewhere(member) for member in declared.members)
            if isinstance(declared, tree.Extend):
                owners = [f"{each.module}.{declared.name}" for each in parsed.imports]
                assert all(parsed.module in elsewhere(field.name, owner) for field in declared.fields for owner in owners), declared.name
                asked += len(declared.fields)
    assert asked > 100
    assert elsewhere("Nonesuch") == []


TEXT = """\
module mine
import base
invariant a { forall p in Thing: p.up }
invariant b { forall p in Gadget: true }
invariant c { is_odd(1) }
def d(x: Hue): bool = x == Crimson
rule glows(1) when true
check e { limit tumble <= 1 }
"""
OTHER = """\
module other
import base
extend Thing { var up: bool = true }
enum Hue { Crimson, Teal }
entity Gadget
def is_odd(x: int): bool = x mod 2 == 1
relation glows(x: int)
action tumble() { }
"""


def test_faults_name_the_module_to_import(tmp_path: Path) -> None:
    for name, text in (("base", "module base\nentity Thing\n"), ("other", OTHER), ("mine", TEXT)):
        (tmp_path / f"{name}.km").write_text(text, encoding="utf-8")
    found = {each.message.split("`")[1]: each.help for each in link([tmp_path / "mine.km", tmp_path / "other.km"]).diagnostics}
    assert set(found.values()) == {"import `other`, which declares it"}, found
    assert len(found) == 7


def test_what_no_module_declares_is_told_as_before(tmp_path: Path) -> None:
    (tmp_path / "mine.km").write_text("module mine\ninvariant a { nonesuch(1) }\n", encoding="utf-8")
    (found,) = link([tmp_path / "mine.km"]).diagnostics
    assert found.help == "declare it, or import the module that does"
