"""What the people of one partner see of the record: the funds their partner is party to.

Whoever works for the partner that keeps these books, or for no partner, sees everything. Everybody
else sees what is common to the parties of a fund, of those funds which their partner hosts, whose
agreement it signed, to which it contributes, or whose grant it is given; of every other fund
nothing, as if it were not there.

One place narrows all reading. `from_partner` marks an engine; in each session opened on it, every
SELECT gets a WITH in front that lets the name of each table stand for the rows to be seen. No
query, report or search has to remember it, and a table that nobody has placed in `_ROWS` shows
nothing at all.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Executable, event, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from ledger.problems import Refused
from trust_commissioning.store.tables import (
    METADATA,
    ContributionRow,
    FundRow,
    GrantAllocationRow,
    PartnerRow,
    PoolFactRow,
    TrustRow,
    table_of,
)

_PARTNER, _SIGHT, _WHOLE = "trust_partner", "trust_sight", "trust_whole"
_Query = TypeVar("_Query", bound=Executable)
_FUND, _FACT = table_of(FundRow), table_of(PoolFactRow)
_GIVEN, _PUT_IN = table_of(GrantAllocationRow), table_of(ContributionRow)
_NAMED, _TRUST = table_of(PartnerRow), table_of(TrustRow)


@dataclass(frozen=True, slots=True)
class Sight:
    """What is seen by the people of a partner: its code, its name, the codes of its funds."""

    partner: str
    name: str
    funds: tuple[str, ...]

    @property
    def words(self) -> str:
        """``Only the funds South PCT is party to.``"""
        return f"Only the funds {self.name} is party to."


def from_partner(engine: Engine, partner: str | None) -> Engine:
    """The same database as a person sees it who works for a partner; for none, all of it."""
    return engine if partner is None else engine.execution_options(**{_PARTNER: partner})


def narrow(session: Session) -> None:
    """Hold a session just begun to what its engine's partner sees."""
    partner = session.get_bind().get_execution_options().get(_PARTNER)
    if partner is not None and not keeps_the_books(session, partner):
        seen = Sight(partner, _name(session, partner), _funds(session, partner))
        session.connection().execution_options(**{_SIGHT: seen})
        session.info[_SIGHT] = seen


def sight_of(session: Session) -> Sight | None:
    """What a session is held to; None where it sees everything."""
    found: Sight | None = session.info.get(_SIGHT)
    return found


def of_all(query: _Query) -> _Query:
    """A query that looks at every row all the same, to give the next number: it shows none."""
    return query.execution_options(**{_WHOLE: True})


@contextmanager
def names_taken_unseen(session: Session) -> Iterator[None]:
    """Say it of a name that is taken by what a session does not see, and no more than that.

    Raises:
        Refused: ``event_recorded_otherwise``; nothing was changed.
    """
    try:
        yield
    except IntegrityError as error:
        said = str(error.orig)
        taken = "UNIQUE constraint" in said or "duplicate key" in said
        # A request that came twice at once is answered where it was asked.
        if not taken or "answered_request" in said or sight_of(session) is None:
            raise
        raise Refused.because(
            "event_recorded_otherwise",
            "The trust has something of this name already; give this one another reference.",
            "reference",
        ) from error


def keeps_the_books(session: Session, partner: str) -> bool:
    """Whether these books are kept by a partner, which then sees the whole of them."""
    return keeper(session) == partner


def keeper(session: Session) -> str | None:
    """The partner that keeps these books: the one the trust has named, or else the host of every
    fund that has one. Where several host and none is named, none keeps them."""
    named: str | None = session.execute(of_all(select(_TRUST.c.kept_by))).scalar()
    if named is not None:
        return named
    found = hosts(session)
    return found[0] if len(found) == 1 else None


def hosts(session: Session) -> tuple[str, ...]:
    """Every partner that hosts a fund, whoever asks: of a part of them none is the only one."""
    query = select(_FUND.c.host).where(_FUND.c.host.is_not(None)).distinct().order_by(_FUND.c.host)
    return tuple(session.execute(of_all(query)).scalars())


def watch(engine: Engine) -> None:
    """Have an engine's statements narrowed where their connection is held to a sight."""
    event.listen(engine, "before_cursor_execute", _narrowed, retval=True)


def _name(session: Session, partner: str) -> str:
    return session.execute(select(_NAMED.c.name).where(_NAMED.c.code == partner)).scalar() or ""


