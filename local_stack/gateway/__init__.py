"""API Gateway, Lambda and its event sources on this machine, around the real handlers."""
