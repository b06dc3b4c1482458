"""Messages: posted, edited, and held against Discord's rules."""
