"""Settings as a file: what `export` gives and `import` takes.

    {"app": "kaltura-for-discord", "schema": 2, "settings": {"meetings": {"auto_end_hours": 6}}}

Only what differs from the defaults is in it, and nothing of the operator's. To import a file means to have exactly
what it says, so exporting and importing again changes nothing. A file without `schema` has the first layout, if it has
a section of that; any other JSON would be taken for a wish to reset everything.
"""

import json
from collections.abc import Mapping
from typing import Any

from kaltura_discord.server_config.changes import LARGEST_DOCUMENT, Changes
from kaltura_discord.server_config.errors import InvalidSetting
from kaltura_discord.server_config.overlay import Document
from kaltura_discord.server_config.schema_versions import SCHEMA, is_first_layout, up_to_date

APP = "kaltura-for-discord"

LARGEST_FILE = 2 * LARGEST_DOCUMENT
"""Bytes of a file; ours are indented, and others may be even wider."""

_NOT_OURS = "That is no file of settings. Use one that `/kaltura-config export` made."


def exported(changes: Changes, overrides: Mapping[str, Any]) -> str:
    """The file."""
    document = {"app": APP, "schema": SCHEMA, "settings": changes.visible(overrides)}
    return json.dumps(document, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def imported(changes: Changes, overrides: Mapping[str, Any], text: str) -> Document:
    """The overrides as they are once the file `text` is imported.

    Raises:
        InvalidSetting: it is no file of settings, or something in it does not fit.
        NewerSettings: a newer version of this app made it.
    """
    return changes.replace(overrides, _settings_in(text))


def _settings_in(text: str) -> Document:
    if len(text.encode(errors="replace")) > LARGEST_FILE:
        raise InvalidSetting(f"The file is larger than {LARGEST_FILE:,} bytes, so it is no file of settings.")
    try:
        document = json.loads(text)
    except (ValueError, RecursionError):
        raise InvalidSetting(f"The file is not JSON. {_NOT_OURS}") from None
    if not isinstance(document, dict):
        raise InvalidSetting(_NOT_OURS)
    if "schema" not in document and "settings" not in document and is_first_layout(document):
        return up_to_date(document, 1)
    schema, settings = document.get("schema"), document.get("settings")
    if document.get("app") != APP or not isinstance(settings, dict):
        raise InvalidSetting(_NOT_OURS)
    if not isinstance(schema, int) or isinstance(schema, bool) or schema < 1:
        raise InvalidSetting(_NOT_OURS)
    return up_to_date(settings, schema)
