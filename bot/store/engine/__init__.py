"""The database engines: SQLite and PostgreSQL, made to behave alike."""
