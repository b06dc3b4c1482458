"""Connections to the gateway: kept, brought back, and given up where nothing can be made of them."""
