"""Discord on loopback. Imitates the outside world, so it imports no other room and no room imports it."""
