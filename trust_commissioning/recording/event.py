"""What a business event is: its name, what it asks for, the service that does it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from sqlmodel import Session

from ledger.problems import Refused
from trust_commissioning.fields import Asked
from trust_commissioning.fields.refusals import problems_from
from trust_commissioning.shapes import json_object

Act = Callable[[Session, Any, str, datetime], Mapping[str, object]]
"""Does what was asked, by a person, at an instant; answers with what names what it did."""


@dataclass(frozen=True, slots=True)
class BusinessEvent:
    """One thing that happens to the trust, asked for in a file or by a program.

    `act` takes (session, what is asked, by, at), checks the person's role through its service,
    and does all of it or raises `Refused` with every problem.
    """

    name: str
    title: str
    asks: type[Asked]
    act: Act

    def read(self, data: bytes, *, name: str) -> Asked:
        """What a JSON document asks for.

        Raises:
            Refused: ``file_is_not_json``, ``json_key_repeated``, or each field that is wrong.
        """
        json_object(data, name=name)
        try:
            return self.asks.model_validate_json(data.decode("utf-8-sig"))
        except ValidationError as wrong:
            raise Refused(list(problems_from(wrong, self.asks))) from None

    def schema(self) -> dict[str, Any]:
        """The JSON Schema of what it asks for."""
        made = self.asks.model_json_schema()
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": self.title,
            **{key: value for key, value in made.items() if key != "title"},
        }
