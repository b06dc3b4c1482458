"""Models: what they take, what they offer, and what their tokens cost."""
