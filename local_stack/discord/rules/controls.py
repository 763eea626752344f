"""Buttons and selects, in messages and modals (Discord docs: Components - Button, String Select and following)."""

from collections.abc import Callable

from local_stack.discord.errors import Complaints, Path
from local_stack.discord.rules.schemas import objects_of
from local_stack.discord.wire import Json

LINK, PREMIUM = 5, 6
STRING_SELECT = 3
LINK_SCHEMES = ("http://", "https://", "discord://")
MOST_OPTIONS = 25
NOT_BOTH = (
    "BUTTON_COMPONENT_CUSTOM_ID_URL_MUTUALLY_EXCLUSIVE",
    "A custom id and url cannot both be specified",
)


def check_button(button: Json, complaints: Complaints, at: Path) -> None:
    """Complain about a button: each style needs its own one of `custom_id`, `url` and `sku_id`."""
    style = button.get("style")
    if not isinstance(style, int) or not 1 <= style <= PREMIUM:
        complaints.add((*at, "style"), "BASE_TYPE_CHOICES", "Value must be one of {1, 2, 3, 4, 5, 6}.")
        return
    complaints.too_long((*at, "label"), button.get("label"), 80)
    checks: dict[int, Callable[[Json, Complaints, Path], None]] = {LINK: _check_link, PREMIUM: _check_premium}
    checks.get(style, _check_pressable)(button, complaints, at)
    if style != PREMIUM and not button.get("label") and not button.get("emoji"):
        complaints.add((*at, "label"), "BUTTON_COMPONENT_LABEL_OR_EMOJI_REQUIRED", "A label or an emoji is required")


def _check_pressable(button: Json, complaints: Complaints, at: Path) -> None:
    if not button.get("custom_id"):
        complaints.add((*at, "custom_id"), "BUTTON_COMPONENT_CUSTOM_ID_REQUIRED", "A custom id is required")
    if button.get("url") is not None:
        complaints.add(at, *NOT_BOTH)
    if button.get("sku_id") is not None:
        complaints.add((*at, "sku_id"), "BUTTON_COMPONENT_INVALID_FIELD", "Only a premium button has a SKU")


def _check_link(button: Json, complaints: Complaints, at: Path) -> None:
    url = button.get("url")
    if button.get("custom_id") is not None:
        complaints.add(at, *NOT_BOTH)
    if not isinstance(url, str) or not url:
        complaints.add((*at, "url"), "BUTTON_COMPONENT_URL_REQUIRED", "A url is required")
        return
    complaints.too_long((*at, "url"), url, 512)
    if not url.lower().startswith(LINK_SCHEMES):
        scheme = url.split(":", 1)[0][:20]
        complaints.add(
            (*at, "url"),
            "URL_TYPE_INVALID_SCHEME",
            f"Scheme \"{scheme}\" is not supported. Scheme must be one of ('http', 'https', 'discord').",
        )


def _check_premium(button: Json, complaints: Complaints, at: Path) -> None:
    if not button.get("sku_id"):
        complaints.add((*at, "sku_id"), "BUTTON_COMPONENT_SKU_REQUIRED", "A SKU is required")
    for name in ("label", "emoji", "url", "custom_id"):
        if button.get(name) is not None:
            complaints.add((*at, name), "BUTTON_COMPONENT_INVALID_FIELD", "A premium button has only a SKU")


def check_select(select: Json, complaints: Complaints, at: Path, *, in_modal: bool) -> None:
    """Complain about a select menu of any kind."""
    if not select.get("custom_id"):
        complaints.add((*at, "custom_id"), "BASE_TYPE_REQUIRED", "This field is required")
    complaints.too_long((*at, "placeholder"), select.get("placeholder"), 150)
    check_range(select, complaints, at, most=MOST_OPTIONS)
    if in_modal and select.get("disabled"):
        complaints.add((*at, "disabled"), "SELECT_COMPONENT_DISABLED_IN_MODAL", "No select in a modal is disabled")
    if select.get("type") == STRING_SELECT:
        check_options(select, complaints, at, least=1, most=MOST_OPTIONS)
    _check_presets(select, complaints, at)


def _check_presets(select: Json, complaints: Complaints, at: Path) -> None:
    """Complain about what is chosen beforehand: no more than may be; of users, roles and channels no less than must."""
    least, most = select.get("min_values"), select.get("max_values")
    low = least if isinstance(least, int) else 1
    high = most if isinstance(most, int) else 1
    options = [option for _index, option in objects_of(select.get("options")) if option.get("default")]
    if len(options) > high:
        complaints.add((*at, "options"), "BASE_TYPE_BAD_LENGTH", f"Must be {high} or fewer defaults.")
    values = objects_of(select.get("default_values"))
    if values and not low <= len(values) <= high:
        place = (*at, "default_values")
        complaints.add(place, "BASE_TYPE_BAD_LENGTH", f"Must be between {low} and {high} in length.")


def check_range(component: Json, complaints: Complaints, at: Path, most: int) -> None:
    """Complain about `min_values` and `max_values`; the least of a required component is at least 1."""
    least_values = component.get("min_values")
    most_values = component.get("max_values")
    low = least_values if isinstance(least_values, int) else 1
    high = most_values if isinstance(most_values, int) else max(1, low)
    if not 0 <= low <= most:
        complaints.add((*at, "min_values"), "NUMBER_TYPE_MAX", f"int value should be between 0 and {most}.")
    if not 1 <= high <= most:
        complaints.add((*at, "max_values"), "NUMBER_TYPE_MAX", f"int value should be between 1 and {most}.")
    if low > high:
        complaints.add((*at, "min_values"), "COMPONENT_MIN_VALUES_ABOVE_MAX", "min_values must not exceed max_values")
    if low == 0 and component.get("required") is True:
        complaints.add((*at, "min_values"), "COMPONENT_MIN_VALUES_REQUIRED", "Must be 1 or more when required")


def check_options(component: Json, complaints: Complaints, at: Path, *, least: int, most: int) -> None:
    """Complain about the options of a string select, radio group or checkbox group."""
    options = objects_of(component.get("options"))
    if not least <= len(options) <= most:
        complaints.add((*at, "options"), "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")
    values: set[str] = set()
    for index, option in options:
        place = (*at, "options", index)
        for name in ("label", "value"):
            text = option.get(name)
            if not isinstance(text, str) or not text:
                complaints.add((*place, name), "BASE_TYPE_REQUIRED", "This field is required")
            complaints.too_long((*place, name), text, 100)
        complaints.too_long((*place, "description"), option.get("description"), 100)
        value = option.get("value")
        if isinstance(value, str):
            if value in values:
                complaints.add(
                    (*place, "value"),
                    "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED",
                    "The specified option value is already used",
                )
            values.add(value)
    most_values = component.get("max_values")
    if isinstance(most_values, int) and most_values > len(options):
        complaints.add(
            (*at, "max_values"),
            "COMPONENT_MAX_VALUES_ABOVE_OPTIONS",
            "More than there are options",
        )
