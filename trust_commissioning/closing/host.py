"""What the host's own ledger or bank says of a fund's cash, to be held against the books."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, insert, select
from sqlmodel import Session

from ledger.money import Money
from ledger.periods import Period
from ledger.problems import Refused
from trust_commissioning import roles
from trust_commissioning.clock import as_text
from trust_commissioning.closing.period import row_of
from trust_commissioning.posting import lock_head
from trust_commissioning.store import audit, standing
from trust_commissioning.store.closing import HOST, host_balances


def tell_host_balance(
    session: Session,
    period: Period,
    *,
    fund: str,
    amount: Money,
    document: str,
    by: str,
    at: datetime,
) -> None:
    """Keep what the host holds of a fund at the end of a period; told again, the latest counts.

    Raises:
        Refused: if the year or the fund is not there, or no document is named.
    """
    roles.check(session, by, roles.Action.ENTER_JOURNAL)
    lock_head(session)
    row_of(session, period)
    if fund not in standing.funds(session):
        raise Refused.because("fund_unknown", f"There is no fund “{fund}”.", "fund")
    if not document.strip():
        raise Refused.because("document_missing", "Say which paper says so.", "document")
    before = next((one for one in host_balances(session, period) if one.fund == fund), None)
    if before is not None and (before.amount, before.document) == (amount, document.strip()):
        return
    key = {"year": str(period.year), "period": period.number, "fund": fund}
    turns = session.execute(select(func.count()).select_from(HOST).filter_by(**key)).scalar_one()
    session.execute(
        insert(HOST).values(
            **key,
            turn=int(turns) + 1,
            pence=amount.pence,
            document=document.strip(),
            told_by=by,
            told_at=as_text(at),
        )
    )
    audit.record(
        session,
        by=by,
        at=at,
        action="tell_host_balance",
        object_kind="period",
        object_key=str(period),
        before={"amount": before.amount.plain} if before is not None else None,
        after={"fund": fund, "amount": amount.plain, "document": document.strip()},
    )
