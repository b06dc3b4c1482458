"""People who act, and the servers around them: the side that tests and the page drive."""
