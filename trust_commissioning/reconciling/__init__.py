"""Bank statements beside the books: taken in, matched, reconciled. Nothing here posts anything."""

from trust_commissioning.reconciling.loading import BankLoaded, load_statement
from trust_commissioning.reconciling.matching import (
    DAYS_APART,
    match_by_hand,
    match_certain,
    take_apart,
)

__all__ = [
    "DAYS_APART",
    "BankLoaded",
    "load_statement",
    "match_by_hand",
    "match_certain",
    "take_apart",
]
