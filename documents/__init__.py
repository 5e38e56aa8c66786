"""THE PRINTING ROOM: official PDFs from values. No signing."""
