"""Which individuals are not taken for interchangeable, and why: in words, for people."""

from __future__ import annotations

from kmodel.engines.explicit.orbits import choice, named
from kmodel.ground.apart import told_apart
from kmodel.ground.system import System


def apart(system: System) -> tuple[str, ...]:
    """A sentence for each reason."""
    made = choice(system)
    claims = (f"{named(group)}: {reason}" for group, reason in made.unfaithful.items())
    many = (f"{named(group)}: there are too many permutations to try" for group in made.faithful if group not in made.used)
    return (*told_apart(system), *claims, *many)
