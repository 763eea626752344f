"""What an operator sees of the app: which lines of the log belong together, and metrics."""
