"""The reference of all settings, made from the model: a page for people and a JSON Schema for editors of files."""

import json
from collections.abc import Iterable
from typing import Any

from kaltura_discord.server_config.catalogue import Setting, settings
from kaltura_discord.server_config.message_types import ALLOWED_VARIABLES
from kaltura_discord.server_config.models import PRIVILEGE_NAMES, ServerConfig
from kaltura_discord.server_config.overlay import Path
from kaltura_discord.server_config.placeholders import ALLOWED as PLACEHOLDERS
from kaltura_discord.server_config.section import Section
from kaltura_discord.server_config.template_rules import TEMPLATE_LIMIT, VARIABLES

_INTRODUCTION = """\
# All settings

<!-- Made by `make config-docs` from functions/kaltura_discord/server_config; a test compares them. -->

Every server starts from `config/default_config.json`. On top of it, in this order, the later one winning:

1. `{{UPPER_CASE}}` in that file stands for a value of the environment. One that is not set stops the start and is
   named.
2. `CONFIG__SECTION__KEY` of the environment changes a default without changing the file:
   `CONFIG__MEETINGS__AUTO_END_HOURS=8`. Dots become two underscores, hyphens one; lists and objects are
   written as JSON.
3. What a server has set for itself (`/kaltura-config`), or the operator for one server (`make server-config`). Only
   what differs from the defaults is kept, so a default that is changed later reaches every server that has not said
   otherwise.

Set by **operator** means that only whoever runs the app can set it, for all servers in the first two ways or for one:
`make server-config GUILD=<id> KEY=watch.link_hosts VALUE=video.school.example` shows what it was and what it is,
`RESET=watch.link_hosts` goes back to the default, and `GUILD` alone shows all of them. It is about the Kaltura account,
which all servers share. Servers neither set nor see these. *Not yet* means that nothing reads the setting so
far; it is there so that it keeps its name.

A value that does not fit is refused with what would, and nothing is changed. `config/schema.json` says the same for
editors and other programs.
"""


def reference_page() -> str:
    """`docs/configuration.md`."""
    parts = [_INTRODUCTION]
    parts += [_section(path, section) for path, section in _sections(ServerConfig)]
    parts += [_templates(), _privileges(), _placeholders()]
    return "\n".join(parts)


def schema_file() -> str:
    """`config/schema.json`."""
    schema: dict[str, Any] = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    schema |= ServerConfig.model_json_schema(mode="validation")
    return json.dumps(schema, ensure_ascii=False, indent=2) + "\n"


def _sections(model: type[Section], above: Path = ()) -> Iterable[tuple[Path, type[Section]]]:
    for name, field in model.model_fields.items():
        inner = field.annotation
        if isinstance(inner, type) and issubclass(inner, Section):
            yield (*above, name), inner
            yield from _sections(inner, (*above, name))


def _section(path: Path, section: type[Section]) -> str:
    own = [setting for setting in settings() if setting.path[:-1] == path]
    title = f"{'#' * min(len(path) + 1, 4)} `{'.'.join(path)}`\n\n{(section.__doc__ or '').strip()}\n"
    if not own:
        return title
    header = "\n| key | what it does | takes | default | set by |\n|---|---|---|---|---|\n"
    return title + header + "".join(_row(setting) for setting in own)


def _row(setting: Setting) -> str:
    name = f"`{setting.path[-1]}`" + (f", by {setting.kind.named_by}" if setting.kind.is_map else "")
    takes = f"{setting.kind.words}; such as `{setting.kind.example}`"
    who = "operator" if setting.is_operators else "server"
    sentence = setting.sentence + (" *Not yet.*" if setting.is_upcoming else "")
    cells = (name, sentence, takes, _default(setting), who)
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |\n"


def _default(setting: Setting) -> str:
    if setting.kind.is_map:
        return "none"
    shown = setting.kind.show(setting.default)
    return shown if shown == "none" else f"`{shown}`"


def _templates() -> str:
    lines = [
        "## Message templates\n",
        f"Text of at most {TEMPLATE_LIMIT:,} characters, in Discord's markdown, with variables in double braces. What "
        "comes from people is shown as they wrote it: it formats nothing and mentions nobody. Whom the template itself "
        "mentions (`<@&role id>`, `<@member id>`) is pinged; `@everyone` never is. A template that could "
        "become too long for Discord when its variables are filled in is refused.\n",
        "| template | variables |\n|---|---|",
    ]
    lines += [
        f"| `{name}` | {', '.join(f'`{{{{{variable}}}}}`' for variable in allowed)} |"
        for name, allowed in ALLOWED_VARIABLES.items()
    ]
    lines += ["\n| variable | stands for |\n|---|---|"]
    lines += [f"| `{{{{{name}}}}}` | {variable.meaning} |" for name, variable in VARIABLES.items()]
    return "\n".join(lines) + "\n"


def _privileges() -> str:
    names = ", ".join(f"`{name}`" for name in PRIVILEGE_NAMES)
    return (
        "## Session privileges\n\nWhat may be added to the Kaltura sessions of members under "
        f"`kaltura.session_privileges`: {names}. All of them narrow or label a session; none widens it.\n"
    )


def _placeholders() -> str:
    names = ", ".join(f"`{name}`" for name in sorted(PLACEHOLDERS))
    return f"## Placeholders\n\nThese may stand in `config/default_config.json`: {names}. No secret is among them.\n"
