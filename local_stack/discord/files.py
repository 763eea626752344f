"""Files: kept by the simulated CDN under addresses that are signed and expire.

    https://cdn.discordapp.com/attachments/{channel}/{id}/{name}?ex=…&is=…&hm=…&        what messages carry
    https://cdn.discordapp.com/ephemeral-attachments/{application}/{id}/{name}?…        what was handed to a command

`ex` and `is` are the seconds of the expiry and of the signature in hexadecimal, `hm` is what signs them (Discord docs:
Reference - Signed Attachment CDN URLs). How Discord signs is its own affair; here it is an HMAC over all of the rest.
"""

import hashlib
import hmac
import mimetypes
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import quote

from local_stack.discord.wire import Clock, Json, SnowflakeMint

MOST_FILE_BYTES = 10 * 1024 * 1024
"""The default limit of one file (Discord docs: Reference - Uploading Files)."""

MOST_REQUEST_BYTES = 25 * 1024 * 1024
"""The limit of one request with everything in it."""

MOST_FILES = 10
MOST_FILE_TYPES = 10
ADDRESS_SECONDS = 24 * 60 * 60
EPHEMERAL_ADDRESS_SECONDS = 14 * 24 * 60 * 60

MESSAGES, HANDED_OVER = "attachments", "ephemeral-attachments"
GROUPS = ("image", "video", "audio")
UNNAMED = "unknown"
TEXTUAL = ("text/", "application/json", "application/xml")


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a request of the application's, as part `files[number]`."""

    number: str
    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A file that was uploaded; `folder` is the channel's id, or the application's for what a command was handed."""

    file_id: str
    shelf: str
    folder: str
    name: str
    content_type: str
    content: bytes = field(repr=False)
    description: str | None = None

    @property
    def path(self) -> str:
        """The path below the CDN's root, without a signature."""
        return f"{self.shelf}/{self.folder}/{self.file_id}/{quote(self.name)}"


@dataclass(slots=True)
class FileShelf:
    """Every file by its id; `key` signs addresses."""

    now: Clock
    mint: SnowflakeMint
    key: bytes
    by_id: dict[str, StoredFile] = field(default_factory=dict)

    def put(self, shelf: str, folder: str, name: str, content: bytes, description: str | None = None) -> StoredFile:
        """Keep a file under the name that Discord makes of `name`; its type follows from that."""
        kept_name = cleansed_name(name)
        content_type = type_of(kept_name, content)
        file = StoredFile(self.mint.next(), shelf, folder, kept_name, content_type, content, description)
        self.by_id[file.file_id] = file
        return file

    def address(self, file: StoredFile, cdn_url: str) -> str:
        """An address below `cdn_url` that is good for a day; for what a command was handed, for a fortnight."""
        begins = int(self.now())
        life = ADDRESS_SECONDS if file.shelf == MESSAGES else EPHEMERAL_ADDRESS_SECONDS
        signed = f"{file.path}?ex={begins + life:x}&is={begins:x}"
        return f"{cdn_url}/{signed}&hm={self._signature(signed)}&"

    def opened_by(self, path: str, query: Mapping[str, str]) -> StoredFile | None:
        """The file behind an address; None where the address is wrong, was changed or has expired."""
        file = self.by_id.get(path.split("/")[-2]) if path.count("/") >= 2 else None
        if file is None or file.path != path:
            return None
        signed = f"{path}?ex={query.get('ex', '')}&is={query.get('is', '')}"
        if not hmac.compare_digest(self._signature(signed), query.get("hm", "")):
            return None
        return file if int(query["ex"], 16) > self.now() else None

    def clear(self) -> None:
        """Forget everything."""
        self.by_id.clear()

    def _signature(self, signed: str) -> str:
        return hmac.new(self.key, signed.encode(), hashlib.sha256).hexdigest()


def attachment_json(file: StoredFile, address: str) -> Json:
    """The attachment object of the API (Discord docs: Message - Attachment Object)."""
    attachment: Json = {
        "id": file.file_id,
        "filename": file.name,
        "size": len(file.content),
        "url": address,
        "proxy_url": address,
        "content_type": file.content_type,
    }
    if file.description is not None:
        attachment["description"] = file.description
    if file.shelf == HANDED_OVER:
        attachment["ephemeral"] = True
    return attachment


def cleansed_name(name: str) -> str:
    """A file name as Discord keeps it: ASCII letters, digits, `.`, `_` and `-`, none of the first two at an end.

    Seen in discord-api-docs#7754, where Discord's own people compare it with werkzeug's `secure_filename`.
    """
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    joined = "_".join(ascii_only.replace("/", " ").replace("\\", " ").split())
    kept = "".join(letter for letter in joined if letter.isalnum() or letter in "._-")
    return kept.strip("._") or UNNAMED


def type_of(name: str, content: bytes) -> str:
    """The content type that Discord finds out by itself; texts say their encoding."""
    guessed = mimetypes.guess_type(name)[0] or "application/octet-stream"
    return f"{guessed}; charset=utf-8" if guessed.startswith(TEXTUAL) and _is_utf8(content) else guessed


def _is_utf8(content: bytes) -> bool:
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def fits_type(name: str, file_types: Sequence[str] | None) -> bool:
    """Whether a file's name ends as `file_types` want it: groups such as `image`, or endings such as `.json`."""
    if not file_types:
        return True
    kind = (mimetypes.guess_type(name)[0] or "").partition("/")[0]
    return any(kind == wanted if wanted in GROUPS else name.lower().endswith(wanted.lower()) for wanted in file_types)
