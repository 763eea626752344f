"""What whoever writes into the audit's place needs to know of it. No more than that: every cold start pays for it."""

CONFIG = "config"
"""The kind of a change of settings."""

KEPT_SECONDS = 365 * 24 * 3600
