"""The order of the day: closing, releases, freeze, custodians, opening, record (protocol B6)."""
