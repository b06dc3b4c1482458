"""Models that make pictures, through the Responses API or the Images API."""
