"""How the product says no: a `Problem` is a value, `Refused` carries all of them at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ledger.text import shown


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing the user can mend.

    `code` states the fact in snake_case and is listed in docs/problems.md. `message` is a whole
    sentence with the offending value in it. `where` names the field (``postings[2].account``).
    For files `row` is the row a spreadsheet shows (the first row is 1), `column` its heading.
    Whatever they quote, all three can be printed.
    """

    code: str
    message: str
    where: str = ""
    row: int | None = None
    column: str | None = None

    def __post_init__(self) -> None:
        for name in ("message", "where", "column"):
            said = getattr(self, name)
            if said is not None and not said.isprintable():
                object.__setattr__(self, name, shown(said))

    def __str__(self) -> str:
        place = ", ".join(
            part
            for part in (
                f"row {self.row}" if self.row is not None else "",
                f"column “{self.column}”" if self.column is not None else "",
                self.where if self.row is None and self.column is None else "",
            )
            if part
        )
        return f"{self.message} ({place})" if place else self.message

    def as_json(self) -> dict[str, object]:
        """The promised shape: code, message, where; row and column where there are any."""
        shown: dict[str, object] = {
            "code": self.code,
            "message": self.message,
            "where": self.where,
        }
        if self.row is not None:
            shown["row"] = self.row
        if self.column is not None:
            shown["column"] = self.column
        return shown


class Refused(Exception):
    """Raised by a service with its problems; nothing was changed."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(problems)
        assert self.problems, "a refusal names at least one problem"
        super().__init__("; ".join(str(problem) for problem in self.problems))

    @classmethod
    def because(cls, code: str, message: str, where: str = "") -> Refused:
        """A refusal for one reason."""
        return cls([Problem(code, message, where)])

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(problem.code for problem in self.problems)
