"""Settlement between partners at the year's end, by risk shares agreed and suspended here."""

from trust_commissioning.settling.agreeing import agree_risk_share, suspend_risk_share
from trust_commissioning.settling.year import Settled, settle

__all__ = ["Settled", "agree_risk_share", "settle", "suspend_risk_share"]
