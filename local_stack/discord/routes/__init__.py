"""The HTTP routes of the simulated Discord, one module per group of them."""
