"""What channels are told: the words, and how they look. Pure so far; who is told, when and how often comes with it."""
