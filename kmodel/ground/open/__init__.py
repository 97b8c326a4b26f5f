"""A check with its scopes left open, in first-order formulas."""

from kmodel.ground.open import forms
from kmodel.ground.open.opening import NotApplicable, OpenClaim, Opening, OpenSystem

__all__ = ["NotApplicable", "OpenClaim", "OpenSystem", "Opening", "forms"]
