"""Multipart bodies read by the standard library's own parser, so that what we write is what others understand."""

import json
import re
from email import message_from_bytes
from typing import Any

import httpx

from local_stack.discord.files import Upload

Json = dict[str, Any]


def read_body(request: httpx.Request) -> tuple[Json | None, list[Upload]]:
    """The JSON of a request, and the files that came with it."""
    content_type = request.headers.get("Content-Type", "")
    if not content_type.startswith("multipart/"):
        return (json.loads(request.content) if request.content else None), []
    whole = message_from_bytes(f"Content-Type: {content_type}\r\n\r\n".encode() + request.content)
    payload: Json | None = None
    uploads: list[Upload] = []
    for part in whole.walk():
        name = str(part.get_param("name", header="Content-Disposition") or "")
        content = part.get_payload(decode=True)
        number = re.fullmatch(r"files\[(\d+)\]", name)
        if name == "payload_json" and isinstance(content, bytes):
            payload = json.loads(content)
        elif number and isinstance(content, bytes):
            uploads.append(Upload(number[1], str(part.get_filename()), content))
    return payload, uploads
