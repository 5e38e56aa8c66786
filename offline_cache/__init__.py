"""THE PANTRY: encrypted local store."""
