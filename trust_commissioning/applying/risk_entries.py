"""Risk shares of a document, through the service that keeps them."""

from __future__ import annotations

from collections.abc import Iterator

from ledger.problems import Problem, Refused
from trust_commissioning.applying.changing import Applying, Change
from trust_commissioning.fields.risk_share import RiskShareAgreed
from trust_commissioning.settling import agree_risk_share
from trust_commissioning.store.risk import agreed_rules


def apply_risk_shares(applying: Applying, entries: list[RiskShareAgreed]) -> Iterator[Change]:
    """Agree the document's risk shares; the service keeps the audit trail.

    Raises:
        Refused: with every problem of every entry by its YAML path.
    """
    problems: list[Problem] = []
    for place, entry in enumerate(entries):
        before = {one.reference for one in agreed_rules(applying.session, entry.fund)}
        try:
            agree_risk_share(
                applying.session,
                entry.fund,
                entry.rule,
                reference=entry.reference,
                by=applying.by,
                at=applying.at,
            )
        except Refused as refusal:
            where = f"risk_shares[{place}]"
            problems += [Problem(p.code, p.message, f"{where}.{p.where}") for p in refusal.problems]
        else:
            if entry.reference not in before:
                after: dict[str, object] = {"title": entry.rule.title, "clause": entry.rule.clause}
                yield Change("risk share", f"{entry.fund} {entry.reference}", "added", after=after)
    if problems:
        raise Refused(problems)
