"""Coming in through an organisation's own sign-in: what was agreed with it, and who comes of it."""

from trust_commissioning.organisation.agreed import Organisation, problems_here, read
from trust_commissioning.organisation.arriving import Claims, Told, arrive, begun_there, try_again

__all__ = [
    "Claims",
    "Organisation",
    "Told",
    "arrive",
    "begun_there",
    "problems_here",
    "read",
    "try_again",
]
