"""Nothing is shown that was not doubted. `confirm` takes what an engine found of a slice and gives what may be said of the whole system:
traces come out as traces of the whole, replayed by the reference semantics; proofs are looked at again within a fixed amount of work.
What does not stand is Unknown, never violated and never proved. `replay_recorded` does the same for traces from files."""

from kmodel.confirm.confirm import RecheckInduction, confirm
from kmodel.confirm.recorded import ReplayReport, replay_recorded

__all__ = ["RecheckInduction", "ReplayReport", "confirm", "replay_recorded"]
