"""The services that act, by subject, each with who may ask it."""

from tests.people.walked import buying, finance, ledger, own, pools, register
from tests.people.walked.service import Service, asker

SERVICES: dict[str, Service] = {
    **ledger.SERVICES,
    **finance.SERVICES,
    **pools.SERVICES,
    **register.SERVICES,
    **buying.SERVICES,
    **own.SERVICES,
}

__all__ = ["SERVICES", "Service", "asker"]
