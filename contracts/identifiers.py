"""Identifiers of providers by scheme: each held to its scheme's form, kept as given and canonical.

A form never proves that a body exists, and never tells the scheme: ``SC035407`` is a company, a
charity or a children's home. So the scheme is always said, and who verified it, where and when.
Forms are those of the org-id register and of each scheme's own publications.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from ledger.problems import Problem


class Scheme(StrEnum):
    """Who gives the identifier; the value is the org-id code where there is one."""

    COMPANY = "GB-COH"
    CHARITY_ENGLAND_WALES = "GB-CHC"
    CHARITY_SCOTLAND = "GB-SC"
    CHARITY_NORTHERN_IRELAND = "GB-NIC"
    OFSTED_SOCIAL_CARE = "ofsted-social-care"
    OFSTED_EARLY_YEARS = "ofsted-early-years"
    SCHOOL_URN = "GB-EDU"
    UKPRN = "GB-UKPRN"
    CQC = "cqc"
    ODS = "GB-NHS"
    PPON = "GB-PPON"
    LOCAL_AUTHORITY = "GB-LAE"
    AREA = "gss"

    @property
    def title(self) -> str:  # type: ignore[override]
        """``Companies House number``: what a screen shows."""
        return _FORMS[self].title

    @property
    def is_org_id(self) -> bool:
        """Whether it makes an organisation identifier by itself, such as ``GB-COH-00123456``."""
        return self.value.startswith("GB-")


@dataclass(frozen=True, slots=True)
class _Form:
    title: str
    pattern: re.Pattern[str]
    words: str
    example: str
    padded_to: int = 0


def _form(title: str, pattern: str, words: str, example: str, *, padded_to: int = 0) -> _Form:
    return _Form(title, re.compile(pattern, re.ASCII), words, example, padded_to)


_FORMS = {
    Scheme.COMPANY: _form(
        "Companies House number",
        r"\d{8}|[A-Z]{2}\d{6}|[A-Z]{2}\d{5}[A-Z]",
        "eight figures, or two letters and six figures of which the last may be a letter",
        "00123456",
        padded_to=8,
    ),
    Scheme.CHARITY_ENGLAND_WALES: _form(
        "Charity number, England and Wales",
        r"[1-9]\d{5,6}",
        "six or seven figures, the first not nought",
        "204321",
    ),
    Scheme.CHARITY_SCOTLAND: _form(
        "Charity number, Scotland", r"SC0\d{5}", "SC0 and five figures", "SC012345"
    ),
    Scheme.CHARITY_NORTHERN_IRELAND: _form(
        "Charity number, Northern Ireland", r"1\d{5}", "1 and five figures", "101234"
    ),
    Scheme.OFSTED_SOCIAL_CARE: _form(
        "Ofsted number, social care",
        r"\d{7}|SC\d{6}",
        "seven figures, or SC and six figures",
        "SC045678",
    ),
    Scheme.OFSTED_EARLY_YEARS: _form(
        "Ofsted number, early years",
        r"EY\d{6}|\d{6,7}",
        "EY and six figures, or six or seven figures",
        "EY123456",
    ),
    Scheme.SCHOOL_URN: _form(
        "School reference number", r"[1-9]\d{5}", "six figures, the first not nought", "123456"
    ),
    Scheme.UKPRN: _form("Learning provider number", r"1\d{7}", "1 and seven figures", "10012345"),
    Scheme.CQC: _form(
        "Care Quality Commission number",
        r"1-\d{8,11}",
        "1, a hyphen and eight to eleven figures",
        "1-101234567",
    ),
    Scheme.ODS: _form(
        "NHS organisation code",
        r"[A-Z0-9]{3,6}|[A-Z0-9]{8}",
        "three to six, or eight, letters and figures",
        "RX1",
    ),
    Scheme.PPON: _form(
        "Public procurement organisation number",
        r"P[A-Z]{3}-\d{4}-[A-Z]{4}",
        "P and three letters, four figures, four letters, parted by hyphens",
        "PABC-1234-DEFG",
    ),
    Scheme.LOCAL_AUTHORITY: _form("Local authority code", r"[A-Z]{3}", "three letters", "KEN"),
    Scheme.AREA: _form(
        "Statistical area code",
        r"[EWSN]\d{8}",
        "E, W, S or N and eight figures",
        "E10000016",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Identifier:
    """One identifier of a provider, or of one of its sites.

    `given` is as it was written, `value` its canonical form. `withdrawn` is a later word that the
    identifier was never, or is no longer, the provider's.
    """

    reference: str
    day: date
    scheme: Scheme
    given: str
    value: str
    site: str = ""
    verified_at: str = ""
    verified_on: date | None = None
    withdrawn: bool = False

    @property
    def org_id(self) -> str:
        """``GB-COH-00123456``; empty for a scheme that has no org-id code."""
        return f"{self.scheme.value}-{self.value}" if self.scheme.is_org_id else ""


def canonical(scheme: Scheme, given: str) -> str | Problem:
    """The identifier as its scheme writes it, or what is wrong with its form.

    Capitals, no spaces. A Companies House number that lost its leading noughts in a spreadsheet
    gets them back; no other scheme pads.
    """
    form = _FORMS[scheme]
    value = re.sub(r"\s", "", given).upper()
    if form.padded_to and re.fullmatch(r"\d{4,8}", value, re.ASCII):
        value = value.zfill(form.padded_to)
    if form.pattern.fullmatch(value) is None or set(value) == {"0"}:
        return Problem(
            "identifier_malformed",
            f"“{given}” has not the form of this scheme ({form.title}): {form.words}, such as "
            f"{form.example}.",
            "value",
        )
    return value
