"""Files of a message: how many, described by what, and referred to by which names (Discord docs: Uploading Files).

`attachments` describes files that come with the request by their number and files that the message has by their id.
An edit that carries it keeps only what it lists, and names may be referred to only where they stand in it or come
with the request: an id alone keeps a file, but `attachment://` does not find it.
"""

from collections.abc import Sequence

from local_stack.discord.errors import Complaints, Path
from local_stack.discord.files import MOST_FILES, Upload, cleansed_name
from local_stack.discord.messages import Message
from local_stack.discord.rules.schemas import objects_of
from local_stack.discord.wire import Json


def check_files(
    payload: Json, uploads: Sequence[Upload], before: Message | None, complaints: Complaints
) -> frozenset[str]:
    """Complain about the files of a message; the names that its components and embeds may refer to."""
    at: Path = ("attachments",)
    described = objects_of(payload.get("attachments"))
    numbers = {upload.number: upload.name for upload in uploads}
    present = {} if before is None else {file["id"]: file["filename"] for file in before.attachments}
    names: dict[str, str] = dict(numbers)
    for index, item in described:
        file_id = str(item.get("id"))
        if file_id not in numbers and file_id not in present:
            complaints.add(
                (*at, index, "id"), "SIMULATOR_UNKNOWN_FILE", f"No file {file_id} came with it or is there already."
            )
        if isinstance(item.get("filename"), str):
            names[file_id] = item["filename"]
    kept = len(present) if payload.get("attachments") is None else sum(str(i["id"]) in present for _, i in described)
    if kept + len(uploads) > MOST_FILES:
        complaints.add(at, "BASE_TYPE_BAD_LENGTH", f"Must be {MOST_FILES} or fewer in length.")
    return frozenset(cleansed_name(name) for name in names.values())
