"""Answers, from admission to the history."""
