"""Components of messages: what may stand where, and how much of it (Discord docs: Components).

A message without the flag IS_COMPONENTS_V2 has up to five action rows and nothing else. With the flag it is made of
components alone: up to 40 of them, counted with everything nested, and up to 4000 characters in all text displays.
Every kind is described by one row of `KINDS`; the walk over the tree gathers what must be counted or unique.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from local_stack.discord.errors import Complaints, Path
from local_stack.discord.files import cleansed_name
from local_stack.discord.rules.controls import check_button, check_select
from local_stack.discord.rules.schemas import check_keys, check_schema, known_keys, objects_of
from local_stack.discord.stored_components import REFERENCE
from local_stack.discord.wire import Json

ACTION_ROW, BUTTON, STRING_SELECT = 1, 2, 3
USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT = 5, 6, 7, 8
SECTION, TEXT_DISPLAY, THUMBNAIL, MEDIA_GALLERY, FILE, SEPARATOR, CONTAINER = 9, 10, 11, 12, 13, 14, 17

SELECTS = frozenset({STRING_SELECT, USER_SELECT, ROLE_SELECT, MENTIONABLE_SELECT, CHANNEL_SELECT})
IN_CONTAINER = frozenset({ACTION_ROW, SECTION, TEXT_DISPLAY, MEDIA_GALLERY, FILE, SEPARATOR})
AT_TOP = IN_CONTAINER | {CONTAINER}
LEGACY_TOP = frozenset({ACTION_ROW})

MOST_COMPONENTS = 40
MOST_LEGACY_ROWS = 5
MOST_TEXT = 4000

SCHEMAS = {
    ACTION_ROW: "ActionRowComponentForMessageRequest",
    BUTTON: "ButtonComponentForMessageRequest",
    STRING_SELECT: "StringSelectComponentForMessageRequest",
    USER_SELECT: "UserSelectComponentForMessageRequest",
    ROLE_SELECT: "RoleSelectComponentForMessageRequest",
    MENTIONABLE_SELECT: "MentionableSelectComponentForMessageRequest",
    CHANNEL_SELECT: "ChannelSelectComponentForMessageRequest",
    SECTION: "SectionComponentForMessageRequest",
    TEXT_DISPLAY: "TextDisplayComponentForMessageRequest",
    THUMBNAIL: "ThumbnailComponentForMessageRequest",
    MEDIA_GALLERY: "MediaGalleryComponentForMessageRequest",
    FILE: "FileComponentForMessageRequest",
    SEPARATOR: "SeparatorComponentForMessageRequest",
    CONTAINER: "ContainerComponentForMessageRequest",
}


@dataclass(slots=True)
class Walk:
    """What the walk over one message's components has met so far; also used for those of a modal."""

    complaints: Complaints
    files: frozenset[str] = frozenset()
    number: int = 0
    text: int = 0
    custom_ids: set[str] = field(default_factory=set)
    ids: set[int] = field(default_factory=set)

    def meet(self, component: Json, at: Path) -> None:
        """Count a component and check that its ids are its own."""
        self.number += 1
        custom_id = component.get("custom_id")
        if isinstance(custom_id, str):
            self.complaints.too_long((*at, "custom_id"), custom_id, 100, 1)
            if custom_id in self.custom_ids:
                self.complaints.add(
                    (*at, "custom_id"),
                    "COMPONENT_CUSTOM_ID_DUPLICATED",
                    "Component custom id cannot be duplicated",
                )
            self.custom_ids.add(custom_id)
        number = component.get("id")
        if isinstance(number, int) and number != 0:
            if number in self.ids:
                self.complaints.add((*at, "id"), "COMPONENT_ID_DUPLICATED", "Component id cannot be duplicated")
            self.ids.add(number)

    def expect_kind(self, component: Json, allowed: frozenset[int], at: Path) -> int | None:
        """The component's type where it may stand here; else a complaint and None."""
        kind = component.get("type")
        if isinstance(kind, int) and kind in allowed:
            return kind
        listed = ", ".join(str(one) for one in sorted(allowed))
        self.complaints.add((*at, "type"), "UNION_TYPE_CHOICES", f'Value of field "type" must be one of ({listed}).')
        return None


def check_components(
    components: object, *, version_two: bool, complaints: Complaints, files: frozenset[str] = frozenset()
) -> None:
    """Complain about the components of a message, which may refer to `files` by these names."""
    walk = Walk(complaints, files)
    at: Path = ("components",)
    allowed = AT_TOP if version_two else LEGACY_TOP
    for index, component in objects_of(components):
        _check(component, allowed, walk, (*at, index))
    if not version_two and isinstance(components, list) and len(components) > MOST_LEGACY_ROWS:
        complaints.add(at, "BASE_TYPE_BAD_LENGTH", f"Must be {MOST_LEGACY_ROWS} or fewer in length.")
    if walk.number > MOST_COMPONENTS:
        complaints.add(
            at,
            "COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED",
            f"At most {MOST_COMPONENTS} components, counted with nested ones; there are {walk.number}.",
        )
    if walk.text > MOST_TEXT:
        complaints.add(
            at,
            "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED",
            f"The total size of displayable text across all components must be {MOST_TEXT} or less.",
        )


