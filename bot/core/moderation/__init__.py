"""Changes that moderators make, and the values that the audit keeps of them."""
