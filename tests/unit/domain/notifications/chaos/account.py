"""The Kaltura of the trial: what there is in it, and the webhooks by which it tells of it, in all their forms."""

import asyncio
import hashlib
import json
import random
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_plus, urlencode

import phpserialize

from kaltura_discord.kaltura.entries import EntryFacts
from kaltura_discord.kaltura.errors import KalturaUnavailable
from kaltura_discord.resilience.deadline import Deadline

TOKEN = "a-long-random-text"
SECRET = "0123456789abcdef0123456789abcdef"


@dataclass
class Account:
    """Speaks `EntryDesk`."""

    dice: random.Random
    down: float
    entries: dict[str, EntryFacts] = field(default_factory=dict)
    is_down: bool = False

    async def facts_of(self, entry_id: str, _: Deadline) -> EntryFacts | None:
        await self._answer()
        return self.entries.get(entry_id)

    async def claim(self, _: EntryFacts, __: str, ___: Deadline) -> None:
        await self._answer()

    async def _answer(self) -> None:
        await asyncio.sleep(self.dice.uniform(0.05, 0.4))
        if self.is_down or self.dice.random() < self.down:
            raise KalturaUnavailable("DOWN", "no answer")

    async def recorded_in(self, _: str, __: Deadline) -> str:
        return ""


def body_of(entry: EntryFacts, job_id: int, dice: random.Random) -> bytes:
    """A webhook about the entry, in one of the forms that Kaltura has."""
    thing = {"id": entry.entry_id, "name": entry.title, "status": entry.status}
    told: dict[str, Any] = {
        "object": thing,
        "eventObjectType": 1,
        "eventNotificationJobId": job_id,
        "templateSystemName": "DISCORD_ENTRY_READY",
    }
    own = {"entry_id": entry.entry_id, "entry_status": str(entry.status)}
    forms = (
        lambda: json.dumps(told),
        lambda: "data=" + quote_plus(json.dumps(told)),
        lambda: "data=" + _xml(told),
        lambda: "data=" + _php(told),
        lambda: json.dumps(own),
        lambda: urlencode(own),
    )
    return dice.choice(forms)().encode()


def headers_of(body: bytes) -> dict[str, str]:
    """How Kaltura signs it."""
    signature = hashlib.sha256(SECRET.encode() + body).hexdigest()
    return {"X-KALTURA-SIGNATURE": signature, "X-KALTURA-HASH-ALGO": "sha256"}


def _xml(told: dict[str, Any]) -> str:
    of_object = "".join(f"<{name}>{value}</{name}>" for name, value in told["object"].items())
    others = "".join(f"<{name}>{value}</{name}>" for name, value in told.items() if name != "object")
    return f"<notification><object>{of_object}</object>{others}</notification>"


def _php(told: dict[str, Any]) -> str:
    subject = phpserialize.phpobject("KalturaMediaEntry", told["object"])
    whole = phpserialize.phpobject("KalturaHttpNotification", {**told, "object": subject})
    text: str = phpserialize.dumps(whole, object_hook=lambda thing: thing).decode()
    return text
