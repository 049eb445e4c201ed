"""Small numbers are hidden, and no sum gives a hidden one away."""

from collections import defaultdict
from datetime import date
from fractions import Fraction
from itertools import product

import pytest

from contracts.figures import Figure
from contracts.indicators import Direction, Indicator, MeasureKind, Observation
from contracts.small_numbers import (
    HIDDEN,
    Sum,
    hidden,
    is_small,
    published,
    published_value,
    to_nearest,
)

CHILDREN = Indicator(
    code="moved",
    name="Children who moved three times",
    kind=MeasureKind.LEVEL,
    unit="children",
    direction=Direction.LOWER,
    counts=True,
)
SHARE = Indicator(
    code="share",
    name="Share of children who moved",
    kind=MeasureKind.LEVEL,
    unit="percent",
    direction=Direction.LOWER,
)


_DRAWN = 24
"""Above every count the tables are made of; what lies at that edge is not looked at."""


def seen(group: str, figure: str, area: str = "", **said: object) -> Observation:
    return Observation(
        reference=said.pop("reference", f"{area}/{group}"),  # type: ignore[arg-type]
        indicator="moved",
        day=date(2004, 3, 31),
        figure=Figure.parse(figure),
        source="Return",
        area=area,
        group=group,
        **said,  # type: ignore[arg-type]
    )


def test_one_to_seven_are_small_and_nobody_is_not() -> None:
    assert [count for count in range(12) if is_small(count)] == [1, 2, 3, 4, 5, 6, 7]


def test_other_counts_are_published_to_the_nearest_five() -> None:
    assert [to_nearest(n) for n in (0, 8, 12, 13, 17, 18, 59_701)] == [
        0,
        10,
        10,
        15,
        15,
        20,
        59_700,
    ]


def test_a_figure_that_alone_is_hidden_takes_the_smallest_other_with_it() -> None:
    counts = {"all": 60, "boys": 20, "girls": 36, "not said": 4}
    sums = [Sum("all", ("boys", "girls", "not said"))]

    assert hidden(counts, sums) == {"not said", "boys"}


def test_without_a_total_or_with_two_hidden_nothing_more_is_hidden() -> None:
    assert hidden({"boys": 20, "girls": 4}, [Sum("all", ("boys", "girls"))]) == {"girls"}
    counts = {"all": 30, "boys": 3, "girls": 4, "not said": 23}
    assert hidden(counts, [Sum("all", ("boys", "girls", "not said"))]) == {"boys", "girls"}


def test_what_is_hidden_in_one_sum_is_looked_at_in_every_other() -> None:
    """Two areas and two groups: one small cell takes a neighbour each way, and they the corner."""
    counts = {"ag": 3, "ab": 10, "bg": 20, "bb": 30, "a": 13, "b": 50, "g": 23, "B": 40}
    sums = [
        Sum("a", ("ag", "ab")),
        Sum("b", ("bg", "bb")),
        Sum("g", ("ag", "bg")),
        Sum("B", ("ab", "bb")),
    ]

    assert hidden(counts, sums) == {"ag", "ab", "bg", "bb"}


@pytest.mark.parametrize("parts", [2, 3])
def test_nobody_can_work_out_a_hidden_figure_from_what_is_published(parts: int) -> None:
    """Every table of small figures with its total, as published: what each hidden one may be."""
    seen_as: dict[tuple[str, ...], list[tuple[int, ...]]] = defaultdict(list)
    for cells in product(range(_DRAWN), repeat=parts):
        counts = dict(enumerate((*cells, sum(cells))))
        kept_back = hidden(counts, [Sum(parts, tuple(range(parts)))])
        told = tuple(
            HIDDEN if key in kept_back else str(to_nearest(count)) for key, count in counts.items()
        )
        seen_as[told].append((*cells, sum(cells)))
    told_by = {
        told: min(
            len({cells[place] for cells in might_be})
            for place, said in enumerate(told)
            if said == HIDDEN
        )
        for told, might_be in seen_as.items()
        if HIDDEN in told and all(max(cells[:-1]) < _DRAWN - 5 for cells in might_be)
    }

    assert told_by
    assert min(told_by.values()) >= 3


def test_small_groups_are_hidden_beside_their_total_and_the_rest_is_rounded() -> None:
    shown = published(
        CHILDREN, [seen("", "63"), seen("Boys", "22"), seen("Girls", "38"), seen("Not said", "3")]
    )

    assert shown == {
        "/": "65 children",
        "/Boys": HIDDEN,
        "/Girls": "40 children",
        "/Not said": HIDDEN,
    }


def test_areas_are_parts_of_the_whole_trust_too() -> None:
    shown = published(
        CHILDREN, [seen("", "63"), seen("", "3", area="Ashmere"), seen("", "60", area="Weald")]
    )

    assert shown == {"/": "65 children", "Ashmere/": HIDDEN, "Weald/": HIDDEN}


def test_a_share_of_few_or_of_nearly_all_is_hidden_as_the_count_would_be() -> None:
    few = seen("a", "30", counted=3, out_of=10)
    nearly_all = seen("b", "95", counted=95, out_of=100)
    enough = seen("c", "46.7", counted=14, out_of=30)
    not_counted = seen("d", "46.7")

    shown = published(SHARE, [few, nearly_all, enough, not_counted])

    assert shown == {"/a": HIDDEN, "/b": HIDDEN, "/c": "47%", "/d": "46.7%"}


def test_a_figure_before_its_revision_is_hidden_where_the_one_in_its_place_is() -> None:
    before = seen("Girls", "9", reference="o1")
    after = seen("Girls", "7", reference="o2", revises="o1")

    assert published(CHILDREN, [before, after]) == {"o1": HIDDEN, "o2": HIDDEN}


def test_an_expected_number_of_children_gives_no_small_baseline_away() -> None:
    assert published_value(CHILDREN, Fraction(13, 2)) == HIDDEN
    assert published_value(CHILDREN, Fraction(0)) == "0 children"
    assert published_value(CHILDREN, Fraction(133, 2)) == "65 children"
    assert published_value(SHARE, Fraction(13, 2)) == "6.5%"
