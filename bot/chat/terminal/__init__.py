"""Answers and estimates for people without Discord."""
