"""Endpoints: whether one is worth asking, and what operators are told of it."""
