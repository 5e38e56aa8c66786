"""Tender, lots, forms, scoring scheme, custody of the lot key, notices and deposit (R-051, R-084)."""
