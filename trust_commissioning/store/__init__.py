"""The record: tables, guards, transactions."""

from trust_commissioning.store.engine import at_leisure, engine_for, reading, transaction
from trust_commissioning.store.migrating import migrate
from trust_commissioning.store.sight import from_partner

__all__ = ["at_leisure", "engine_for", "from_partner", "migrate", "reading", "transaction"]
