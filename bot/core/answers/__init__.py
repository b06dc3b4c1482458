"""The events of an answer's stream, and the sources it cites."""
