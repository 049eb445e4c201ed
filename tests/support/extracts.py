"""Small spending extracts of a made-up council, and their loading."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from tests.support.trusts import AT, CLERK
from trust_commissioning.importing.coding import CodingRule
from trust_commissioning.importing.loading import SpendLoaded, load_spend
from trust_commissioning.importing.planning import SpendOptions
from trust_commissioning.store import transaction
from trust_commissioning.store.tables import CodingRuleRow

HEADINGS = ("Date", "Transaction number", "Supplier", "Purpose", "Service", "Amount")


def row(
    number: int,
    amount: str,
    supplier: str = "Oakfield Fostering",
    service: str = "Fostering",
    day: str = "12/05/2003",
) -> tuple[str, ...]:
    """One line as a council prints it."""
    return (day, f"T{number:05d}", supplier, "Care and support", service, amount)


def extract(rows: Iterable[Sequence[str]], *, printed_total: str = "") -> bytes:
    """A CSV file of these rows, with a total at its foot where one is given."""
    lines = [",".join(HEADINGS), *(",".join(cells) for cells in rows)]
    if printed_total:
        lines.append(f",,,,,{printed_total}")
    return ("\r\n".join(lines) + "\r\n").encode()


def load(engine: Engine, data: bytes, *, name: str = "spend.csv", **options: Any) -> SpendLoaded:
    """Load a file into the small trust as its finance officer would."""
    with transaction(engine) as session:
        return load_in(session, data, name=name, **options)


def load_in(
    session: Session, data: bytes, *, name: str = "spend.csv", **options: Any
) -> SpendLoaded:
    asked = SpendOptions(**({"fund": "general"} | options))
    return load_spend(session, data, name=name, options=asked, by=CLERK, at=AT)


def add_rules(engine: Engine, *rules: dict[str, Any]) -> None:
    """Keep coding rules as a person would write them."""
    with transaction(engine) as session:
        for priority, words in enumerate(rules, 1):
            rule = CodingRule.model_validate({"priority": priority} | words)
            session.add(
                CodingRuleRow(
                    code=rule.code,
                    priority=rule.priority,
                    contents=rule.model_dump_json(),
                )
            )


FOSTERING_RULE = {
    "code": "fostering",
    "when": [{"column": "service", "equals": "Fostering"}],
    "account": "Expenses:ThirdParty:FosterCare",
    "service": "fostering",
}
"""Outcomes by the service's weights: stay safe 3, be healthy 1."""
