"""`make check-terraform`: what can be proved about the deployment without an account."""
