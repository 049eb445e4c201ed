"""Risk shares: who carries an over- or underspend, by rules that are data."""

from ledger.pool.risk_share.between import counted_funds, due_from_funds
from ledger.pool.risk_share.checking import problems_in
from ledger.pool.risk_share.rule import Applies, RiskShare
from ledger.pool.risk_share.sharing import (
    Case,
    Contributed,
    Effect,
    Line,
    Met,
    Piece,
    Sharing,
    effects,
    joined,
)
from ledger.pool.risk_share.words import LAST_PENNY
from ledger.pool.risk_share.working import shares

__all__ = [
    "LAST_PENNY",
    "Applies",
    "Case",
    "Contributed",
    "Effect",
    "Line",
    "Met",
    "Piece",
    "RiskShare",
    "Sharing",
    "counted_funds",
    "due_from_funds",
    "effects",
    "joined",
    "problems_in",
    "shares",
]
