"""`make invite`: the link that installs the app in a server, with exactly the scopes and permissions that we use."""

import sys
from urllib.parse import urlencode

from infra.operations.environment import operator_environment
from kaltura_discord.discord.permissions import Permission
from kaltura_discord.settings import MissingSetting, discord_settings

# View and send: the meeting card and what is said about it. Threads: the same, where the command was used in one.
# Embed links: the picture on the card.
BOT_PERMISSIONS = (
    Permission.VIEW_CHANNEL | Permission.SEND_MESSAGES | Permission.SEND_MESSAGES_IN_THREADS | Permission.EMBED_LINKS
)
SCOPES = ("bot", "applications.commands")


def invitation(application_id: str) -> str:
    """The link (Discord docs: OAuth2, Bot Authorization Flow)."""
    query = {"client_id": application_id, "scope": " ".join(SCOPES), "permissions": str(int(BOT_PERMISSIONS))}
    return f"https://discord.com/oauth2/authorize?{urlencode(query)}"


def main() -> int:
    """Print it; the exit status."""
    try:
        print(invitation(discord_settings(operator_environment()).application_id))
    except MissingSetting as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
