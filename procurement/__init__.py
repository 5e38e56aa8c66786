"""THE LAW: what may happen in a procurement, and the values it happens to. Pure: no Qt, SQL, HTTP, files, keys, clock reads."""
