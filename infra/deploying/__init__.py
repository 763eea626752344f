"""`make deploy`, `make rollback`, `make destroy`, `make tunnel`: from `.env` to what people use, and back."""
