"""The pooled fund kept: agreements, contributions, receipts, disputes, what is noted beside them."""

from trust_commissioning.pooling.agreeing import agree, appoint, direct, place, terminate, vary
from trust_commissioning.pooling.disputing import dispute, take_step
from trust_commissioning.pooling.noting import chase, hold_office, plan_next, sign_off
from trust_commissioning.pooling.raising import Raised, raise_due
from trust_commissioning.pooling.receiving import Payment, Received, match_held, receive
from trust_commissioning.pooling.scheduling import Scheduled, change, record, schedule
from trust_commissioning.pooling.vat import enter_vat
from trust_commissioning.pooling.winding_up import wind_up

__all__ = [
    "Payment",
    "Raised",
    "Received",
    "Scheduled",
    "agree",
    "appoint",
    "change",
    "chase",
    "direct",
    "dispute",
    "enter_vat",
    "hold_office",
    "match_held",
    "place",
    "plan_next",
    "raise_due",
    "receive",
    "record",
    "schedule",
    "sign_off",
    "take_step",
    "terminate",
    "vary",
    "wind_up",
]
