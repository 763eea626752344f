"""Embeds: the limits of each text and of all together (Discord docs: Message - Embed Limits)."""

from local_stack.discord.errors import Complaints, Path
from local_stack.discord.rules.schemas import check_keys, known_keys, objects_of
from local_stack.discord.wire import Json

MOST_EMBEDS = 10
MOST_FIELDS = 25
MOST_TEXT = 6000
LENGTHS = {("title",): 256, ("description",): 4096, ("footer", "text"): 2048, ("author", "name"): 256}
VISIBLE = ("title", "description", "author", "image", "thumbnail", "footer", "fields", "video", "provider")


def check_embeds(embeds: object, complaints: Complaints, at: Path = ("embeds",)) -> None:
    """Complain about a message's embeds."""
    if isinstance(embeds, list) and len(embeds) > MOST_EMBEDS:
        complaints.add(at, "BASE_TYPE_BAD_LENGTH", f"Must be {MOST_EMBEDS} or fewer in length.")
    total = 0
    for index, embed in objects_of(embeds):
        total += _check_embed(embed, complaints, (*at, index))
    if total > MOST_TEXT:
        complaints.add(at, "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {MOST_TEXT}")


def _check_embed(embed: Json, complaints: Complaints, at: Path) -> int:
    """Complain about one embed; returns how much text it has."""
    check_keys(embed, known_keys("RichEmbed"), complaints, at)
    if not any(embed.get(name) for name in VISIBLE):
        complaints.add((*at, "description"), "BASE_TYPE_REQUIRED", "This field is required")
    size = 0
    for path, most in LENGTHS.items():
        text = _text_at(embed, path)
        complaints.too_long((*at, *path), text, most)
        size += len(text)
    fields = embed.get("fields")
    if isinstance(fields, list) and len(fields) > MOST_FIELDS:
        complaints.add((*at, "fields"), "BASE_TYPE_BAD_LENGTH", f"Must be {MOST_FIELDS} or fewer in length.")
    for index, field in objects_of(fields):
        size += _check_field(field, complaints, (*at, "fields", index))
    return size


def _check_field(field: Json, complaints: Complaints, at: Path) -> int:
    size = 0
    check_keys(field, known_keys("RichEmbedField"), complaints, at)
    for name, most in (("name", 256), ("value", 1024)):
        text = _text_at(field, (name,))
        if not text:
            complaints.add((*at, name), "BASE_TYPE_REQUIRED", "This field is required")
        complaints.too_long((*at, name), text, most)
        size += len(text)
    return size


def _text_at(value: object, path: tuple[str, ...]) -> str:
    for step in path:
        value = value.get(step) if isinstance(value, dict) else None
    return value.strip() if isinstance(value, str) else ""
