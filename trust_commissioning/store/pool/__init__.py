"""The pool's record read as kernel values: agreements, contributions, receipts, disputes."""

from trust_commissioning.store.pool.agreements import (
    agreement,
    agreement_of,
    agreements,
    connexions_plans,
    office_holders,
    offices,
)
from trust_commissioning.store.pool.schedule import (
    contribution,
    contributions,
    disputes,
    receipts,
)

__all__ = [
    "agreement",
    "agreement_of",
    "agreements",
    "connexions_plans",
    "contribution",
    "contributions",
    "disputes",
    "office_holders",
    "offices",
    "receipts",
]
