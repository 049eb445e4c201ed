"""Coding given by hand to lines no rule knows: for one file, or remembered for the next."""

import pytest
from sqlalchemy import Engine

from ledger.problems import Refused
from tests.support.trusts import APPROVER, AT, CLERK
from trust_commissioning.importing import remembering
from trust_commissioning.importing.coding import CodingRule
from trust_commissioning.importing.loading import SpendPlan, load_spend, preview_spend
from trust_commissioning.importing.planning import SpendOptions
from trust_commissioning.importing.remembering import rule_for
from trust_commissioning.store import reading, transaction
from trust_commissioning.store.journals import by_number

CARE = "Expenses:ThirdParty:FosterCare"
MAY = (
    b"Date,Supplier,Amount\n01/05/2003,Oakfield Fostering,100.00\n"
    b"02/05/2003,OAKFIELD  fostering,50.00\n03/05/2003,Kestrel House,7.00\n"
)
JUNE = b"Date,Supplier,Amount\n01/06/2003,Oakfield Fostering,80.00\n"
RULE = rule_for(["Oakfield Fostering"], account=CARE, service="fostering", contract="C-0001")


def planned(engine: Engine, data: bytes, *also: CodingRule) -> SpendPlan:
    with reading(engine) as session:
        options = SpendOptions(fund="general", also=also)
        return preview_spend(session, data, name="a.csv", options=options)


def remember(engine: Engine, rule: CodingRule = RULE, by: str = CLERK) -> str:
    with transaction(engine) as session:
        return remembering.remember(session, rule, by=by, at=AT)


def test_what_is_remembered_codes_the_supplier_in_this_file_and_in_the_next(engine: Engine) -> None:
    assert len(planned(engine, MAY).unmatched) == 3

    assert remember(engine) == "remembered-1"

    assert [one.line.supplier for one in planned(engine, MAY).unmatched] == ["Kestrel House"]
    (line,) = planned(engine, JUNE).lines
    assert line.coding is not None
    assert (line.coding.rule, line.coding.account) == ("remembered-1", CARE)
    with reading(engine) as session:
        (kept,) = remembering.remembered(session)
    assert (kept.by, kept.at, kept.rule.title) == (CLERK, AT, "Oakfield Fostering")


def test_what_is_for_one_file_alone_codes_no_other(engine: Engine) -> None:
    assert len(planned(engine, MAY, RULE).unmatched) == 1
    with transaction(engine) as session:
        loaded = load_spend(
            session,
            MAY,
            name="a.csv",
            options=SpendOptions(fund="general", also=(RULE,)),
            by=CLERK,
            at=AT,
        )
    with reading(engine) as session:
        first = by_number(session, loaded.first_journal or "")
    assert first is not None
    assert first.journal.postings[0].account == CARE
    assert loaded.rows_unmatched == 1
    assert len(planned(engine, JUNE).unmatched) == 1


def test_what_is_taken_back_codes_no_more_and_its_name_is_not_used_again(engine: Engine) -> None:
    code = remember(engine)
    with transaction(engine) as session:
        remembering.take_back(session, code, by=CLERK, at=AT)

    assert len(planned(engine, JUNE).unmatched) == 1
    with pytest.raises(Refused) as again, transaction(engine) as session:
        remembering.take_back(session, code, by=CLERK, at=AT)
    assert again.value.codes == ("coding_not_remembered",)
    assert remember(engine) == "remembered-2"


def test_a_coding_that_names_what_is_not_there_is_not_remembered(engine: Engine) -> None:
    wrong = rule_for(["X"], account="Expenses:Nowhere", service="none such", contract="C-9999")

    with pytest.raises(Refused) as refused:
        remember(engine, wrong)

    assert refused.value.codes == ("account_unknown", "service_unknown", "contract_unknown")


def test_only_those_who_load_files_have_a_coding_remembered(engine: Engine) -> None:
    with pytest.raises(Refused) as refused:
        remember(engine, by=APPROVER)

    assert refused.value.codes == ("not_permitted",)
