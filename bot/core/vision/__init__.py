"""The detail in which the pictures of a question are looked at."""
