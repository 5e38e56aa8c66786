"""`jincai verify`: checks an archive or a receipt offline, without the server, and says what it cannot know."""
