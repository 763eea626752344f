"""A meeting's life: start, join, end; its card in the channel; the links that let people in."""
