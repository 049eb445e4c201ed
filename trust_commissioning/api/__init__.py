"""The JSON interface at ``/api``: what the commands do, through the same services."""

from trust_commissioning.api.interface import interface

__all__ = ["interface"]
