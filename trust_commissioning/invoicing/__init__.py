"""Deliveries and invoices: returned, received, matched, approved, disputed, paid."""

from trust_commissioning.invoicing.approving import (
    Stepped,
    approve,
    dispute,
    recover,
    reject,
    resolve,
)
from trust_commissioning.invoicing.delivering import deliver, tolerate
from trust_commissioning.invoicing.paying import decide, pay
from trust_commissioning.invoicing.receiving import Received, receive
from trust_commissioning.reports.matching import overpaid, standings

__all__ = [
    "Received",
    "Stepped",
    "approve",
    "decide",
    "deliver",
    "dispute",
    "overpaid",
    "pay",
    "receive",
    "recover",
    "reject",
    "resolve",
    "standings",
    "tolerate",
]
