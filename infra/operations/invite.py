"""`make invite`: the link that installs the app in a server, with exactly the scopes and permissions that we use.

The link is what is printed; beside it, on the error output, what Discord must be told so that we hear of it.
"""

import sys
from urllib.parse import urlencode

from infra.operations.environment import operator_environment
from infra.operations.subscribe_events import EVENTS_PATH
from kaltura_discord.discord.permissions import Permission
from kaltura_discord.settings import MissingSetting, discord_settings

# View and send: the meeting card and what is said about it. Threads: the same, where the command was used in one.
# Embed links: the picture on the card. Read message history: to find what a former try may have posted, so that nothing
# stands there twice; servers give it to everybody, unless they take it away. Create events: scheduled meetings in
# Discord's list of events.
BOT_PERMISSIONS = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.SEND_MESSAGES_IN_THREADS
    | Permission.EMBED_LINKS
    | Permission.READ_MESSAGE_HISTORY
    | Permission.CREATE_EVENTS
)
SCOPES = ("bot", "applications.commands")

HEARING_OF_IT = (
    "So that a server is greeted as soon as it is installed, Discord must tell of it: make subscribe-events, or in "
    f"the developer portal under Webhooks the Endpoint URL {{base_url}}{EVENTS_PATH} with the events Application "
    "Authorized and Application Deauthorized."
)


def invitation(application_id: str) -> str:
    """The link (Discord docs: OAuth2, Bot Authorization Flow)."""
    query = {"client_id": application_id, "scope": " ".join(SCOPES), "permissions": str(int(BOT_PERMISSIONS))}
    return f"https://discord.com/oauth2/authorize?{urlencode(query)}"


def main() -> int:
    """Print it; the exit status."""
    try:
        environment = operator_environment()
        print(invitation(discord_settings(environment).application_id))
    except MissingSetting as error:
        print(error, file=sys.stderr)
        return 1
    print(HEARING_OF_IT.format(base_url=environment.get("PUBLIC_BASE_URL") or "{PUBLIC_BASE_URL}"), file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
