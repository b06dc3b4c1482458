"""The use cases of moderators and of members who look up their quota."""