def _funds(session: Session, partner: str) -> tuple[str, ...]:
    """Of a partner that left an agreement the fund stays: its years are still its own to check."""
    found = {
        *session.execute(select(_FUND.c.code).where(_FUND.c.host == partner)).scalars(),
        *session.execute(select(_PUT_IN.c.fund).where(_PUT_IN.c.partner == partner)).scalars(),
        *session.execute(select(_GIVEN.c.fund).where(_GIVEN.c.authority == partner)).scalars(),
    }
    signed = select(_FACT.c.fund, _FACT.c.contents).where(
        _FACT.c.kind.in_(("agreement", "variation")), _FACT.c.fund.is_not(None)
    )
    for fund, contents in session.execute(signed):
        parties = json.loads(contents).get("parties") or ()
        if any(party["partner"] == partner for party in parties):
            found.add(fund)
    return tuple(sorted(found))


def _narrowed(
    connection: Connection,
    _cursor: object,
    statement: str,
    parameters: Any,
    context: Any,
    _many: bool,
) -> tuple[str, Any]:
    seen = connection.get_execution_options().get(_SIGHT)
    if seen is None or _WRITES.match(statement):
        return statement, parameters
    if context is not None and context.execution_options.get(_WHOLE):
        return statement, parameters
    read = _READS.match(statement)
    if read is None:
        raise PermissionError(f"Not to be narrowed: {statement[:60]}")
    named = sorted(set(_names().findall(statement)) - OPEN)
    if not named:
        return statement, parameters
    rows = _rows(seen, connection.dialect.name)
    before = ", ".join(f'"{name}" AS NOT MATERIALIZED ({rows(name)})' for name in named)
    rest = statement[read.end() :]
    return f"{read[0]} {before}, {rest}" if read["with"] else f"WITH {before} {statement}", (
        parameters
    )


_WRITES = re.compile(
    r"\s*(INSERT|UPDATE|DELETE|SAVEPOINT|RELEASE|ROLLBACK|SET)\b", re.ASCII | re.IGNORECASE
)
_READS = re.compile(
    r"\s*(?:(?P<with>WITH(?:\s+RECURSIVE)?)\b|(?=\(?\s*SELECT\b))", re.ASCII | re.IGNORECASE
)


@cache
def _names() -> re.Pattern[str]:
    longest_first = sorted(METADATA.tables, key=len, reverse=True)
    return re.compile(rf"(?<![\w.])(?:{'|'.join(longest_first)})(?![\w])", re.ASCII)


OPEN = frozenset(
    {
        # What every partner of the trust knows: who there is, what is bought, the chart, the years.
        *("trust", "partner", "account", "service", "service_outcome", "person"),
        *("financial_year", "period", "period_closing", "year_closing"),
        *("reopening_asked", "reopening_agreed", "chain_head"),
        # Needs are assessed together, measures are of all the area's children, the directory is
        # the public's.
        *("need", "indicator", "indicator_mapping", "outcome_target", "observation"),
        *("directory_entry", "index_figure", "matching_rule", "import_profile"),
        # Kept by a person's own name, and shown to nobody else.
        *("sign_in", "sign_in_attempt", "answered_request"),
    }
)
"""Tables that are no one partner's own."""

SHUT = frozenset(
    {
        # Counts of the whole trust, files and rules that tell of other funds' payees.
        *("left_open", "publication", "coding_rule", "published_contract", "period_figures"),
        # Who an organisation means by a subject is asked before anybody has signed in.
        *("organisation_person", "organisation_sign_in"),
    }
)
"""Tables that a partner's people see nothing of, on purpose."""

