"""`make config-docs`: write the reference of all settings anew, after the model of them was changed."""

import sys
from pathlib import Path

from kaltura_discord.server_config.reference import reference_page, schema_file

_REPOSITORY = Path(__file__).resolve().parents[2]

PAGE = _REPOSITORY / "docs" / "configuration.md"
SCHEMA = _REPOSITORY / "config" / "schema.json"


def main() -> int:
    """Write both; the exit status."""
    for path, content in ((PAGE, reference_page()), (SCHEMA, schema_file())):
        path.write_text(content, encoding="utf-8")
        print(f"Written: {path.relative_to(_REPOSITORY)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
