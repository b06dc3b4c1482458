"""Confirmations, pages and buttons of `/manage`."""
