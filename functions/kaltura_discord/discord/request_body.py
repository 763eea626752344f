"""Bodies of requests to Discord: JSON, or JSON with files (Discord docs: Reference - Uploading Files).

With files a body is `multipart/form-data`: the JSON as `payload_json`, each file as `files[n]`, whose `n` the JSON's
`attachments` name. A body is made once, so that a repetition sends the same bytes.
"""

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kaltura_discord.discord.messages import File


@dataclass(frozen=True, slots=True)
class RequestBody:
    """What is sent, and what it is."""

    content: bytes
    content_type: str


def request_body(value: Any, files: Sequence[File] = ()) -> RequestBody:
    """The body for a JSON value and files."""
    as_json = json.dumps(value).encode()
    if not files:
        return RequestBody(as_json, "application/json")
    # 128 random bits: no file contains them.
    boundary = secrets.token_hex(16)
    parts = [_part(boundary, 'name="payload_json"', "application/json", as_json)]
    for number, file in enumerate(files):
        disposition = f'name="files[{number}]"; filename="{file.name}"'
        parts.append(_part(boundary, disposition, "application/octet-stream", file.content))
    return RequestBody(b"".join([*parts, f"--{boundary}--\r\n".encode()]), f"multipart/form-data; boundary={boundary}")


def _part(boundary: str, disposition: str, content_type: str, content: bytes) -> bytes:
    head = f"--{boundary}\r\nContent-Disposition: form-data; {disposition}\r\nContent-Type: {content_type}\r\n\r\n"
    return head.encode() + content + b"\r\n"
