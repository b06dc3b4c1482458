"""Events of the gateway: read in part where they are odd, claimed once, and told where they fail."""
