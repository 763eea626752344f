"""First answers to interactions: which type may answer which, and what each must carry.

Discord docs: Interactions - Receiving and Responding - Interaction Callback.
"""

from collections.abc import Sequence

from local_stack.discord.errors import Complaints, Refusal, invalid
from local_stack.discord.files import Upload
from local_stack.discord.messages import EPHEMERAL, Message
from local_stack.discord.rules.commands import check_choice
from local_stack.discord.rules.messages import ANSWER, ANSWER_UPDATE, check_message
from local_stack.discord.rules.modals import check_modal
from local_stack.discord.rules.schemas import check_keys, check_schema
from local_stack.discord.wire import Json

PING, COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 1, 2, 3, 4, 5
"""Interaction types."""

PONG, MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE = 1, 4, 5, 6, 7
CHOICES, MODAL, LAUNCH_ACTIVITY = 8, 9, 12
"""Answer types."""

ANSWERS_TO = {
    COMMAND: frozenset({MESSAGE, DEFERRED_MESSAGE, MODAL, LAUNCH_ACTIVITY}),
    COMPONENT: frozenset({MESSAGE, DEFERRED_MESSAGE, DEFERRED_UPDATE, UPDATE, MODAL, LAUNCH_ACTIVITY}),
    AUTOCOMPLETE: frozenset({CHOICES}),
    MODAL_SUBMIT: frozenset({MESSAGE, DEFERRED_MESSAGE, LAUNCH_ACTIVITY}),
}
ON_A_MESSAGE = frozenset({DEFERRED_UPDATE, UPDATE})
"""Also valid for a modal that was opened from a component, because then there is a message to update."""

MOST_CHOICES = 25
ANSWER_KEYS = frozenset({"type", "data"})


def allowed_answers(interaction_type: int, source: Message | None) -> frozenset[int]:
    """The answer types Discord takes for an interaction that may have come from a message."""
    allowed = ANSWERS_TO[interaction_type]
    if interaction_type == MODAL_SUBMIT and source is not None:
        return allowed | ON_A_MESSAGE
    return allowed


def check_answer(
    payload: object,
    interaction_type: int,
    *,
    source: Message | None = None,
    uploads: Sequence[Upload] = (),
    option_type: int = 3,
    with_activities: bool = True,
) -> Json:
    """Refuse a first answer that Discord would refuse; returns it otherwise.

    Args:
        payload: the whole answer, `{"type", "data"}`.
        interaction_type: what it answers.
        source: the message of the component (or of the modal's component).
        uploads: the files that came with it.
        option_type: the type of the option in focus, for autocomplete.
        with_activities: whether the application has Activities.

    Raises:
        Refusal: 50035, or 50006 for an empty message.
    """
    if not isinstance(payload, dict):
        raise invalid((), "BASE_TYPE_BAD_TYPE", "Only dictionaries may be used here.")
    answer_type = payload.get("type")
    allowed = allowed_answers(interaction_type, source)
    if answer_type not in allowed:
        listed = ", ".join(str(one) for one in sorted(allowed))
        raise invalid(("type",), "BASE_TYPE_CHOICES", f"Value must be one of {{{listed}}}.")
    complaints = Complaints()
    check_keys(payload, ANSWER_KEYS, complaints)
    complaints.raise_if_any()
    if answer_type in (MESSAGE, UPDATE):
        _check_message_answer(payload, answer_type, source, uploads)
    if answer_type == DEFERRED_MESSAGE:
        _check_deferred(payload)
    if answer_type == CHOICES:
        _check_choices(payload, option_type)
    if answer_type == MODAL:
        _check_modal_answer(payload)
    if answer_type == LAUNCH_ACTIVITY and not with_activities:
        raise invalid(("type",), "APPLICATION_NOT_EMBEDDED", "This application has no Activities.")
    return payload


def _check_message_answer(payload: Json, answer_type: int, source: Message | None, uploads: Sequence[Upload]) -> None:
    data = payload.get("data")
    if not isinstance(data, dict):
        if answer_type == MESSAGE:
            raise Refusal(400, 50006, "Cannot send an empty message")
        return
    form = ANSWER if answer_type == MESSAGE else ANSWER_UPDATE
    check_message(data, form, uploads=uploads, before=source if answer_type == UPDATE else None)


def _check_deferred(payload: Json) -> None:
    data = payload.get("data")
    if data is None:
        return
    complaints = Complaints()
    if not isinstance(data, dict):
        raise invalid(("data",), "BASE_TYPE_BAD_TYPE", "Only dictionaries may be used here.")
    check_keys(data, frozenset({"flags"}), complaints, ("data",))
    flags = data.get("flags", 0)
    if not isinstance(flags, int) or flags & ~EPHEMERAL:
        complaints.add(("data", "flags"), "MESSAGE_FLAGS_INVALID", "Only EPHEMERAL can be set on a deferred answer.")
    complaints.raise_if_any()


def _check_choices(payload: Json, option_type: int) -> None:
    complaints = Complaints()
    data = payload.get("data")
    choices = data.get("choices") if isinstance(data, dict) else None
    if not isinstance(choices, list):
        raise invalid(("data", "choices"), "BASE_TYPE_REQUIRED", "This field is required")
    if len(choices) > MOST_CHOICES:
        complaints.add(("data", "choices"), "BASE_TYPE_BAD_LENGTH", f"Must be {MOST_CHOICES} or fewer in length.")
    for index, choice in enumerate(choices):
        place = ("data", "choices", index)
        if isinstance(choice, dict):
            check_choice(choice, option_type, complaints, place)
        else:
            complaints.add(place, "BASE_TYPE_BAD_TYPE", "Only dictionaries may be used here.")
    complaints.raise_if_any()


def _check_modal_answer(payload: Json) -> None:
    complaints = Complaints()
    check_modal(payload.get("data"), complaints)
    check_schema("ModalInteractionCallbackRequest", payload, complaints)
    complaints.raise_if_any()
