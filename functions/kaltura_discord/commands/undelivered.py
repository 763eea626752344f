"""An answer that Discord did not take, as it is kept with the claim of its work: components and files.

An item of the table holds 400 KB (DynamoDB guide, "Quotas"). An answer that does not fit is not kept, and the next
try does the work again; only answers with files get that large, and commands that answer with files change nothing.
"""

import base64
import json

from kaltura_discord.discord.messages import File, Message

MOST_KEPT = 300_000


def kept(answer: Message) -> str | None:
    """The answer as a text; None where it is too large to keep."""
    if not answer.files:
        return json.dumps(answer.components)
    files = [{"name": file.name, "content": base64.b64encode(file.content).decode()} for file in answer.files]
    text = json.dumps({"components": answer.components, "files": files})
    return text if len(text) <= MOST_KEPT else None


def restored(text: str) -> Message:
    """The answer that was kept."""
    value = json.loads(text)
    if isinstance(value, list):
        return Message(tuple(value))
    files = tuple(File(file["name"], base64.b64decode(file["content"])) for file in value["files"])
    return Message(tuple(value["components"]), files=files)
