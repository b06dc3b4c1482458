"""Decoders of pictures, PDFs and text. They run in the worker alone."""
