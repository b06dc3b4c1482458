"""The gateway: connections, sessions, and faults of the event stream."""
