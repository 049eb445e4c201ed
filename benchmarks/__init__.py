"""What the ledger costs, beside what its peers cost on the same books, measured in one run.

``python -m benchmarks`` or ``./trust bench``. Nothing here fails because it was slow; a figure
that differs from the peer's is a failure.
"""
