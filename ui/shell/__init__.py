"""The window itself: top bar, rail, places, sign-in, activity and settings."""
