"""The ground floor: accounting as pure functions over frozen values."""
