"""The commissioning register as pure functions over frozen values."""
