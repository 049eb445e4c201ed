"""Profiles kept: how a line's budget is expected to be spent over the year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated

from pydantic import Field
from sqlmodel import Session, col, select

from ledger.budget import BudgetLine
from ledger.periods import FinancialYear, Period
from ledger.problems import Problem, Refused
from ledger.profile import ProfileSaid, Shape, by_contract, first_month, problems_in
from trust_commissioning import roles
from trust_commissioning.budgeting.lines import problems_in_line
from trust_commissioning.clock import as_text, day_of
from trust_commissioning.fields import AccountName, Asked, Code, Number, ShortText, Year
from trust_commissioning.posting import lock_head
from trust_commissioning.store import audit
from trust_commissioning.store.tables import BudgetProfileRow, ContractRow, PeriodRow


class ProfileAsked(Asked):
    """How a line's budget is expected to be spent over the year."""

    fund: Code
    year: Year
    account: AccountName
    service: Code | None = None
    shape: Annotated[Shape, Field(strict=False)]
    weights: list[int] = Field(default=[], description="A season's twelve, April first")
    contract: Number | None = Field(default=None, description="The contract whose days it follows")
    reason: ShortText = ""

    @property
    def line(self) -> BudgetLine:
        return BudgetLine(self.account, self.service or "")

    @property
    def said(self) -> ProfileSaid:
        return ProfileSaid(self.shape, tuple(self.weights), self.contract or "")


def set_profile(
    session: Session,
    fund: str,
    year: FinancialYear,
    line: BudgetLine,
    said: ProfileSaid,
    *,
    by: str,
    at: datetime,
    reason: str = "",
) -> int | None:
    """Spread a line's budget over a year from now on; the ones before it are kept, and so is what
    they gave the months that are over or closed. Returns which turn it is, or None where the line
    is spread so already.

    Raises:
        Refused: with every problem; nothing was changed.
    """
    roles.check(session, by, roles.Action.CHANGE_REGISTER)
    problems = [
        *problems_in_line(session, fund, year, line),
        *problems_in_profile(session, fund, year, line, said, at=at),
    ]
    if problems:
        raise Refused(problems)
    return keep_profile(session, fund, year, line, said, by=by, at=at, reason=reason)


def keep_profile(
    session: Session,
    fund: str,
    year: FinancialYear,
    line: BudgetLine,
    said: ProfileSaid,
    *,
    by: str,
    at: datetime,
    reason: str,
) -> int | None:
    """Keep a profile that was checked."""
    lock_head(session)
    last = _last(session, fund, year, line)
    before, now = _kept(last), _asked(said)
    if now == before:
        return None
    since = _since(session, year, last, at)
    assert since is not None, "the profile was checked"
    turn = 1 if last is None else last.turn + 1
    shape, weights, contract = now
    session.add(
        BudgetProfileRow(
            fund=fund,
            year=str(year),
            account=line.account,
            service=line.service,
            turn=turn,
            shape=shape,
            weights=weights,
            contract=contract,
            reason=reason,
            since=since,
            set_by=by,
            set_at=as_text(at),
        )
    )
    session.flush()
    audit.record(
        session,
        by=by,
        at=at,
        action="profile",
        object_kind="budget profile",
        object_key=f"{fund}/{year}/{line.account}/{line.service}",
        before={"shape": before[0], "weights": before[1], "contract": before[2]},
        after={
            "shape": shape,
            "weights": weights,
            "contract": contract,
            "since": since,
            "reason": reason,
        },
    )
    return turn


def problems_in_profile(
    session: Session,
    fund: str,
    year: FinancialYear,
    line: BudgetLine,
    said: ProfileSaid,
    *,
    at: datetime,
) -> Iterator[Problem]:
    """Everything wrong with a profile for this line; `where` is the field."""
    wrong = [*problems_in(said), *_problems_of_contract(session, fund, year, line, said)]
    yield from wrong
    last = _last(session, fund, year, line)
    if wrong or _asked(said) == _kept(last):
        return
    since = _since(session, year, last, at)
    if since is None:
        yield Problem(
            "period_not_open", f"No month of {year} is open, so its budget stays spread.", "year"
        )
    else:
        yield from _problems_from_month(session, Period(year, since), said)


def _problems_from_month(session: Session, since: Period, said: ProfileSaid) -> Iterator[Problem]:
    """Whether the profile gives anything to the months that may still change."""
    left = f"from {since.title} on, and no month before it changes any more"
    if said.weights and not any(said.weights[since.number - 1 :]):
        yield Problem("profile_weighs_nothing", f"Every weight is nil {left}.", "weights")
    if said.contract:
        contract = session.get_one(ContractRow, said.contract)
        if contract.ends is not None and contract.ends < since.starts:
            yield Problem(
                "profile_contract_outside_year",
                f"Contract {contract.number} does not run on any day {left}.",
                "contract",
            )


def _problems_of_contract(
    session: Session, fund: str, year: FinancialYear, line: BudgetLine, said: ProfileSaid
) -> Iterator[Problem]:
    if said.shape is not Shape.CONTRACT or not said.contract:
        return
    contract = session.get(ContractRow, said.contract)
    if contract is None:
        yield Problem("contract_unknown", f"There is no contract “{said.contract}”.", "contract")
    elif (contract.fund, contract.service) != (fund, line.service):
        yield Problem(
            "profile_contract_elsewhere",
            f"Contract {contract.number} is for service {contract.service} out of fund "
            f"{contract.fund}, not for this line.",
            "contract",
        )
    elif by_contract(year, contract.number, contract.starts, contract.ends) is None:
        yield Problem(
            "profile_contract_outside_year",
            f"Contract {contract.number} does not run on any day of {year}.",
            "contract",
        )


_Spread = tuple[str, str, str | None]
"""A profile as it is kept: its shape, its weights, its contract."""


def _asked(said: ProfileSaid) -> _Spread:
    return said.shape.value, " ".join(map(str, said.weights)), said.contract or None


def _kept(last: BudgetProfileRow | None) -> _Spread:
    if last is None:
        return Shape.EVEN.value, "", None
    return last.shape, last.weights, last.contract


def _since(
    session: Session, year: FinancialYear, last: BudgetProfileRow | None, at: datetime
) -> int | None:
    """From which month on a line may be spread anew; None where every month is closed."""
    closed = session.exec(
        select(PeriodRow.number).where(
            col(PeriodRow.year) == str(year), col(PeriodRow.status) == "closed"
        )
    ).all()
    today = Period.containing(day_of(at))
    return first_month(closed, today if last is not None and today.year == year else None)


def _last(
    session: Session, fund: str, year: FinancialYear, line: BudgetLine
) -> BudgetProfileRow | None:
    return session.exec(
        select(BudgetProfileRow)
        .where(
            col(BudgetProfileRow.fund) == fund,
            col(BudgetProfileRow.year) == str(year),
            col(BudgetProfileRow.account) == line.account,
            col(BudgetProfileRow.service) == line.service,
        )
        .order_by(col(BudgetProfileRow.turn).desc())
        .limit(1)
    ).first()
