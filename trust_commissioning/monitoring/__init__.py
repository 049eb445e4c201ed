"""Contracts and providers monitored: checks, concerns, standards, reviews, actions, inspections."""

from trust_commissioning.monitoring.telling import tell

__all__ = ["tell"]
