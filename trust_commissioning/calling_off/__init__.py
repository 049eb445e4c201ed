"""Orders and placements under contracts: raised, varied, suspended, ended, closed."""

from trust_commissioning.calling_off.changing import change
from trust_commissioning.calling_off.raising import Raised, call_off

__all__ = ["Raised", "call_off", "change"]
