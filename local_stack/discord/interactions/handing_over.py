"""Files that a person hands to a command or a modal.

Given as `{"filename", "content"}` (text), `{"filename", "base64"}`, or the id of one that was uploaded before
(`POST _sim/attachments`), as the page does. Files over the limit, or of a type that is not asked for, are refused
before anything is sent, as by Discord's client.
"""

import base64
import binascii
from collections.abc import Sequence
from typing import NoReturn

from local_stack.discord.files import HANDED_OVER, MOST_FILE_BYTES, StoredFile, fits_type
from local_stack.discord.world import DiscordWorld


class NotTaken(ValueError):
    """The client would not take this file; the message says why."""


def handed_over(world: DiscordWorld, given: object, file_types: Sequence[str] | None = None) -> StoredFile:
    """The file that somebody means.

    Raises:
        NotTaken: it is none, too large, or of another type.
    """
    file = _uploaded_before(world, given) if isinstance(given, str) else _uploaded_with(world, given)
    if not fits_type(file.name, file_types):
        raise NotTaken(f"{file.name} is not of a type that is asked for ({', '.join(file_types or ())})")
    return file


def upload(world: DiscordWorld, filename: str, content: bytes) -> StoredFile:
    """Keep a file that a person uploads.

    Raises:
        NotTaken: it is too large.
    """
    if len(content) > MOST_FILE_BYTES:
        raise NotTaken(f"{filename} is too large: files may have up to {MOST_FILE_BYTES // 2**20} MiB")
    return world.files.put(HANDED_OVER, world.application_id, filename, content)


def _uploaded_before(world: DiscordWorld, file_id: str) -> StoredFile:
    file = world.files.by_id.get(file_id)
    if file is None or file.shelf != HANDED_OVER:
        raise NotTaken(f"no file {file_id} was uploaded")
    return file


def _uploaded_with(world: DiscordWorld, given: object) -> StoredFile:
    if not isinstance(given, dict) or not isinstance(given.get("filename"), str):
        raise NotTaken('a file is given as {"filename", "content" or "base64"}, or by the id of an upload')
    return upload(world, given["filename"], _content_of(given))


def _content_of(given: dict[str, object]) -> bytes:
    text, encoded = given.get("content"), given.get("base64")
    if isinstance(text, str):
        return text.encode()
    try:
        return base64.b64decode(encoded, validate=True) if isinstance(encoded, str) else _no_content()
    except binascii.Error:
        return _no_content()


def _no_content() -> NoReturn:
    raise NotTaken("a file needs its content as text, or as base64")
