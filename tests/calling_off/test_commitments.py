"""What a call-off promises stands in the commitment book, whatever happens to it."""

from ledger.journal import Book
from tests.support.register import FOSTER, MANAGER, Register


def test_a_placement_promises_its_days_of_the_year(register: Register) -> None:
    """£700.00 a week, 366 days of 2003-04: £36,600.00, three quarters to staying safe."""
    number = register.calls_off("P-1", kind="placement", case_reference="CX-0417")

    assert number == "C-0001/01"
    assert register.committed() == "36600.00"
    assert register.by("fund", "outcome", book=Book.COMMITMENT) == {
        "pool/stay_safe": "27450.00",
        "pool/be_healthy": "9150.00",
    }
    assert register.available("pool") == "163400.00"
    assert register.is_clean()


def test_a_placement_is_split_among_those_who_pay_to_the_penny(register: Register) -> None:
    """Education 40, social services 35, health 25 of £36,600.01 over two funds."""
    register.calls_off(
        "P-1",
        price="36600.01",
        expected_end="2003-04-07",
        funding=[
            {"fund": "special", "weight": 40, "partner": "education"},
            {"fund": "pool", "weight": 35, "partner": "social"},
            {"fund": "pool", "weight": 25, "partner": "pct"},
        ],
    )

    assert register.by("fund", "partner", book=Book.COMMITMENT) == {
        "special/education": "14640.01",
        "pool/social": "12810.00",
        "pool/pct": "9150.00",
    }
    assert register.committed() == "36600.01"


def test_moving_a_stage_never_changes_the_total_committed(register: Register) -> None:
    """A budget of £1,000 in the shape users of another system worked out: requisition 300, an
    order for 200 of it, then a requisition of 50 more."""
    stages = ("Equity:Requisitioned", "Equity:Committed")

    def stands() -> tuple[str, ...]:
        return tuple(
            register.by("account", book=Book.COMMITMENT, account=stage).get(stage, "0.00")
            for stage in stages
        )

    whole = {"expected_end": "2003-04-07"}
    register.calls_off("R-1", stage="requisition", price="300.00", **whole)
    assert (register.committed(), stands()) == ("300.00", ("-300.00", "0.00"))

    register.calls_off("O-1", of_requisition="C-0001/01", price="200.00", **whole)
    assert (register.committed(), stands()) == ("300.00", ("-100.00", "-200.00"))

    register.calls_off("R-2", stage="requisition", price="50.00", **whole)
    assert (register.committed(), stands()) == ("350.00", ("-150.00", "-200.00"))
    assert register.is_clean()


def test_a_requisition_becomes_an_order_as_a_whole(register: Register) -> None:
    number = register.calls_off("R-1", stage="requisition", expected_end="2003-04-07")

    register.record(
        "call-off-order",
        {"reference": "R-1/order", "call_off": number, "day": "2003-04-02", "reason": "Agreed"},
    )

    assert register.committed() == "700.00"
    assert register.by("account", book=Book.COMMITMENT, account="Equity") == {
        "Equity:Committed": "-700.00"
    }


def test_more_than_is_available_is_refused_unless_someone_with_authority_says_why(
    register: Register,
) -> None:
    big = {"price": "4000.00"}
    assert register.available("pool") == "200000.00"

    asked = {
        "reference": "P-1",
        "contract": "C-0001",
        "title": "Foster placement",
        "account": FOSTER,
        "day": "2003-04-01",
        "starts": "2003-04-01",
        "unit": "week",
        **big,
    }
    assert register.refused("call-off", asked) == ["more_than_is_available"]
    override = asked | {"override": {"reason": "A court ordered it"}}
    assert register.refused("call-off", override) == ["not_permitted"]
    assert register.committed() == "0.00"

    register.record("call-off", override, by=MANAGER)
    assert register.committed() == "209142.86"


def test_what_fits_is_not_refused_for_spend_counted_twice(register: Register) -> None:
    """Budget 200,000; 110,000 spent under an order of as much; 50,000 more fits: 40,000 is left."""
    first = register.calls_off("P-1", price="110000.00", expected_end="2003-04-07")
    register.spends(first, "110000.00", day="2003-04-10")
    assert (register.committed(), register.actual()) == ("0.00", "110000.00")

    register.calls_off("P-2", price="50000.00", expected_end="2003-04-07")

    assert register.available("pool") == "40000.00"


