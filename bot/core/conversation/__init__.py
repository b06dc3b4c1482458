"""Conversations as the model reads them: turns, files, and what fits into a request."""
