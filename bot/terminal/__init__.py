"""The terminal: `describe` and `check`, for people without Discord. Prints; decides nothing."""
