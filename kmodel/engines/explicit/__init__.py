"""States enumerated by generated Python code: breadth-first search, temporal properties on its graph, and random walks."""

from kmodel.engines.explicit.decide import explicit

__all__ = ["explicit"]
