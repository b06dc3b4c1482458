"""Requests: what is asked, and with which pictures and files."""
