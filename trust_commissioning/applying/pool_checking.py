"""What is wrong with a document's agreements and contributions, held against the record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from ledger.journal import Standing
from ledger.pool import agreement as agreement_rules
from ledger.pool import contributions as contribution_rules
from ledger.problems import Problem
from trust_commissioning.applying.document import Document
from trust_commissioning.pooling.asked import AgreementAsked
from trust_commissioning.pooling.known import unknown


def check_pool(document: Document, there: Standing) -> Iterator[Problem]:
    """Every problem of the pool's part of a document; `where` is its YAML path."""
    for place, agreement in enumerate(document.agreements):
        yield from _check_agreement(agreement, there, f"agreements[{place}]")
    yield from _check_contributions(document, there)


def _check_agreement(entry: AgreementAsked, there: Standing, where: str) -> Iterator[Problem]:
    yield from unknown("fund", entry.fund, there.funds, f"{where}.fund")
    for turn, party in enumerate(entry.parties):
        at = f"{where}.parties[{turn}].partner"
        yield from unknown("partner", party.partner, there.partners, at)
    for turn, delivery in enumerate(entry.deliveries):
        at = f"{where}.deliveries[{turn}]"
        yield from unknown("service", delivery.service, there.services, f"{at}.service")
        yield from unknown("partner", delivery.partner, there.partners, f"{at}.partner")
    for problem in agreement_rules.problems_in(entry.read()):
        yield replace(problem, where=f"{where}.{problem.where}")


def _check_contributions(document: Document, there: Standing) -> Iterator[Problem]:
    for place, entry in enumerate(document.contributions):
        where = f"contributions[{place}]"
        yield from unknown("fund", entry.fund, there.funds, f"{where}.fund")
        yield from unknown("partner", entry.partner, there.partners, f"{where}.partner")
        if entry.account is not None and entry.account.startswith("Expenses:"):
            yield from unknown("account", entry.account, there.chart, f"{where}.account")
        if entry.service is not None:
            yield from unknown("service", entry.service, there.services, f"{where}.service")
        for problem in contribution_rules.problems_in(entry.read()):
            yield replace(problem, where=f"{where}.{problem.where}")
