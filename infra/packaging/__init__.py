"""Packages the functions: one zip for each, the same bytes on every run."""
