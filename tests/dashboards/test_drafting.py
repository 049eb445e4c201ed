"""A journal as it is keyed: read exactly, wrong until it is right."""

from dashboards.drafting import Line, by_line, pasted, read_lines
from ledger.money import Money
from ledger.problems import Problem

CARE, CASH = "Expenses:ThirdParty:FosterCare", "Assets:HostCash"
CODES = {
    "account": {CARE: "Foster care", CASH: "Cash held by the host"},
    "service": {"fostering": "Fostering"},
    "outcome": {"stay_safe": "Stay safe"},
    "partner": {"pct": "Weald Primary Care Trust"},
    "contract": {"C-0001": "Foster placements"},
}


def test_debits_and_credits_are_added_apart_and_the_gap_is_known() -> None:
    read = read_lines([Line(account=CARE, debit="1,234.50"), Line(account=CASH, credit="£1,234")])

    assert (read.debits, read.credits, read.gap) == (Money(123450), Money(123400), Money(50))
    assert [posting.amount for posting in read.postings] == [Money(123450), Money(-123400)]


def test_blank_lines_are_passed_over_and_problems_still_name_the_line_typed() -> None:
    read = read_lines([Line(), Line(account=CARE, debit="2"), Line(account=CASH)])

    assert read.places == (2, 3)
    assert [(p.code, p.where) for p in read.problems] == [("line_needs_one_amount", "line 3")]


def test_an_amount_that_cannot_be_read_for_certain_is_never_guessed() -> None:
    read = read_lines([Line(account=CARE, debit="1.234,50")])

    assert [problem.code for problem in read.problems] == ["amount_not_readable"]
    assert read.debits == Money(0)


def test_an_amount_below_nil_is_asked_for_on_the_other_side() -> None:
    read = read_lines([Line(account=CARE, debit="-5.00"), Line(account=CASH, credit="0.00")])

    assert [problem.code for problem in read.problems] == ["amount_not_above_nil"] * 2


def test_a_line_has_one_amount() -> None:
    read = read_lines([Line(account=CARE, debit="5", credit="5")])

    assert [problem.message for problem in read.problems] == [
        "Line 1 has both a debit and a credit."
    ]


def test_an_amount_without_an_account_is_said() -> None:
    assert [p.code for p in read_lines([Line(debit="5")]).problems] == ["account_missing"]


def test_the_ledgers_problems_are_said_of_the_lines_that_were_typed() -> None:
    read = read_lines([Line(), Line(account=CARE, debit="5")])
    found = [Problem("account_closed", "It is closed.", "postings[0].account")]

    assert [problem.where for problem in by_line(found, read, fund="general")] == [
        "line 2, account"
    ]


def test_an_amount_that_could_not_be_read_is_not_also_called_nil() -> None:
    read = read_lines([Line(account=CARE, debit="abc")])
    found = [Problem("posting_is_nil", "It is for nothing.", "postings[0].amount")]

    assert [problem.code for problem in by_line(found, read, fund="general")] == [
        "amount_not_readable"
    ]


def test_a_fund_that_was_not_chosen_is_asked_for_in_plain_words() -> None:
    found = [Problem("fund_unknown", "There is no fund “”.", "fund")]

    assert [p.code for p in by_line(found, read_lines([]), fund="")] == ["fund_missing"]


def test_pasted_lines_may_say_codes_or_titles_under_headings() -> None:
    text = (
        "Account\tService\tOutcome\tDebit\tCredit\n"
        f"{CARE}\tFostering\tstay safe\t1,000.00\t\n"
        "Cash held by the host\t\t\t\t1000\n"
    )

    lines, problems = pasted(text, codes=CODES)

    assert problems == []
    assert lines == [
        Line(account=CARE, service="fostering", outcome="stay_safe", debit="1,000.00"),
        Line(account=CASH, credit="1000"),
    ]


def test_pasted_lines_may_go_on_to_partner_and_contract() -> None:
    lines, problems = pasted(f"{CARE}\t\t\t5\t\tpct\tC-0001\n", codes=CODES)

    assert problems == []
    assert (lines[0].partner, lines[0].contract) == ("pct", "C-0001")


def test_everything_wrong_with_pasted_lines_is_said_at_once() -> None:
    text = "Nowhere\tfostring\t\t1\t\nonly one cell\nAssets:HostCash\t\t\tx\t\n"

    _, problems = pasted(text, codes=CODES)

    assert [problem.code for problem in problems] == [
        "account_unknown",
        "service_unknown",
        "pasted_line_unreadable",
        "account_missing",
        "amount_not_readable",
    ]


def test_more_lines_than_a_person_can_check_are_refused() -> None:
    lines, problems = pasted(f"{CARE}\t\t\t1\t\n" * 201, codes=CODES)

    assert lines == []
    assert [problem.code for problem in problems] == ["too_many_lines"]
