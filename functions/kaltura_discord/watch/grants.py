"""The video that a grant lets a server watch.

The API looked at content scope and access control when it made the grant (`identity.tokens`), so nobody is asked here.
What reads tokens is imported when the first grant comes, and the secret fetched then: most messages need neither.
"""

from collections.abc import Awaitable, Callable, Mapping

from kaltura_discord.settings import jwt_secret
from kaltura_discord.watch.models import Media, Viewer
from kaltura_discord.watch.protocol import PROTOCOL, compiled


class Grants:
    """Reads grants.

    Args:
        environment: the function's environment with its secrets.
        now: epoch seconds.
    """

    def __init__(self, environment: Callable[[], Awaitable[Mapping[str, str]]], now: Callable[[], float]) -> None:
        self._environment = environment
        self._now = now
        self._secret = ""

    async def read(self, grant: str, viewer: Viewer) -> Media | None:
        """The video; None where the grant is forged, expired, for another purpose or another server."""
        from kaltura_discord.identity.tokens import TokenRefused, Tokens

        if not self._secret:
            self._secret = jwt_secret(await self._environment())
        try:
            granted = Tokens(self._secret, self._now).read_media_grant(grant)
        except TokenRefused:
            return None
        media = {
            "entry_id": granted.entry_id,
            "title": granted.title,
            "duration": granted.duration,
            "kind": granted.kind,
        }
        if granted.guild_id != viewer.guild_id or not compiled(PROTOCOL["$defs"]["media"])(media):
            return None
        return Media(granted.entry_id, granted.title, float(granted.duration), granted.kind)
