"""Backups of the whole database, and the way back: SQLite by its own means, PostgreSQL by its tools."""
