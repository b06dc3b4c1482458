"""Responses from an endpoint: bytes in, events out."""
