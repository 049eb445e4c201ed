"""Reviews of contracts as papers: the facts as they stood, what was made of them and decided."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlmodel import Session

from contracts.contract import Contract
from contracts.review import Review
from ledger.problems import Refused
from ledger.wording import day_in_full
from trust_commissioning.reports.shape import Cell, Column, Part, Report, Scope, make
from trust_commissioning.store import contracts as contract_record
from trust_commissioning.store import monitoring as record
from trust_commissioning.store.standing import people, titles


def reviews(session: Session, scope: Scope, at: datetime) -> Report:
    """A row for each review of the year, with a paper for each of them."""
    made = [
        one.as_at(scope.period.ends)
        for one in record.reviews(session)
        if scope.year.starts <= one.day <= scope.period.ends
    ]
    return _report(session, scope, at, made, "Reviews of contracts")


def review_paper(session: Session, scope: Scope, reference: str, at: datetime) -> Report:
    """The paper of one review.

    Raises:
        Refused: ``monitored_thing_unknown``.
    """
    found = record.review(session, reference)
    if found is None:
        raise Refused.because(
            "monitored_thing_unknown", f"There is no review “{reference}”.", "review"
        )
    return _report(session, scope, at, [found], f"Review of {found.contract}")


def _report(
    session: Session, scope: Scope, at: datetime, made: Sequence[Review], title: str
) -> Report:
    known = {
        one.number: one
        for one in contract_record.contracts(session, sorted({one.contract for one in made}))
    }
    shown = [one for one in made if scope.fund in (None, known[one.contract].fund)]
    names, providers = people(session), titles(session, "provider")["provider"]
    return make(
        session,
        scope,
        at,
        name="reviews",
        title=title,
        basis=(
            "The facts of a review are those the record held when it was recorded; later ones do "
            "not change them."
        ),
        sign="No figure has a sign of its own.",
        columns=_COLUMNS,
        rows=[_row(one, known[one.contract], providers, names) for one in shown],
        totals={},
        parts=[_paper(one, known[one.contract], names) for one in shown],
    )


def _row(
    review: Review, contract: Contract, providers: Mapping[str, str], names: Mapping[str, str]
) -> dict[str, Cell]:
    decision = review.decision
    return {
        "reference": review.reference,
        "contract": contract.number,
        "title": contract.title,
        "provider": providers.get(contract.provider, contract.provider),
        "day": day_in_full(review.day),
        "by": names.get(review.by, review.by),
        "decision": decision.verdict.title if decision else "Not decided yet",
        "effective": (day_in_full(decision.effective) if decision and decision.effective else ""),
    }


def _paper(review: Review, contract: Contract, names: Mapping[str, str]) -> Part:
    words = [review.words]
    if review.views:
        words.append(f"What children and families said: {review.views}")
    decision = review.decision
    if decision is None:
        words.append("Not decided yet.")
    else:
        effective = f", {day_in_full(decision.effective)}" if decision.effective else ""
        words.append(
            f"Decided on {day_in_full(decision.day)} by {names.get(decision.by, decision.by)}: "
            f"{decision.verdict.title.lower()}{effective}. {decision.reason}"
        )
        if decision.need:
            words.append(f"It leads back to the need “{decision.need}”.")
    return Part(
        key=f"review-{review.reference}",
        title=f"{contract.number} {contract.title}, reviewed on {day_in_full(review.day)}",
        words=tuple(words),
        columns=_FACTS,
        rows=tuple(
            {
                "subject": fact.subject.title,
                "fact": fact.title,
                "says": fact.says,
                "source": fact.source,
            }
            for fact in review.facts
        ),
    )


_COLUMNS = (
    Column(key="contract", title="Contract"),
    Column(key="title", title="For"),
    Column(key="provider", title="Provider"),
    Column(key="day", title="Reviewed"),
    Column(key="by", title="By"),
    Column(key="decision", title="Decision"),
    Column(key="effective", title="Until or from"),
    Column(key="reference", title="Reference", kind="code"),
)
_FACTS = (
    Column(key="subject", title="About"),
    Column(key="fact", title="Fact"),
    Column(key="says", title="It says"),
    Column(key="source", title="From"),
)
