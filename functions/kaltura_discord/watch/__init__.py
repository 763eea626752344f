"""Watching together: rooms, their timeline and host, the protocol between them and their viewers, media, ways in."""
