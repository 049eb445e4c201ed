"""The one door into the books."""

from trust_commissioning.posting.carried import carry_promises, promise_into, promise_under
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
from trust_commissioning.posting.limits import Line, hold_to_available, promised_more
from trust_commissioning.posting.made import post, post_many
from trust_commissioning.posting.promised import changes_of_promises, due_of, parted
from trust_commissioning.posting.virements import problems_of_asking

__all__ = [
    "KEPT_SOURCES",
    "Batch",
    "Gate",
    "Line",
    "carry_promises",
    "changes_of_promises",
    "due_of",
    "hold_to_available",
    "lock_head",
    "parted",
    "post",
    "post_many",
    "post_submitted",
    "problems_of_asking",
    "promise_into",
    "promise_under",
    "promised_more",
    "reverse",
    "save_draft",
    "send_back",
    "submit",
    "withdraw",
]
