"""Measures for children kept: indicators, their mapping to outcomes, targets, what was observed."""

from trust_commissioning.targeting.keeping import keep_indicator, map_indicator
from trust_commissioning.targeting.known import Kept
from trust_commissioning.targeting.observing import observe
from trust_commissioning.targeting.setting import set_target

__all__ = ["Kept", "keep_indicator", "map_indicator", "observe", "set_target"]
