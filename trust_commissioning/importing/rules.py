"""The coding rules of the trust, as the record keeps them."""

from __future__ import annotations

from sqlmodel import Session, col, select

from trust_commissioning.importing.coding import CodingRule
from trust_commissioning.store.tables import CodingRuleRow


def coding_rules(session: Session) -> list[CodingRule]:
    """The rules in the order they are tried."""
    rows = session.exec(
        select(CodingRuleRow).order_by(col(CodingRuleRow.priority), col(CodingRuleRow.code))
    )
    return [CodingRule.model_validate_json(row.contents) for row in rows]
