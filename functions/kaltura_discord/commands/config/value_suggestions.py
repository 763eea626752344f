"""What `/kaltura-config set` offers as a value, once the key is there: its choices, or what the server has."""

from collections.abc import Iterable
from zoneinfo import available_timezones

from kaltura_discord.commands.config.names import setting_of
from kaltura_discord.commands.config.plain_values import names_of
from kaltura_discord.commands.config.suggestions import Choices
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.discord.messages import CHOICE_NAME_LIMIT, CHOICES_LIMIT
from kaltura_discord.discord.server_directory import ServerDirectory
from kaltura_discord.resilience.deadline import Deadline
from kaltura_discord.server_config.catalogue import Setting
from kaltura_discord.server_config.changes import Changes
from kaltura_discord.server_config.errors import InvalidSetting
from kaltura_discord.server_config.quick_settings import EVERYONE, LEVEL_WORDS
from kaltura_discord.templates.plain_text import isolate, one_line, shorten

# A choice sends at most 100 characters (Discord docs: Application Command Option Choice).
_VALUE_LIMIT = 100
_TYPED_BESIDE_REASON = 24


async def suggest_value(interaction: Interaction, services: Services, deadline: Deadline) -> Choices:
    """Values for the key that has been chosen."""
    setting, _ = setting_of(interaction.text_option("key"))
    typed = one_line(interaction.text_option("value"))
    if setting is None or setting.is_operators:
        return []
    if setting.kind.refers == "channel":
        return _fitting(typed, _channels(await names_of(interaction, services, deadline)))
    if setting.kind.refers == "role":
        return _who(typed, await names_of(interaction, services, deadline))
    if setting.kind.choices:
        return _fitting(typed, [(choice, choice) for choice in setting.kind.choices])
    if setting.path[-1] == "time_zone":
        return _fitting(typed, [(zone, zone) for zone in sorted(available_timezones())])
    return _written(setting, typed, Changes(services.defaults))


def _written(setting: Setting, typed: str, changes: Changes) -> Choices:
    """What was typed, with what is wrong with it, if anything; the default and an example."""
    default, example = setting.kind.show(setting.default), setting.kind.example
    offered = {example: f"{example} (for example)", default: f"{default} (default)"}
    fitting = _fitting(typed, [(name, value) for value, name in offered.items()])
    if not typed or len(typed) > _VALUE_LIMIT or typed in offered:
        return fitting
    return [(_judged(setting, typed, changes), typed), *fitting]


def _judged(setting: Setting, typed: str, changes: Changes) -> str:
    try:
        changes.set_text({}, setting.key, typed)
    except InvalidSetting as refused:
        reason = refused.sentence.removeprefix(f"`{setting.key}`").lstrip(": ").replace("`", "")
        return shorten(f"{shorten(isolate(typed), _TYPED_BESIDE_REASON)} · {reason}", CHOICE_NAME_LIMIT)
    return shorten(isolate(typed), CHOICE_NAME_LIMIT)


def _channels(directory: ServerDirectory | None) -> Choices:
    channels = directory.channels.values() if directory is not None else ()
    named = [(f"#{isolate(one_line(each.name))}", f"<#{each.channel_id}>") for each in channels if each.may_write]
    return [*named, ("none", "none")]


def _who(typed: str, directory: ServerDirectory | None) -> Choices:
    """Levels and roles, behind what has been listed already."""
    listed, comma, begun = typed.rpartition(",")
    before = f"{listed.strip()}, " if comma else ""
    roles = directory.roles.values() if directory is not None else ()
    named = [(f"@{isolate(one_line(role.name))}", f"<@&{role.role_id}>") for role in roles if not role.is_of_app]
    offered = [(word, word) for word in (EVERYONE, *LEVEL_WORDS)] + named
    longer = [(f"{before}{name}", f"{before}{value}") for name, value in _fitting(begun.strip(), offered)]
    return _fitting("", longer)


def _fitting(typed: str, offered: Iterable[tuple[str, str]]) -> Choices:
    wanted = typed.casefold()
    sent = [(name, value) for name, value in offered if wanted in name.casefold() and 0 < len(value) <= _VALUE_LIMIT]
    return [(shorten(name, CHOICE_NAME_LIMIT), value) for name, value in sent][:CHOICES_LIMIT]
