"""A page of the register says what the whole register says, of which it reads only a part."""

from datetime import date
from typing import Any

import pytest
from sqlalchemy import Engine

from contracts.coming import Next, Phase
from ledger.periods import FinancialYear
from tests.commissioning.conftest import AT, CHECKER, CONTRACT, NUMBER, Record
from trust_commissioning.reports.contract_pages import RegisterPage, register_page
from trust_commissioning.reports.contract_register import Wanted, register_of
from trust_commissioning.reports.shape import Report, Scope
from trust_commissioning.store import reading

LENGTH = 3
SCOPES = [Scope(None, FinancialYear(2003), to) for to in (1, 6, 12)]
WANTED = [
    Wanted(),
    Wanted(fund="general"),
    Wanted(provider="haven"),
    Wanted(form="framework"),
    Wanted(form="block", provider="haven"),
    Wanted(words="placements"),
    Wanted(service="respite"),
    *(Wanted(phase=one.value) for one in Phase),
    *(Wanted(coming=one.value) for one in Next),
]


def drafted(number: str, **said: Any) -> dict[str, Any]:
    return CONTRACT | {"number": number, "extensions": [], "indexation": None} | said


@pytest.fixture
def many(record: Record) -> None:
    """Contracts that were varied, extended, ended, terminated, drafted, uplifted; some to come."""
    record("contract", **CONTRACT)
    record("contract", **drafted("C-0010", ends="2004-03-31", provider="haven", form="spot"))
    record("contract", **drafted("C-0011", ends="2003-08-31"))
    record("contract", **drafted("C-0012", signed=None, ends="2003-12-31"))
    record("contract", **drafted("C-0013", starts="2004-01-01", signed="2003-06-01"))
    record("contract", **drafted("C-0014", ends=None))
    told = {"day": "2003-06-01", "reason": "Agreed"}
    record(
        "variation", **told, contract="C-0010", reference="V", value="350000.00", ends="2004-09-30",
        title="Placements and breaks",
    )  # fmt: skip
    record("variation", **told | {"day": "2004-02-01"}, contract=NUMBER, reference="V", value="1.00",
           obligations=[])  # fmt: skip
    record("variation", **told, contract="C-0014", reference="V",
           obligations=[{"code": "plan", "title": "A plan", "day": "2003-10-31"}])  # fmt: skip
    record(
        "contract-end", **told, contract="C-0011", reference="E", last_day="2003-07-31", how="ended"
    )
    record("contract-end", **told, contract="C-0013", reference="E", last_day="2004-02-29",
           how="terminated")  # fmt: skip
    record("uplift", contract=NUMBER, reference="U", day="2003-06-01", starts="2003-10-01",
           reason="Fees", prices=[{"lot": "breaks", "price": "96.00"}])  # fmt: skip
    record("uplift-decision", by=CHECKER, uplift="U", step="checked", day="2003-06-02")
    record("obligation-met", contract=NUMBER, reference="M", obligation="insurance",
           due="2003-04-30", day="2003-05-02")  # fmt: skip


def both(trust: Engine, scope: Scope, wanted: Wanted, number: int) -> tuple[Report, RegisterPage]:
    with reading(trust) as session:
        whole = register_of(session, scope, AT, wanted)
        day: date = scope.period.ends
        return whole, register_page(session, day, wanted, length=LENGTH, number=number)


@pytest.mark.parametrize("scope", SCOPES, ids=lambda one: f"to {one.to}")
def test_each_page_is_that_part_of_the_register_with_the_sums_of_all_of_it(
    trust: Engine, many: None, scope: Scope
) -> None:
    for wanted in WANTED:
        for number in (1, 2, 99):
            whole, found = both(trust, scope, wanted, number)
            parts = {part.key: part.rows for part in whole.parts}
            first = (found.number - 1) * LENGTH
            assert found.number == min(number, found.pages(LENGTH)), wanted
            assert (found.count, found.rows) == (
                len(whole.rows),
                tuple(whole.rows)[first : first + LENGTH],
            ), wanted
            assert (found.value, found.value_signed) == (
                whole.totals["value"],
                whole.totals["value_signed"],
            ), wanted
            what = [row["what"] for row in parts["coming"]]
            assert found.lapsing == what.count("Lapses") + what.count("Ran out"), wanted
            assert found.extendable == what.count("May be extended"), wanted
            for key, shown, count in (
                ("coming", found.coming, found.coming_count),
                ("due", found.due, found.due_count),
            ):
                assert (shown, count) == (tuple(parts[key])[:LENGTH], len(parts[key])), wanted


def test_a_register_of_nothing_has_one_page(trust: Engine) -> None:
    _, found = both(trust, SCOPES[2], Wanted(provider="bright"), 4)

    assert (found.count, found.number, found.pages(LENGTH), found.rows) == (0, 1, 1, ())
