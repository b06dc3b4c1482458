"""The servers, channels, people and messages that exist, and who may do what in them."""
