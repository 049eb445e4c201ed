"""Grants kept: programmes taken on, allocations, what happens to them, plans, claims."""

from trust_commissioning.granting.allocating import allocate
from trust_commissioning.granting.carrying import carry_forward
from trust_commissioning.granting.claiming import claim
from trust_commissioning.granting.living import Recorded, record
from trust_commissioning.granting.planning import assess_plan, note_progress, submit_plan
from trust_commissioning.granting.programmes import keep_programme, with_services
from trust_commissioning.granting.slicing import Cut, slice_top

__all__ = [
    "Cut",
    "Recorded",
    "allocate",
    "assess_plan",
    "carry_forward",
    "claim",
    "keep_programme",
    "note_progress",
    "record",
    "slice_top",
    "submit_plan",
    "with_services",
]
