"""Boards that several roles look at: the opening hall, tender documents, receipts. Workspaces share these, not one another."""

import ui.guard  # noqa: F401 - before any class is derived from Qt's
