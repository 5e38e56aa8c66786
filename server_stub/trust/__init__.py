"""What makes the platform believable: sessions, the log, receipts, the time-stamping authority."""
