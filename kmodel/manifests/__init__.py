"""Manifests to an instance: `load` takes paths to objects, `read` takes objects and a program to individuals with values.

What is read is what the program declares. Nothing raises for what the input says: every fault is a diagnostic beside the result.
"""

from kmodel.manifests.conform import apply, faults
from kmodel.manifests.constants import constant
from kmodel.manifests.documents import Documents, is_manifest, load
from kmodel.manifests.instance import Given, Instance, NotModelled
from kmodel.manifests.nodes import Yaml, YamlList, YamlMap, YamlScalar, describe
from kmodel.manifests.notes import Note, noted
from kmodel.manifests.objects import ENVELOPE as NAMES_OF_OBJECTS
from kmodel.manifests.objects import Object
from kmodel.manifests.paths import EACH
from kmodel.manifests.paths import steps as path_steps
from kmodel.manifests.places import Path, places
from kmodel.manifests.read import read
from kmodel.manifests.write import write_yaml
from kmodel.manifests.yaml_text import parse_yaml

__all__ = [
    "EACH",
    "NAMES_OF_OBJECTS",
    "Documents",
    "Given",
    "Instance",
    "NotModelled",
    "Note",
    "Object",
    "Path",
    "Yaml",
    "YamlList",
    "YamlMap",
    "YamlScalar",
    "apply",
    "constant",
    "describe",
    "faults",
    "is_manifest",
    "load",
    "noted",
    "parse_yaml",
    "path_steps",
    "places",
    "read",
    "write_yaml",
]
