"""The worker process that measures pictures and reads their text."""
