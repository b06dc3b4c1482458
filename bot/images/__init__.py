"""Pictures: downloaded with a cap, checked, prepared in a worker process, kept by content hash. The only room that imports PIL."""
