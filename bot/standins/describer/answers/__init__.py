"""Answers in words, from the findings about a picture."""
