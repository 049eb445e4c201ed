"""A calendar file is one any calendar reads: folded by octets, escaped, named the same each time."""

from datetime import UTC, date, datetime

from trust_commissioning.files.icalendar import Entry, as_icalendar

AT = datetime(2004, 12, 1, 9, 30, tzinfo=UTC)


def made(**words: str) -> str:
    one = Entry(
        uid="end/C-0001@trust",
        day=date(2005, 3, 31),
        summary=words.get("summary", "Contract ends"),
        description=words.get("description", "Whose: Placements officer"),
    )
    return as_icalendar([one], name="Commissioning, Wealdshire", at=AT).decode()


def test_a_day_is_a_whole_day_that_takes_up_nobodys_time() -> None:
    said = made().split("\r\n")

    assert said[0] == "BEGIN:VCALENDAR"
    assert said[-2:] == ["END:VCALENDAR", ""]
    assert "DTSTART;VALUE=DATE:20050331" in said
    assert "DTEND;VALUE=DATE:20050401" in said
    assert "DTSTAMP:20041201T093000Z" in said
    assert "UID:end/C-0001@trust" in said
    assert "TRANSP:TRANSPARENT" in said


def test_what_has_a_meaning_of_its_own_is_escaped() -> None:
    said = made(summary="Two, or three; by a\\b\nand then")

    assert "SUMMARY:Two\\, or three\\; by a\\\\b\\nand then\r\n" in said
    assert "X-WR-CALNAME:Commissioning\\, Wealdshire\r\n" in said


def test_no_line_is_longer_than_75_octets_and_no_letter_is_torn() -> None:
    long = "Für Kinder – " * 30

    said = made(summary=long)

    assert all(len(line.encode()) <= 75 for line in said.split("\r\n"))
    assert f"SUMMARY:{long}" in said.replace("\r\n ", "")


def test_the_same_days_are_the_same_file() -> None:
    assert made() == made()
