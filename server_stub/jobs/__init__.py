"""Timers: what the platform does when its time has come."""
