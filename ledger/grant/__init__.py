"""Grants: what they may pay for, what they allow an authority, what becomes of them."""
