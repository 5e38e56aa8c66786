"""Boards that several roles look at: the opening hall, tender documents, receipts. Workspaces share these, not one another."""
