"""Messages on their way to an answer: bursts, and whose turn it is."""
