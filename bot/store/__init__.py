"""The store: the only room that imports sqlalchemy. Rows become the core's values here; nobody outside sees a row."""
