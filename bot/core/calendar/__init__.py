"""Time zones, calendar windows, and instants as people type them."""
