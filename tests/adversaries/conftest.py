"""Certificates as in the strong room's own tests."""

from tests.crypto.conftest import at, authority, organisation, trust  # noqa: F401
