"""Answers in words, from what was found in a picture."""
