"""The demo: one procurement from budget to archive, every party through its own client, over HTTP."""
