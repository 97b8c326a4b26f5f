"""The whole line: from paths to a report. `check` is its table of contents, one statement a stage.

Takes a Request, gives a Report; what is wrong with the input is in the report beside the results of all that is right.
"""

from kmodel.pipeline.line import check
from kmodel.pipeline.request import Request, Stage, Watch

__all__ = ["Request", "Stage", "Watch", "check"]
