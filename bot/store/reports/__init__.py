"""Figures for reports, exports, and estimates."""
