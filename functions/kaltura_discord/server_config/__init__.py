"""What each Discord server may do and how it wants it done."""
