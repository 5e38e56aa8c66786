"""THE PANTRY: the encrypted local store. It is handed its key and its sealer; it makes neither."""
