"""Routers: they parse and answer, and decide nothing."""
