"""A simulated Discord: the REST API, signed interactions, and the doors by which tests and its page drive it."""
