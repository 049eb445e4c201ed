"""Events the tests of this folder begin from, as a program would send them."""

from typing import Any

NEED: dict[str, Any] = {
    "code": "foster-teens",
    "title": "Foster homes for teenagers",
    "group": "Looked-after children aged 13 to 17",
    "locality": "Wealdshire",
}
COUNTED: dict[str, Any] = {
    "need": "foster-teens",
    "reference": "count-2003",
    "day": "2003-03-31",
    "number": 57,
    "source": "Return of looked-after children",
}
VIEW: dict[str, Any] = {
    "reference": "view-1",
    "day": "2004-02-10",
    "whose": "young_people",
    "words": "We want to stay at our own school.",
    "gathered": "A meeting of the children in care council",
    "need": "foster-teens",
}
OAKFIELD: dict[str, Any] = {
    "code": "oakfield",
    "name": "Oakfield Fostering",
    "sector": "private",
    "kinds": ["fostering_agency"],
    "sites": [{"code": "main", "name": "Oakfield House", "town": "Larkford"}],
}
COMPANY: dict[str, Any] = {
    "provider": "oakfield",
    "reference": "coh-1",
    "day": "2004-04-01",
    "scheme": "GB-COH",
    "value": "1234567",
    "verified_at": "The register of companies",
    "verified_on": "2004-04-01",
}
REGISTERED: dict[str, Any] = {
    "provider": "oakfield",
    "reference": "reg-1",
    "day": "2003-04-01",
    "regulator": "National Care Standards Commission",
    "number": "F0001",
    "status": "registered",
}
INSURED: dict[str, Any] = {
    "provider": "oakfield",
    "reference": "pl-2004",
    "document": "public_liability",
    "starts": "2004-04-01",
    "expires": "2005-03-31",
    "cover": "5000000.00",
    "issuer": "Weald Mutual",
}
INSPECTED: dict[str, Any] = {
    "provider": "oakfield",
    "reference": "insp-1",
    "day": "2004-03-10",
    "inspectorate": "National Care Standards Commission",
    "words": "Standards met, two in part",
    "result": "met_in_part",
}
ENTRY: dict[str, Any] = {
    "code": "talk-time",
    "service": "therapy",
    "provider": "oakfield",
    "title": "Talk Time counselling",
    "description": "Six sessions with a counsellor.",
    "minimum_age": 11,
    "maximum_age": 18,
    "eligibility": "Young people who live in Wealdshire.",
    "referral": "By a school, a doctor, or yourself.",
    "areas": ["Wealdshire"],
    "places": [
        {
            "name": "The Old Library",
            "address": "2 Mill Lane",
            "town": "Larkford",
            "county": "Wealdshire",
            "postcode": "WX1 2AB",
            "access": "A ramp at the side door",
        }
    ],
    "costs": [{"option": "Sessions", "amount": "0.00"}],
    "contacts": [
        {"name": "Talk Time office", "phone": "01632 960 001", "email": "talk@time.example"}
    ],
    "languages": ["English"],
    "owner": "Commissioning office",
    "owner_email": "office@wealdshire.example",
    "review_day": "2004-05-31",
}


def but(told: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The same with some of it said otherwise."""
    return {**told, **changes}
