"""A view of the endpoint: what the bot asked, and faults on demand."""
