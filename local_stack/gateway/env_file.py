"""What a person set in `.env`, and which of the two outside services are therefore real.

Each service is real on its own: Discord when `DISCORD_BOT_TOKEN` is set, Kaltura when `KALTURA_ADMIN_SECRET` and
`KALTURA_PARTNER_ID` are. Any character may stand in a value, so nothing is interpolated.
"""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values

DISCORD_API_URL = "https://discord.com/api/v10"
KALTURA_SERVICE_URL = "https://www.kaltura.com"

_DISCORD_COMPANIONS = ("DISCORD_APPLICATION_ID", "DISCORD_PUBLIC_KEY")
_KALTURA_PAIR = ("KALTURA_PARTNER_ID", "KALTURA_ADMIN_SECRET")


class CredentialsIncomplete(ValueError):
    """Some of the values that belong together are missing; the message names them."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What is real, and the values that a person set."""

    settings: dict[str, str]
    real_discord: bool
    real_kaltura: bool

    @property
    def anything_real(self) -> bool:
        """Whether the stack talks to the outside at all."""
        return self.real_discord or self.real_kaltura


def read_env_file(path: Path | None) -> dict[str, str]:
    """The non-empty values of a `.env` file; nothing where there is none."""
    if path is None or not path.is_file():
        return {}
    values = dotenv_values(path, interpolate=False, encoding="utf-8")
    return {name: value for name, value in values.items() if value}


def choose(settings: dict[str, str]) -> Choice:
    """Decide what is real.

    Raises:
        CredentialsIncomplete: a service is half configured, or the real Discord has no address to reach us at.
    """
    real_discord = "DISCORD_BOT_TOKEN" in settings
    real_kaltura = any(name in settings for name in _KALTURA_PAIR)
    missing: list[str] = []
    if real_discord:
        missing += [name for name in _DISCORD_COMPANIONS if name not in settings]
    if real_kaltura:
        missing += [name for name in _KALTURA_PAIR if name not in settings]
    if missing:
        services = " and ".join(name for name, real in (("Discord", real_discord), ("Kaltura", real_kaltura)) if real)
        raise CredentialsIncomplete(f".env is set up for the real {services}, but lacks {', '.join(missing)}.")
    if real_discord and "PUBLIC_BASE_URL" not in settings:
        raise CredentialsIncomplete(
            "The real Discord has to reach this machine: start a tunnel to port 3333 and set PUBLIC_BASE_URL in .env "
            "to its https address."
        )
    return Choice(settings, real_discord, real_kaltura)


def portal_instructions(choice: Choice) -> list[str]:
    """What to enter in Discord's portal; nothing where Discord is simulated."""
    if not choice.real_discord:
        return []
    base_url = choice.settings["PUBLIC_BASE_URL"].rstrip("/")
    return [
        "Discord developer portal, https://discord.com/developers/applications :",
        f"  General Information > Interactions Endpoint URL:  {base_url}/discord/interactions",
        f"  Activities > URL Mappings:  / leads to {urlsplit(base_url).netloc}, the rest as docs/setup.md says",
        "  then `make register-commands` and `make allow-server`.",
    ]
