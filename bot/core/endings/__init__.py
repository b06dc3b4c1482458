"""Endings of answers: the sentence and the charge that follow from each."""
