"""One locked loop between the local store and the server: pull the feed, push the outbox, believe nothing unverified."""
