"""The sections of settings that a server may see, as people choose them. No pydantic: Discord is told of them."""

SECTIONS: tuple[tuple[str, str], ...] = (
    ("Commands", "commands"),
    ("Roles", "roles"),
    ("Meetings", "meetings"),
    ("Features", "features"),
    ("Watch Together", "watch"),
    ("Notifications", "notifications"),
    ("Notifications: which", "notifications.types"),
    ("Notifications: words", "notifications.templates"),
    ("Notifications: where", "notifications.channels"),
    ("Notifications: subscriptions", "notifications.subscriptions"),
    ("Notifications: quiet hours", "notifications.quiet_hours"),
)
"""Title and name; the titles are those of Discord's lists, and of the page."""

EVERYTHING = "everything"
"""What is typed instead of a section, for all settings."""


def title_of(section: str) -> str:
    """How a section is called; its name where it has no title."""
    return next((title for title, name in SECTIONS if name == section), section)
