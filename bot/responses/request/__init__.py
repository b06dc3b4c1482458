"""Requests to the Responses API, and the parameters that an endpoint refuses."""
