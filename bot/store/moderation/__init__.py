"""What moderators have decided: limits, grants, blocks, preferences, and the audit."""
