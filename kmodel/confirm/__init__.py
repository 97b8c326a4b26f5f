"""Nothing is shown that was not doubted: `confirm` takes what an engine found of a slice and gives what may be said of the whole
system. Traces come out as traces of the whole, replayed by the reference semantics; proofs are looked at again within a fixed amount
of work. What does not stand is Unknown, never violated and never proved."""

from kmodel.confirm.confirm import RecheckInduction, confirm

__all__ = ["RecheckInduction", "confirm"]
