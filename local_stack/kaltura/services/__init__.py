"""The services of the simulated api_v3, one module per family."""
