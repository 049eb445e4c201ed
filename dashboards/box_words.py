"""What the boxes of a form are called, so that a refusal names the box and not its field.

A field that is not listed is its box's label already, once it is written as words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from ledger.problems import Problem
from trust_commissioning.recording import EVENTS

BOXES: Mapping[str, Mapping[str, str]] = {
    "need": {
        "title": "Need",
        "group": "Which children",
        "counts": "What is counted",
        "words": "Note",
        "closed": "Closed on",
    },
    "need-observation": {"day": "Counted on"},
    "need-provision": {"day": "Said on", "provided": "Provided for"},
    "need-priority": {"day": "Decided on", "rank": "Place", "reason": "Why, and by whom"},
    "view": {
        "day": "Said on",
        "whose": "Whose view",
        "words": "What was said",
        "gathered": "How it was gathered",
        "people": "By how many",
    },
    "view-change": {
        "day": "Changed on",
        "changed": "It changed",
        "what": "Code of the need or service, or the review",
        "words": "What is different",
    },
    "provider": {
        "description": "About",
        "phone": "Telephone",
        "email": "E-mail",
        "ends": "Last day on which it is used",
        "sites": "The site",
    },
    "provider-identifier": {
        "value": "Identifier",
        "verified_at": "Looked up in",
        "verified_on": "Looked up on",
    },
    "provider-registration": {"day": "From", "number": "Registration number"},
    "provider-document": {
        "starts": "Holds from",
        "expires": "Last day it holds",
        "cover": "Covers",
        "issuer": "Issued by",
    },
    "provider-document-end": {
        "day": "First day it holds no more",
        "reason": "Why it holds no more",
    },
    "inspection": {
        "day": "Inspected on",
        "words": "The result as it is worded",
        "result": "Read as",
    },
    "service": {"description": "What it is", "review_day": "Review by"},
    "directory-entry": {
        "description": "What is offered",
        "minimum_age": "From age",
        "maximum_age": "To age",
        "eligibility": "Who may use it",
        "referral": "How to be referred",
        "opening": "When it is open",
        "alert": "Notice to readers",
        "owner_email": "Owner’s e-mail",
        "review_day": "Review by",
        "areas": "Districts",
    },
    "directory-check": {"day": "Looked at on", "review_day": "Look again by"},
    "uplift": {
        "day": "Asked for on",
        "starts": "From",
        "prices": "New price of the lot",
        "percent": "Or a rise in percent",
        "reason": "Why, as the provider says",
    },
    "variation": {
        "day": "Holds from",
        "ends": "A new last day",
        "value": "A new value",
        "notice_months": "Months of notice",
        "lots_changed": "Its new price",
    },
    "extension": {"day": "The provider was told on", "reason": "Why it is extended"},
    "contract-end": {
        "day": "Noted, or notice given, on",
        "last_day": "Its last day",
        "reason": "Why it ends",
    },
    "contract-document": {
        "name": "What it is called",
        "kind": "Contract, variation, letter, minute",
        "day": "Its day",
        "kept_at": "Where it is filed",
        "sha256": "Its SHA-256 fingerprint",
    },
    "obligation-met": {"day": "It was done on", "words": "What shows it"},
    "procurement": {
        "day": "Planned on",
        "title": "What is to be bought",
        "reasons": "Why this route",
        "need": "The need it answers",
    },
    "tender": {
        "day": "Bids asked for on",
        "closes": "The last day for bids",
        "words": "Where it was advertised",
    },
    "bid": {"day": "Came on", "price": "Price for the whole term", "words": "What it offers"},
    "interest": {"words": "What it is"},
    "evaluation": {"day": "Evaluated on", "words": "How"},
    "waiver": {"day": "On", "reason": "Why without competition"},
    "award": {
        "day": "Decided on",
        "passed_over": "Better bids passed over",
    },
    "procurement-end": {"day": "Abandoned on", "reason": "Why it is abandoned"},
    "monitoring-cycle": {"day": "From", "reason": "Why this risk"},
    "check": {"day": "Checked on", "words": "In all"},
    "concern": {"day": "Noted on", "source": "From", "words": "What it is"},
    "concern-step": {"day": "On", "step": "It is", "words": "What was done"},
    "action": {
        "day": "Agreed on",
        "title": "What is to be done",
        "due": "By",
        "about": "Arises from",
    },
    "action-done": {"day": "Ended on", "evidence": "What shows it, or why it is dropped"},
    "review": {
        "day": "Reviewed on",
        "words": "What you make of it",
        "views": "What children and families said",
    },
    "review-decision": {
        "day": "Decided on",
        "verdict": "Decision",
        "effective": "Until when, of an extension; else from when",
        "need": "The need it leads back to",
    },
    "practice-standard": {
        "day": "Agreed on",
        "title": "Standard",
        "code": "Its code",
        "words": "What is expected",
        "source": "Where it is set out",
        "partner": "Agreed with partner",
        "provider": "Or with provider",
    },
    "standard-met": {"day": "Looked at on"},
    "inspection-finding": {
        "day": "Report published on",
        "paragraph": "Paragraph of the report",
        "words": "What was found",
    },
    "call-off": {"title": "What it is for", "day": "Ordered on"},
    "invoice": {"number": "Their number", "day": "Its date", "received": "Came on"},
    "observation": {
        "day": "The day it is a figure of",
        "qualifier": "Said with it",
        "period": "The time in words",
        "group": "Which children",
        "counted": "How many children it rests on",
    },
    "outcome-target": {
        "code": "Its code",
        "group": "Which children",
        "path": "On the way",
        "reason": "Why, where it was agreed otherwise before",
    },
}
"""By event and field, how the label of the box begins where the field's name does not say it."""

_COMMON = {"reason": "Why"}
_PLACE = re.compile(r"(\w+)(?:\[([0-9]+)\])?(?:\..+)?")


def by_boxes(found: Iterable[Problem], event: str) -> list[Problem]:
    """The problems of an event asked for on a form, each by the box it is to be mended in."""
    return [_by_box(one, event) for one in found]


def _by_box(problem: Problem, event: str) -> Problem:
    place = _PLACE.fullmatch(problem.where)
    if place is None or place[1] not in EVENTS[event].asks.model_fields:
        return problem
    field, line = place[1], place[2]
    label = BOXES.get(event, {}).get(field) or _COMMON.get(field) or _as_words(field)
    if problem.where == field and problem.code == "field_missing":
        return replace(problem, message=f"“{label}” is missing.", where="")
    return replace(problem, where=f"{label}, line {int(line) + 1}" if line else label)


def _as_words(field: str) -> str:
    return field.replace("_", " ").capitalize()
