"""What somebody has asked for and has yet to confirm, kept for an hour: too long for the 100 characters of a button.

    PENDING#{interaction}  what was asked for, in which server, by whom

It holds settings, which are no secrets. Whoever presses the button must be who asked, in the same server.
"""

import json
from typing import Any

from kaltura_discord.aws.table import Key
from kaltura_discord.commands.meeting_choices import guild_of
from kaltura_discord.commands.model import Refusal
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.interaction import Interaction

KEPT_SECONDS = 3600

TOO_LATE = "That was too long ago, so nothing was changed. Use `/kaltura-config` again."

Wish = dict[str, Any]


async def keep(interaction: Interaction, services: Services, wish: Wish) -> str:
    """Keep what `interaction` asks for; the id to find it by. Keeping it again changes nothing."""
    await services.table.put_new(
        {
            "pk": _key(interaction.interaction_id).pk,
            "sk": "PENDING",
            "guild_id": guild_of(interaction),
            "user_id": interaction.caller.user_id,
            "wish": json.dumps(wish),
            "expires_at": int(services.now()) + KEPT_SECONDS,
        }
    )
    return interaction.interaction_id


async def kept(interaction: Interaction, services: Services, wish_id: str, too_late: str = TOO_LATE) -> Wish:
    """What was asked for, for whoever now confirms it with `interaction`.

    `too_late` is said where it is gone.

    Raises:
        Refusal: it is gone, or was somebody else's.
    """
    item = await services.table.get(_key(wish_id), consistent=True)
    if item is None or (item["guild_id"], item["user_id"]) != (guild_of(interaction), interaction.caller.user_id):
        raise Refusal(too_late)
    wish: Wish = json.loads(item["wish"])
    return wish


def _key(wish_id: str) -> Key:
    return Key(f"PENDING#{wish_id}", "PENDING")
