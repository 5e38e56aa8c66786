"""THE WINDOWS: PySide6 only; asks the staff for everything."""
