"""Stand-ins for the outside world: Discord on loopback, and an endpoint without a model."""
