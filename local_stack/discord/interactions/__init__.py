"""Interactions on their way out to the application, and what becomes of its answer."""
