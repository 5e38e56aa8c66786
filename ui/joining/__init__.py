"""An account is set up from a platform's file: the page, and who does its work beside the window."""
