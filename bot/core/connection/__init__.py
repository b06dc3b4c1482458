"""The connection to Discord's gateway: whether it lives, and how it comes back."""
