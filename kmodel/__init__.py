"""The model checker for Kubernetes. The line of stages is `kmodel.pipeline`; each stage is a package with one verb.

This file stays without imports, so that `kmodel --version` answers at once.
"""

__version__ = "0.1.0"
__all__ = ["__version__"]
