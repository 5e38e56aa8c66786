"""Contract, supplement, acceptance and payment (R-052 … R-054, R-095 … R-099)."""
