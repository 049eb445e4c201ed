"""The record: tables, guards, transactions."""

from trust_commissioning.store.engine import engine_for, reading, transaction
from trust_commissioning.store.migrating import migrate

__all__ = ["engine_for", "migrate", "reading", "transaction"]
