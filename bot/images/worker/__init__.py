"""The picture worker: a process of its own for files that strangers made."""
