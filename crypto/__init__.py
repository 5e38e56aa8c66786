"""THE STRONG ROOM: sealing, keys, tokens, certificates, signatures, PDF seals, timestamps, the log's proofs."""
