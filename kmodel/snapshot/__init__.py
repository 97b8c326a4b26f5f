"""A live cluster to manifests: `connect` to one, `discover` what it can list, `take` all of it. Nothing is ever asked but GET."""

from kmodel.snapshot.client import Get, Unanswered, connect
from kmodel.snapshot.discovery import NotRead, Resource, discover
from kmodel.snapshot.files import file_name, manifest
from kmodel.snapshot.taking import Taken, take

__all__ = ["Get", "NotRead", "Resource", "Taken", "Unanswered", "connect", "discover", "file_name", "manifest", "take"]
