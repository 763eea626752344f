"""Components as Discord keeps them: every one numbered, what was left out filled in, files by their addresses.

Discord docs: Components - Anatomy of a Component, and the response schemas of the API specification.
"""

import copy
import itertools
from collections.abc import Iterator

from local_stack.discord.files import cleansed_name
from local_stack.discord.wire import Json, SnowflakeMint

REFERENCE = "attachment://"

OMITTED: dict[int, Json] = {
    11: {"description": None, "spoiler": False},
    13: {"spoiler": False},
    14: {"divider": True, "spacing": 1},
    17: {"accent_color": None, "spoiler": False},
}
"""What Thumbnail, File, Separator and Container are given where the application said nothing."""

OMITTED_IN_GALLERY: Json = {"description": None, "spoiler": False}


def stored(components: list[Json], mint: SnowflakeMint) -> list[Json]:
    """A copy of accepted components as the message object carries them."""
    kept = copy.deepcopy(components)
    taken = {component.get("id") or 0 for component in everything_in(kept)}
    free = (number for number in itertools.count(1) if number not in taken)
    for component in everything_in(kept):
        if not component.get("id"):
            component["id"] = next(free)
        for name, value in OMITTED.get(component["type"], {}).items():
            component.setdefault(name, value)
        for item in component.get("items") or []:
            for name, value in OMITTED_IN_GALLERY.items():
                item.setdefault(name, value)
            _complete_media(item["media"], mint)
        for name in ("media", "file"):
            if isinstance(component.get(name), dict):
                _complete_media(component[name], mint)
    return kept


def everything_in(components: list[Json]) -> Iterator[Json]:
    """Every component with everything nested, from top to bottom."""
    for component in components:
        yield component
        yield from everything_in(component.get("components") or [])
        if isinstance(component.get("accessory"), dict):
            yield component["accessory"]


def _complete_media(media: Json, mint: SnowflakeMint) -> None:
    media.setdefault("id", mint.next())
    media.setdefault("proxy_url", media["url"])


def resolve_files(value: object, attachments: list[Json]) -> None:
    """Replace `attachment://name` by the file it means, in components and embeds."""
    if isinstance(value, list):
        for item in value:
            resolve_files(item, attachments)
    if isinstance(value, dict):
        _resolve(value, attachments)
        for item in list(value.values()):
            resolve_files(item, attachments)


def _resolve(holder: Json, attachments: list[Json]) -> None:
    """Where `holder` is a medium, or holds one as the component File does, complete it from its attachment."""
    file = _referred_to(holder, attachments)
    if file is not None:
        holder["url"] = file["url"]
        if "proxy_url" in holder:
            holder |= {
                "proxy_url": file["proxy_url"],
                "content_type": file["content_type"],
                "attachment_id": file["id"],
            }
    shown = _referred_to(holder["file"], attachments) if isinstance(holder.get("file"), dict) else None
    if shown is not None:
        holder |= {"name": shown["filename"], "size": shown["size"]}


def _referred_to(medium: Json, attachments: list[Json]) -> Json | None:
    url = medium.get("url")
    if not isinstance(url, str) or not url.startswith(REFERENCE):
        return None
    name = cleansed_name(url.removeprefix(REFERENCE))
    return next((file for file in attachments if file["filename"] == name), None)


def files_used_in(value: object) -> Iterator[str]:
    """The ids of the attachments that components and embeds show; `attachments` leaves these out."""
    if isinstance(value, list):
        for item in value:
            yield from files_used_in(item)
    if isinstance(value, dict):
        if isinstance(value.get("attachment_id"), str):
            yield value["attachment_id"]
        for item in value.values():
            yield from files_used_in(item)