_CONTRACTS = "SELECT number FROM {of}contract WHERE fund IN ({funds})"
_PROVIDERS = (
    "SELECT code FROM {of}provider WHERE "
    "code IN (SELECT provider FROM {of}contract WHERE fund IN ({funds})) "
    "OR code NOT IN (SELECT provider FROM {of}contract)"
)
_CALL_OFFS = f"SELECT number FROM {{of}}call_off WHERE contract IN ({_CONTRACTS})"
_INVOICES = (
    f"SELECT invoice FROM {{of}}invoice_line WHERE call_off IN ({_CALL_OFFS}) "
    f"EXCEPT SELECT invoice FROM {{of}}invoice_line WHERE call_off NOT IN ({_CALL_OFFS})"
)
_JOURNALS = "SELECT number FROM {of}journal WHERE fund IN ({funds}) AND number IS NOT NULL"
_OF_JOURNAL = "SELECT id FROM {of}journal WHERE fund IN ({funds})"
_IDS = "SELECT CAST(id AS TEXT) FROM {of}journal WHERE fund IN ({funds})"
_LOADED = "SELECT 1 FROM {of}journal j WHERE j.fund IN ({funds}) AND j.batch = "
_ALLOCATIONS = "SELECT reference FROM {of}grant_allocation WHERE fund IN ({funds})"
_CONTRIBUTIONS = "SELECT key FROM {of}contribution WHERE fund IN ({funds})"
_RECEIPTS = "SELECT reference FROM {of}receipt WHERE fund IN ({funds})"
_DISPUTES = f"SELECT reference FROM {{of}}dispute WHERE contribution IN ({_CONTRIBUTIONS})"
_UPLIFTS = f"SELECT reference FROM {{of}}uplift WHERE contract IN ({_CONTRACTS})"
_PROCUREMENTS = (
    f"SELECT procurement FROM {{of}}contract_terms WHERE contract IN ({_CONTRACTS}) "
    "AND procurement <> ''"
)
_OF_FUND = "fund IN ({funds})"
_OF_CONTRACT = f"contract IN ({_CONTRACTS})"
_OF_CALL_OFF = f"call_off IN ({_CALL_OFFS})"
_OF_INVOICE = f"invoice IN ({_INVOICES})"
_OF_ALLOCATION = f"allocation IN ({_ALLOCATIONS})"
_OF_CONTRIBUTION = f"contribution IN ({_CONTRIBUTIONS})"
_OF_PROVIDER = f"provider IN ({_PROVIDERS})"
_TOLD_OF = f"({_OF_CONTRACT} OR (contract IS NULL AND {_OF_PROVIDER}))"
_FOLLOWS = " OR ".join(
    f"(m.kind = '{kind}' AND f.kind = '{on}')"
    for kind, on in (
        ("concern_followed", "concern"),
        ("action_ended", "action"),
        ("standard_met", "standard"),
        ("review_decision", "review"),
    )
)
_SHARED_STANDARD = "(contract IS NULL AND provider IS NULL AND kind IN ('rule', 'standard'))"
_FACTS_OF_PROVIDERS = "('identifier', 'registration', 'document', 'inspection')"
_OF_NO_FUND = "('month-end', 'year-end', 'procurements', 'provider-register')"
"""Reports that tell of the whole trust, whatever fund they were asked of when they were issued."""
_NO_FUND_OR_OURS = " AND ".join(
    f"({column} IS NULL OR {column} IN ({{funds}}))" for column in ("from_fund", "to_fund", "fund")
)

