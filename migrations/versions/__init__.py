"""One module for each revision, numbered; once released, none is ever changed."""
