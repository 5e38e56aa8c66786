"""What one may look at: frozen views over the local store, computed from signed acts. Nothing here waits for the network."""