_ROWS: Mapping[str, str] = {
    "fund": "code IN ({funds})",
    **dict.fromkeys(
        (
            *("contract", "journal", "posting", "balance", "contract_balance", "call_off_balance"),
            *("budget_profile", "forecast", "host_balance", "year_end_rule"),
            *("grant_allocation", "contribution", "receipt", "risk_share", "settlement"),
            *("risk_share_suspension", "settlement_line", "settlement_reduction"),
        ),
        _OF_FUND,
    ),
    **dict.fromkeys(
        (
            *("contract_terms", "contract_move", "contract_variation", "uplift", "call_off"),
            *("obligation_met", "contract_document"),
        ),
        _OF_CONTRACT,
    ),
    **dict.fromkeys(("uplift_rate", "uplift_decision"), f"uplift IN ({_UPLIFTS})"),
    **dict.fromkeys(("call_off_event", "delivery_return"), _OF_CALL_OFF),
    **dict.fromkeys(
        ("invoice_line", "invoice_event", "line_approval", "line_taken_back", "payment_settled"),
        _OF_INVOICE,
    ),
    **dict.fromkeys(
        ("grant_year", "grant_event", "map_plan", "map_progress"),
        _OF_ALLOCATION,
    ),
    **dict.fromkeys(("instalment", "dispute"), _OF_CONTRIBUTION),
    **dict.fromkeys(("payment_held", "payment_decision"), f"journal IN ({_JOURNALS})"),
    **dict.fromkeys(("journal_search", "attachment"), f"journal_id IN ({_OF_JOURNAL})"),
    **dict.fromkeys(("bank_statement", "bank_line", "bank_match"), _OF_FUND),
    "bank_match_line": "batch IN (SELECT batch FROM {of}bank_statement WHERE fund IN ({funds}))",
    "bank_match_posting": "turn IN (SELECT turn FROM {of}bank_match WHERE fund IN ({funds}))",
    # A view, or a journal half typed, may name another's fund; among a partner's people each is
    # shown their own only.
    **dict.fromkeys(
        ("saved_view", "entry_draft"),
        "username IN (SELECT username FROM {of}person WHERE partner = {partner})",
    ),
    "issued_report": f"{_OF_FUND} AND report NOT IN {_OF_NO_FUND}",
    "invoice": f"key IN ({_INVOICES})",
    "dispute_step": f"dispute IN ({_DISPUTES})",
    "receipt_match": f"receipt IN ({_RECEIPTS})",
    "pool_fact": "fund IN ({funds}) OR kind = 'office'",
    "virement_rule": _NO_FUND_OR_OURS,
    "grant_programme": (
        "code IN (SELECT grant_code FROM {of}grant_allocation WHERE fund IN ({funds})) "
        "OR code NOT IN (SELECT grant_code FROM {of}grant_allocation)"
    ),
    "provider": f"code IN ({_PROVIDERS})",
    "provider_profile": _OF_PROVIDER,
    "providing_fact": f"kind NOT IN {_FACTS_OF_PROVIDERS} OR about IN ({_PROVIDERS})",
    "procurement": f"reference IN ({_PROCUREMENTS})",
    "procurement_event": f"procurement IN ({_PROCUREMENTS})",
    "monitoring_fact": (
        f"{_TOLD_OF} OR {_SHARED_STANDARD} OR (contract IS NULL AND provider IS NULL AND EXISTS "
        f"(SELECT 1 FROM {{of}}monitoring_fact f WHERE f.reference = m.about AND ({_FOLLOWS}) "
        "AND (f.contract IN (" + _CONTRACTS + ") OR (f.contract IS NULL AND f.provider IN ("
        f"{_PROVIDERS})) OR (f.kind = 'standard' AND f.provider IS NULL))))"
    ),
    "import_batch": f"EXISTS ({_LOADED} m.id)",
    "import_row": f"EXISTS ({_LOADED} m.batch AND j.batch_row = m.row)",
    "audit_event": (
        f"(object_kind = 'journal' AND object_key IN ({_IDS})) "
        f"OR (object_kind = 'contribution' AND object_key IN ({_CONTRIBUTIONS})) "
        f"OR (object_kind = 'contract' AND object_key IN ({_CONTRACTS})) "
        f"OR (object_kind = 'call_off' AND object_key IN ({_CALL_OFFS})) "
        f"OR (object_kind = 'invoice' AND object_key IN ({_INVOICES}))"
    ),
}
"""Of every other table, which rows are seen; `{of}` is where the whole tables are, `m` the row's."""

_TOLD_OTHERWISE: Mapping[str, Mapping[str, str]] = {
    # What was counted in a whole file, and by which rules it was taken apart, is not one fund's.
    "import_batch": {"answer": "'{{}}'", "selection": "''", "request_hash": "''"},
}


def placed() -> frozenset[str]:
    """The tables whose rows somebody has thought about."""
    return OPEN | SHUT | frozenset(_ROWS)


class _rows:  # noqa: N801 - called like a function
    """The rows of a table that are seen, as a SELECT of the whole table's columns."""

    def __init__(self, seen: Sight, dialect: str) -> None:
        self._of = "main." if dialect == "sqlite" else "public."
        self._funds = ", ".join(f"'{_quoted(code, dialect)}'" for code in seen.funds) or "NULL"
        self._partner = f"'{_quoted(seen.partner, dialect)}'"

    def __call__(self, table: str) -> str:
        columns = ", ".join(
            f'{_TOLD_OTHERWISE[table][column.name]} AS "{column.name}"'
            if column.name in _TOLD_OTHERWISE.get(table, {})
            else f'm."{column.name}"'
            for column in METADATA.tables[table].columns
        )
        where = _ROWS.get(table, "1 = 0")
        said = f'SELECT {columns} FROM {{of}}"{table}" m WHERE {where}'
        return said.format(of=self._of, funds=self._funds, partner=self._partner)


def _quoted(code: str, dialect: str) -> str:
    """A code inside quotes; PostgreSQL's driver reads a percent sign as the beginning of a value."""
    said = code.replace("'", "''")
    return said if dialect == "sqlite" else said.replace("%", "%%")
