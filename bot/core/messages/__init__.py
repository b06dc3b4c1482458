"""Messages as they come from Discord, and which of them are answered."""
