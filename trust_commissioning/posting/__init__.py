"""The one door into the books."""

from trust_commissioning.posting.checks import KEPT_SOURCES, Gate
from trust_commissioning.posting.entering import Batch, lock_head
from trust_commissioning.posting.keyed import (
    post_submitted,
    reverse,
    save_draft,
    send_back,
    submit,
    withdraw,
)
from trust_commissioning.posting.made import post, post_many
from trust_commissioning.posting.virements import problems_of_asking

__all__ = [
    "KEPT_SOURCES",
    "Batch",
    "Gate",
    "lock_head",
    "post",
    "post_many",
    "post_submitted",
    "problems_of_asking",
    "reverse",
    "save_draft",
    "send_back",
    "submit",
    "withdraw",
]
