"""How much somebody may type to say when a meeting is and how long it takes. `time_words` is slow to import."""

WHEN_LIMIT = 100
DURATION_LIMIT = 40
