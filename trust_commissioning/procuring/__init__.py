"""Procurements run: planned, tendered, scored, evaluated, awarded, each decision with its person."""

from trust_commissioning.procuring.running import plan, tell

__all__ = ["plan", "tell"]
