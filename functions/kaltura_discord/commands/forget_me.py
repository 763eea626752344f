"""`/kaltura-forget-me`: what is kept about somebody, and the button that has all of it deleted, in every server."""

from kaltura_discord.aws.sliding_window import Allowance
from kaltura_discord.commands.model import Body, Refusal
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.components import ButtonStyle, action_row, button, container, separator, text
from kaltura_discord.discord.custom_ids import custom_id
from kaltura_discord.discord.identifiers import UserId
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.discord.messages import Message, note, say, update
from kaltura_discord.identity.kaltura_users import kaltura_user_id
from kaltura_discord.resilience.deadline import Deadline

FORGETS_OF_A_MEMBER = Allowance("forget", uses=10, seconds=3600)

# The queue's worker has a little more; what is left then is housekeeping's.
_PATIENCE_SECONDS = 30.0

_KEPT = """\
### Forget me
Kaltura for Discord keeps about you:
- the meetings that you started or joined, under the name you had: 90 days
- your level in each server, and when you last came in: 400 days
- the rooms you watch in, and links made for you: a day at most
- a record of what you changed, started and ended: a year"""

_DELETED = """\
**Forget me** deletes that in every server. Meetings that you started stay, without your name, and you are no longer \
in charge of them. In the record, a code that doesn't say who you are takes your place."""

_USER_DELETED = "Your Kaltura user `{user}` is deleted too. Videos and meetings that it owns stay in Kaltura."
_USER_STAYS = "Your Kaltura user `{user}` stays. Whoever runs this app can delete it for you."
_FINAL = "-# It can't be undone. If you come in again later, you begin anew."

_DONE = "You are forgotten: nothing here says any more that it was you."
_ALREADY = "There was nothing to forget: nothing here is about you."
_GOES_ON = "It has begun, and goes on by itself until nothing here says any more that it was you. You need not wait."
_KEPT_AS_IT_IS = "Everything stays as it is."


async def explain(interaction: Interaction, services: Services) -> Body:
    """What is kept and what would be deleted, with a button for it."""
    kaltura = services.written_defaults.get("kaltura", {})
    words = _USER_DELETED if kaltura.get("delete_forgotten_users") is True else _USER_STAYS
    user = words.format(user=kaltura_user_id(interaction.caller.user_id))
    buttons = [
        button("Forget me", custom_id("forget-me"), ButtonStyle.DANGER),
        button("Cancel", custom_id("forget-me-cancel")),
    ]
    parts = [text(_KEPT), separator(), text(f"{_DELETED}\n{user}\n{_FINAL}"), action_row(buttons)]
    return say(Message((container(parts),)))


async def forget(interaction: Interaction, services: Services, deadline: Deadline) -> Message:
    """Forget whoever pressed the button."""
    user_id = UserId(interaction.caller.user_id)
    next_at = await services.window.use(FORGETS_OF_A_MEMBER, user_id)
    if next_at is not None:
        raise Refusal(f"You have asked for that ten times in an hour. You can ask again <t:{next_at}:R>.")
    patience = deadline.sooner(_PATIENCE_SECONDS)
    forgotten = await services.people.forgetting.forget(user_id, patience, interaction.interaction_id)
    if not forgotten.is_complete:
        return note(_GOES_ON)
    return note(_DONE if forgotten.items else _ALREADY)


async def cancel(_: Interaction, __: Services) -> Body:
    """Leave everything as it is."""
    return update(note(_KEPT_AS_IT_IS))
