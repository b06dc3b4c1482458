"""How answers end: what is said of it and what it costs."""
