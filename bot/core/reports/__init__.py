"""Reports of what was used: figures, rankings, and CSV."""
