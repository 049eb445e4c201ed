"""Seals: by what anybody can tell that figures on paper are of this record, and of no other.

The head is the hash of the last journal, which takes in the hash of the one before it, and so on
to the first. A period's seal is made of the hashes of its journals when it was closed; one opened
again and closed once more has both, and the earlier stays as evidence.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session

from ledger.periods import FinancialYear, Period
from trust_commissioning.store.closing import CLOSING
from trust_commissioning.store.journals import JOURNAL
from trust_commissioning.store.tables import ChainHeadRow, table_of

_HEAD = table_of(ChainHeadRow)

RECIPE = """import glob, hashlib, re
period = "{period}"
found = []
for file in glob.glob("{folder}/*-{number}.beancount"):
    text = open(file, encoding="utf-8").read()
    found += re.findall(r'^  sequence: (\\d+)$.*?^  hash: "([0-9a-f]{{64}})"$', text, re.M | re.S)
sealed = '["period-1","' + period + '"'
sealed += "".join(',"' + h + '"' for _, h in sorted(found, key=lambda one: int(one[0]))) + "]"
print(hashlib.sha256(sealed.encode()).hexdigest())
"""
"""How anybody works a period's seal out from the published books, with Python and nothing of ours."""


@dataclass(frozen=True, slots=True)
class Seal:
    """The seal of one closing; `turn` above 1 where the period had been opened again."""

    period: Period
    turn: int
    closed_at: str
    seal: str


@dataclass(frozen=True, slots=True)
class Seals:
    """Where the chain stands now, and what each closed period was sealed with, the latest first."""

    sequence: int
    head: str
    periods: tuple[Seal, ...]


def seals(session: Session) -> Seals:
    """Every seal there is."""
    head = session.execute(select(_HEAD.c.sequence, _HEAD.c.hash)).one()
    rows = session.execute(
        select(CLOSING).order_by(
            CLOSING.c.year.desc(), CLOSING.c.period.desc(), CLOSING.c.turn.desc()
        )
    )
    return Seals(
        sequence=head.sequence,
        head=head.hash,
        periods=tuple(
            Seal(
                Period(FinancialYear.parse(row.year), row.period),
                row.turn,
                row.closed_at,
                row.seal,
            )
            for row in rows
        ),
    )


def sealed_as(session: Session, on_paper: str) -> str:
    """What a hash from paper is in this record, in words; empty where the record has it not."""
    wanted = on_paper.strip().lower()
    number = session.execute(select(JOURNAL.c.number).where(JOURNAL.c.hash == wanted)).scalar()
    if number is not None:
        return f"the hash of journal {number}, which takes in every journal before it"
    row = session.execute(select(CLOSING).where(CLOSING.c.seal == wanted)).first()
    if row is None:
        return ""
    period = Period(FinancialYear.parse(row.year), row.period)
    return f"the seal of {period.title}, closing {row.turn}"


def recipe_for(period: Period) -> str:
    """The recipe for one period."""
    return RECIPE.format(period=period, folder=period.year, number=f"P{period.number:02d}")
