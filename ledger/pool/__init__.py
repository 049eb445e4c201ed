"""Funds held with partners: the agreement, what each puts in, how a gap is shared."""
