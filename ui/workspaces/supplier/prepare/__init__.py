"""Preparing a bid: sections made from the tender's model, one editor each, findings as one types."""