def test_a_line_coded_to_a_call_off_releases_its_promise(register: Register) -> None:
    number = register.calls_off("P-1", expected_end="2003-06-30")
    assert register.committed() == "9100.00"

    register.spends(number, "2800.00", day="2003-05-06")

    assert (register.committed(), register.actual()) == ("6300.00", "2800.00")
    assert register.is_clean()


def test_suspension_enhancement_price_and_end_move_the_promise(register: Register) -> None:
    """13 weeks at £700.00; then each change as an accountant would work it out."""
    number = register.calls_off("P-1", expected_end="2003-06-30")
    same = {"call_off": number, "reason": "Agreed at the panel"}

    register.record(
        "call-off-suspension",
        same | {"reference": "s", "day": "2003-05-05", "ends": "2003-05-11", "retainer": "100.00"},
    )
    assert register.committed() == "8500.00"  # a week at 100 instead of 700

    register.record(
        "call-off-enhancement",
        same | {"reference": "e", "day": "2003-05-12", "ends": "2003-05-25", "price": "150.00"},
    )
    assert register.committed() == "8800.00"  # two weeks at 150 more

    register.record(
        "call-off-variation", same | {"reference": "v", "day": "2003-06-03", "price": "770.00"}
    )
    assert register.committed() == "9080.00"  # four weeks at 70 more

    register.record("call-off-end", same | {"reference": "end", "day": "2003-06-16"})
    assert register.committed() == "7540.00"  # two weeks at 770 fewer

    register.record("call-off-close", same | {"reference": "c", "day": "2003-07-01"})
    assert register.committed() == "0.00"
    assert register.is_clean()


def test_the_same_event_again_changes_nothing_and_another_is_refused(register: Register) -> None:
    number = register.calls_off("P-1")

    assert register.calls_off("P-1") == number
    assert register.committed() == "36600.00"

    change = {
        "reference": "v",
        "call_off": number,
        "day": "2003-05-01",
        "reason": "Agreed",
        "price": "710.00",
    }
    register.record("call-off-variation", change)
    assert register.record("call-off-variation", change)["journals"] == []
    assert register.refused("call-off-variation", change | {"price": "720.00"}) == [
        "event_recorded_otherwise"
    ]


def test_each_who_pays_promises_for_the_days_it_pays_for(register: Register) -> None:
    """Education alone to 30 September, the pool from October: 183 days each at £700.00 a week."""
    number = register.calls_off("P-1", funding=[{"fund": "special", "weight": 1}])
    register.record(
        "call-off-variation",
        {
            "reference": "v",
            "call_off": number,
            "day": "2003-10-01",
            "reason": "The panel moved the child to the pool",
            "funding": [{"fund": "pool", "weight": 1}],
        },
    )

    assert register.by("fund", book=Book.COMMITMENT) == {"special": "18300.00", "pool": "18300.00"}
    assert register.is_clean()


def test_a_suspension_ended_early_is_paid_again_from_that_day(register: Register) -> None:
    number = register.calls_off("P-1", expected_end="2003-06-30")
    same = {"call_off": number, "reason": "In hospital"}
    register.record(
        "call-off-suspension", same | {"reference": "s", "day": "2003-05-01", "ends": "2003-05-28"}
    )
    assert register.committed() == "6300.00"

    register.record("call-off-resumption", same | {"reference": "r", "day": "2003-05-15"})

    assert register.committed() == "7700.00"


def test_what_an_order_took_over_of_a_requisition_stays_taken_when_it_ends_early(
    register: Register,
) -> None:
    requisition = register.calls_off("R-1", stage="requisition", expected_end="2003-06-30")
    order = register.calls_off("O-1", of_requisition=requisition, expected_end="2003-06-30")
    assert register.committed() == "9100.00"

    end = {"reference": "e", "call_off": order, "day": "2003-04-14", "reason": "Returned home"}
    register.record("call-off-end", end)

    assert register.committed() == "1400.00"


def test_a_placement_that_never_began_promises_nothing(register: Register) -> None:
    number = register.calls_off("P-1", starts="2003-05-01")

    end = {"reference": "e", "call_off": number, "day": "2003-04-30", "reason": "Did not begin"}
    register.record("call-off-end", end)

    assert register.committed() == "0.00"
    assert register.is_clean()