def _check(component: Json, allowed: frozenset[int], walk: Walk, at: Path) -> None:
    kind = walk.expect_kind(component, allowed, at)
    if kind is None:
        return
    walk.meet(component, at)
    check_keys(component, known_keys(SCHEMAS[kind]), walk.complaints, at)
    RULES[kind](component, walk, at)
    check_schema(SCHEMAS[kind], component, walk.complaints, at)


def _action_row(row: Json, walk: Walk, at: Path) -> None:
    children = objects_of(row.get("components"))
    if not children:
        walk.complaints.add((*at, "components"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 5 in length.")
    for index, child in children:
        _check(child, SELECTS | {BUTTON}, walk, (*at, "components", index))
    kinds = [child.get("type") for _index, child in children]
    width = sum(5 if kind in SELECTS else 1 for kind in kinds)
    if width > 5:
        walk.complaints.add(
            (*at, "components", len(kinds) - 1),
            "COMPONENT_LAYOUT_WIDTH_EXCEEDED",
            "The specified component exceeds the maximum width",
        )


def _section(section: Json, walk: Walk, at: Path) -> None:
    children = objects_of(section.get("components"))
    if not 1 <= len(children) <= 3:
        walk.complaints.add((*at, "components"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 3 in length.")
    for index, child in children:
        _check(child, frozenset({TEXT_DISPLAY}), walk, (*at, "components", index))
    accessory = section.get("accessory")
    if isinstance(accessory, dict):
        _check(accessory, frozenset({BUTTON, THUMBNAIL}), walk, (*at, "accessory"))
    else:
        walk.complaints.add((*at, "accessory"), "BASE_TYPE_REQUIRED", "This field is required")


def _container(container: Json, walk: Walk, at: Path) -> None:
    children = objects_of(container.get("components"))
    if not children:
        walk.complaints.add((*at, "components"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 40 in length.")
    for index, child in children:
        _check(child, IN_CONTAINER, walk, (*at, "components", index))


def _text_display(display: Json, walk: Walk, at: Path) -> None:
    content = display.get("content")
    if not isinstance(content, str) or not content.strip():
        walk.complaints.add((*at, "content"), "BASE_TYPE_REQUIRED", "This field is required")
        return
    walk.text += len(content)
    walk.complaints.too_long((*at, "content"), content, MOST_TEXT, 1)


def _media(item: Json, name: str, walk: Walk, at: Path, schemes: tuple[str, ...]) -> None:
    media = item.get(name)
    url = media.get("url") if isinstance(media, dict) else None
    if not isinstance(url, str) or not url:
        walk.complaints.add((*at, name, "url"), "BASE_TYPE_REQUIRED", "This field is required")
        return
    if not url.startswith(schemes):
        walk.complaints.add(
            (*at, name, "url"),
            "URL_TYPE_INVALID_SCHEME",
            f"Scheme must be one of ({', '.join(scheme.removesuffix('://') for scheme in schemes)}).",
        )
    if url.startswith(REFERENCE) and cleansed_name(url.removeprefix(REFERENCE)) not in walk.files:
        walk.complaints.add(
            (*at, name, "url"),
            "UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND",
            f'The referenced attachment ("{url}") was not found',
        )
    walk.complaints.too_long((*at, name, "url"), url, 2048)


ANY_MEDIA = ("https://", "http://", REFERENCE)


def _thumbnail(thumbnail: Json, walk: Walk, at: Path) -> None:
    _media(thumbnail, "media", walk, at, ANY_MEDIA)
    walk.complaints.too_long((*at, "description"), thumbnail.get("description"), 1024)


def _gallery(gallery: Json, walk: Walk, at: Path) -> None:
    items = objects_of(gallery.get("items"))
    if not 1 <= len(items) <= 10:
        walk.complaints.add((*at, "items"), "BASE_TYPE_BAD_LENGTH", "Must be between 1 and 10 in length.")
    for index, item in items:
        _thumbnail(item, walk, (*at, "items", index))


def _file(file: Json, walk: Walk, at: Path) -> None:
    _media(file, "file", walk, at, (REFERENCE,))


def _separator(separator: Json, walk: Walk, at: Path) -> None:
    if separator.get("spacing", 1) not in (1, 2, None):
        walk.complaints.add((*at, "spacing"), "BASE_TYPE_CHOICES", "Value must be one of {1, 2}.")


def _button(button: Json, walk: Walk, at: Path) -> None:
    check_button(button, walk.complaints, at)


def _select(select: Json, walk: Walk, at: Path) -> None:
    check_select(select, walk.complaints, at, in_modal=False)


RULES: dict[int, Callable[[Json, Walk, Path], None]] = {
    ACTION_ROW: _action_row,
    BUTTON: _button,
    SECTION: _section,
    TEXT_DISPLAY: _text_display,
    THUMBNAIL: _thumbnail,
    MEDIA_GALLERY: _gallery,
    FILE: _file,
    SEPARATOR: _separator,
    CONTAINER: _container,
    **dict.fromkeys(SELECTS, _select),
}
