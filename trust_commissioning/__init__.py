"""The application: the only code with effects."""
