"""Where a contract stands on a day; what ends, may be extended or lapses."""

from dataclasses import replace
from datetime import date

from contracts.coming import Next, Phase, coming, phase
from contracts.contract import Change, Contract, Extension
from tests.contracts.made import signed, until, vary


def comes(contract: Contract, day: str, by: str) -> list[tuple[date, Next]]:
    found = coming(contract, date.fromisoformat(day), date.fromisoformat(by))
    return [(one.day, one.what) for one in found]


def test_a_contract_stands_by_its_state_and_its_days() -> None:
    contract = signed()

    assert phase(replace(contract, state="draft"), date(2004, 1, 1)) is Phase.DRAFT
    assert phase(contract, date(2003, 3, 31)) is Phase.NOT_STARTED
    assert phase(contract, date(2003, 4, 1)) is Phase.IN_FORCE
    assert phase(contract, date(2006, 3, 31)) is Phase.IN_FORCE
    assert phase(contract, date(2006, 4, 1)) is Phase.RAN_OUT


def test_a_terminated_contract_runs_to_its_last_day() -> None:
    ending = vary("2004-01-05", term=until("2004-04-05"), kind=Change.TERMINATED)
    contract = replace(signed().with_variation(ending), state="terminated")

    assert phase(contract, date(2004, 4, 5)) is Phase.IN_FORCE
    assert phase(contract, date(2004, 4, 6)) is Phase.TERMINATED
    assert comes(contract, "2004-02-01", "2004-08-01") == [(date(2004, 4, 5), Next.ENDS)]


def test_a_contract_with_an_option_may_be_extended_and_without_one_lapses() -> None:
    assert comes(signed(), "2005-10-01", "2006-04-01") == [
        (date(2006, 3, 31), Next.MAY_BE_EXTENDED)
    ]
    assert comes(signed(extensions=()), "2005-10-01", "2006-04-01") == [
        (date(2006, 3, 31), Next.LAPSES)
    ]
    assert comes(signed(extensions=()), "2005-09-30", "2006-03-30") == []


def test_an_option_whose_day_has_gone_is_none() -> None:
    option = Extension(code="first", until=date(2007, 3, 31), notify_by=date(2005, 12, 31))
    contract = signed(extensions=(option,))

    assert comes(contract, "2005-12-31", "2006-06-30") == [
        (date(2005, 12, 31), Next.MAY_BE_EXTENDED)
    ]
    assert comes(contract, "2006-01-01", "2006-07-01") == [(date(2006, 3, 31), Next.LAPSES)]


def test_what_ran_out_stays_on_the_list_until_its_end_is_noted() -> None:
    contract = signed(extensions=())

    assert comes(contract, "2006-04-01", "2006-10-01") == [(date(2006, 3, 31), Next.RAN_OUT)]
    assert comes(replace(contract, state="ended"), "2006-04-01", "2006-10-01") == []


def test_a_contract_without_a_fixed_end_never_lapses() -> None:
    assert comes(signed(ends=None, extensions=()), "2010-01-01", "2010-07-01") == []
