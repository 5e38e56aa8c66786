"""Bid draft, completeness, the sealed bid, acts before the deadline, receipts (R-076 … R-082)."""
