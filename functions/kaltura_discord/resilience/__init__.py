"""What every call to another system needs: a deadline, careful repetition, a circuit breaker."""
