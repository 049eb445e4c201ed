"""The registry of problem codes: what each means with what mends it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml


@dataclass(frozen=True, slots=True)
class ProblemCode:
    """One code a program may rely on; it is never renamed.

    `means` and `mend` are whole sentences for the person who meets it. `section` is the heading
    of docs/problems.md it stands under.
    """

    code: str
    section: str
    means: str
    mend: str


@cache
def registered() -> Mapping[str, ProblemCode]:
    """Every code by name, in the order of the page."""
    text = files("trust_commissioning").joinpath("data/problem_codes.yaml").read_text("utf-8")
    return {
        code: ProblemCode(code, section["title"], said["means"], said["mend"])
        for section in yaml.safe_load(text)["sections"]
        for code, said in section["codes"].items()
    }


@cache
def sections() -> Mapping[str, str]:
    """The headings of the page, each with the sentence that stands under it."""
    text = files("trust_commissioning").joinpath("data/problem_codes.yaml").read_text("utf-8")
    return {section["title"]: section["about"] for section in yaml.safe_load(text)["sections"]}
