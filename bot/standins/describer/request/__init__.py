"""Requests: the question, and the pictures and files that come with it."""
