"""The pages of pooled funds: what was agreed, who owes what, and acting on it."""

from datetime import date

import pytest
from sqlalchemy import Engine

from ledger.money import Money
from ledger.pool.contributions import Contribution, Instalment
from tests.dashboards.conftest import Open, seen
from tests.support.trusts import AT, AUDITOR, CLERK, YEAR
from trust_commissioning import pooling
from trust_commissioning.pooling.asked import AgreementAsked
from trust_commissioning.store import transaction
from trust_commissioning.store.tables import AccountRow

KEY = "camhs/2003-04/pct/cash"
SCOPE = {"fund": "camhs", "year": "2003-04", "to": "3"}


@pytest.fixture
def pooled(engine: Engine, filled: list[str]) -> None:
    """An agreement that lacks most of its contents; £1,000.00 raised, £250.00 of it disputed."""
    asked = AgreementAsked.model_validate(
        {
            "reference": "camhs",
            "fund": "camhs",
            "title": "CAMHS <b>agreement</b>",
            "host": "council",
            "pool_manager": "Mo Keeper",
            "starts": date(2003, 4, 1),
            "ends": date(2006, 3, 31),
            "parties": [
                {"partner": "council", "body": "local_authority"},
                {"partner": "pct", "body": "primary_care_trust"},
            ],
            "terms": {"aims": "Seen sooner"},
        }
    )
    part = Instalment(day=date(2003, 4, 30), amount=Money.parse("1000"))
    given = Contribution(key=KEY, fund="camhs", year=YEAR, partner="pct", instalments=(part,))
    with transaction(engine) as session:
        session.add(
            AccountRow(
                name="Liabilities:ContributionsInAdvance", title="In advance", needs_partner=True
            )
        )
        session.flush()
        pooling.agree(session, asked.read(), by=CLERK, at=AT)
        pooling.record(session, given, by=CLERK, at=AT)
        pooling.raise_due(session, AT.date(), by=CLERK, at=AT)
        pooling.dispute(
            session,
            reference="D-1",
            contribution=KEY,
            instalment=part.day,
            amount=Money.parse("250"),
            day=date(2003, 5, 20),
            reason="Two placements were not theirs",
            by=CLERK,
            at=AT,
        )


def test_the_list_of_agreements_leads_to_each(look: Open, pooled: None) -> None:
    page = seen(look(AUDITOR, "pooled_funds", year="2003-04", to="3"))

    assert 'href="/pooled-funds?fund=camhs&amp;year=2003-04&amp;to=3"' in page
    assert "1 of 7" in page


def test_one_agreement_says_what_it_lacks_with_the_regulation(look: Open, pooled: None) -> None:
    page = seen(look(AUDITOR, "pooled_funds", **SCOPE))

    assert "regulation 7(3)(f)" in page
    assert "CAMHS &lt;b&gt;agreement&lt;/b&gt;" in page
    assert "Mo Keeper" in page


def test_a_fund_with_no_agreement_says_so(look: Open, filled: list[str]) -> None:
    assert "No agreement of this fund is recorded" in seen(
        look(AUDITOR, "pooled_funds", **SCOPE | {"fund": "general"})
    )


def test_what_is_owed_is_shown_with_what_is_disputed_and_its_age(look: Open, pooled: None) -> None:
    page = seen(look(AUDITOR, "contributions", **SCOPE))

    assert "£1,000.00" in page
    assert "£250.00" in page
    assert "31–60 days" in page
    assert "Two placements were not theirs" in page


def test_over_all_funds_each_fund_is_named_once_over_its_rows(look: Open, pooled: None) -> None:
    page = seen(look(AUDITOR, "contributions", year="2003-04", to="3"))

    assert '<th scope="col">Fund</th>' not in page
    assert ">CAMHS pooled fund</td>" not in page
    tables = [one for one in page.split("<table")[1:] if "CAMHS pooled fund" in one]
    assert len(tables) >= 6
    over = '<th scope="rowgroup" class="group"'
    assert all(one.count("CAMHS pooled fund</span></th>") == one.count(over) == 1 for one in tables)


def test_an_auditor_reads_and_cannot_record(look: Open, pooled: None) -> None:
    page = look(AUDITOR, "contributions", **SCOPE)

    assert [one.label for one in page.button] == ["Save it"]  # a view, for the auditor alone
    assert "Record" not in [one.value for one in page.header]


def test_a_receipt_pays_the_undisputed_part_and_the_rest_is_held(look: Open, pooled: None) -> None:
    page = look(CLERK, "contributions", **SCOPE)

    choice(page, "From").select("pct")
    box(page, "Amount (£)").input("1,000.00")
    box(page, "Bank or remittance reference").input("BACS-17")
    page.date_input[0].set_value(date(2003, 6, 3))
    button(page, "Record the receipt").click().run()

    assert "£750.00 pays what is owed. £250.00 is held." in seen(page)


def test_what_cannot_be_recorded_is_said_and_nothing_changes(look: Open, pooled: None) -> None:
    page = look(CLERK, "contributions", **SCOPE)
    box(page, "Amount disputed (£)").input("800.00")
    page.text_area[0].input("All of it")
    button(page, "Record the dispute").click().run()

    assert "£750.00 of the instalment of 30 April 2003 is owed and not disputed yet" in seen(page)


def test_a_letter_is_shown_once_it_is_written(look: Open, pooled: None) -> None:
    page = look(CLERK, "contributions", **SCOPE)
    box(page, "To whom").input("Director of Finance")
    page.date_input[2].set_value(date(2003, 6, 10))
    button(page, "Write the letter").click().run()

    assert "Please pay £750.00." in page.text[0].value


def box(page, label):
    return next(one for one in page.text_input if one.label == label)


def button(page, label):
    return next(one for one in page.button if one.label == label)


def choice(page, label):
    return next(one for one in page.selectbox if one.label == label)
