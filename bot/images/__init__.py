"""Pictures and files: downloaded with a cap, checked, prepared or read in a worker process, kept by content hash. The only room that imports PIL and PDFium."""
