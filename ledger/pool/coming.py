"""What happens next under an agreement: the days to keep, in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from ledger.money import NIL, Money
from ledger.pool.agreement import Agreement, months_after
from ledger.pool.contributions import Contribution
from ledger.wording import counted, day_in_full


@dataclass(frozen=True, slots=True, order=True)
class Coming:
    """One thing to come, or that should have come: its day with what it is."""

    day: date
    what: str
    late: bool = False


def coming(
    agreement: Agreement,
    contributions: Iterable[Contribution],
    day: date,
    names: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Coming, ...]:
    """What is late on a day first, then what comes, the nearest first. `names` are partners'."""
    found = [
        *_reviews(agreement, day),
        *_ends(agreement, day),
        *_instalments(contributions, day, names),
    ]
    return tuple(sorted(found, key=lambda one: (not one.late, one.day, one.what)))


def _reviews(agreement: Agreement, day: date) -> Iterator[Coming]:
    if agreement.wound_up is None and agreement.review_day is not None:
        late = agreement.review_day < day
        yield Coming(agreement.review_day, "Review overdue" if late else "Review", late)


def _ends(agreement: Agreement, day: date) -> Iterator[Coming]:
    if agreement.wound_up is not None or agreement.ends is None:
        return
    ended = agreement.ends < day
    if agreement.termination is not None:
        words = f"Ends by notice given on {day_in_full(agreement.termination.notice_day)}"
        yield Coming(agreement.ends, "To be wound up: it has ended" if ended else words, ended)
        return
    yield Coming(
        agreement.ends, "To be wound up or renewed: it has ended" if ended else "Ends", ended
    )
    if agreement.notice_months:
        last = months_after(agreement.ends, -agreement.notice_months)
        if last >= day:
            words = (
                f"Last day for {counted(agreement.notice_months, 'month')}’ notice before it ends"
            )
            yield Coming(last, words)


def _instalments(
    contributions: Iterable[Contribution], day: date, names: Mapping[str, str]
) -> Iterator[Coming]:
    """The next day on which instalments fall due, and those that fell due and were not raised."""
    ahead: dict[date, Money] = {}
    for one in contributions:
        for part in one.instalments:
            if part.day <= day and not part.raised and part.amount:
                whose = names.get(one.partner, one.partner)
                words = f"Instalment of {part.amount} from {whose} not raised yet"
                yield Coming(part.day, words, late=True)
            elif part.day > day:
                ahead[part.day] = ahead.get(part.day, NIL) + part.amount
    if ahead:
        first = min(ahead)
        yield Coming(first, f"Instalments of {ahead[first]} fall due")
