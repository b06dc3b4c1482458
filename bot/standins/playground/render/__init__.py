"""Everything that exists, as Discord's JSON."""
