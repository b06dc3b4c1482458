"""The Responses API on loopback, as far as a client can see."""
