"""The trust that buys and looks after, on each database."""

from tests.support.choosing import choosing, record

__all__ = ["choosing", "record"]
