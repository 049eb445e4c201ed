"""Contracts: signed, varied, extended, uplifted, ended; their duties, papers, published registers."""

from trust_commissioning.commissioning.filing import file_document, meet
from trust_commissioning.commissioning.known import Kept
from trust_commissioning.commissioning.publishing import RegisterLoaded, load_register
from trust_commissioning.commissioning.signing import end, extend, reopen, sign, vary
from trust_commissioning.commissioning.uplifting import ask, decide, record_figure

__all__ = [
    "Kept",
    "RegisterLoaded",
    "ask",
    "decide",
    "end",
    "extend",
    "file_document",
    "load_register",
    "meet",
    "record_figure",
    "reopen",
    "sign",
    "vary",
]
