"""Days and checks for the tests of monitoring."""

from datetime import date

from trust_commissioning.shipped_monitoring import checklist

APRIL, MAY, JUNE = date(2003, 4, 1), date(2003, 5, 1), date(2003, 6, 2)
DECEMBER = date(2003, 12, 31)


def answers(kind: str) -> list[dict[str, str]]:
    """Every item of a check answered as met."""
    return [
        {"item": one.code, "answer": "met", "evidence": "Seen"}
        for one in checklist()
        if kind == "visit" or not one.visit
    ]
