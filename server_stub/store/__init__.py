"""Where the platform keeps things: SQLite in WAL for facts, a folder for bytes."""
