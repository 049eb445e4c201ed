"""Needs, providers, services with their directory: kept, said of on a day, looked at again."""

from trust_commissioning.providing.keeping import (
    file_document,
    identify,
    inspect,
    keep_provider,
    register,
    set_document_rule,
    withdraw_document,
)
from trust_commissioning.providing.known import Kept
from trust_commissioning.providing.listing import (
    chase_entry,
    check_entry,
    keep_entry,
    keep_service,
    weigh,
)
from trust_commissioning.providing.needing import (
    hear,
    keep_need,
    note_change,
    observe,
    prioritise,
    state_provision,
)

__all__ = [
    "Kept",
    "chase_entry",
    "check_entry",
    "file_document",
    "hear",
    "identify",
    "inspect",
    "keep_entry",
    "keep_need",
    "keep_provider",
    "keep_service",
    "note_change",
    "observe",
    "prioritise",
    "register",
    "set_document_rule",
    "state_provision",
    "weigh",
    "withdraw_document",
]
