"""Confirmations, pages and buttons of `/quota`."""
