"""`/kaltura-help`: what there is, in a few lines, and where to begin."""

from kaltura_discord.commands.model import Body
from kaltura_discord.commands.services import Services
from kaltura_discord.discord.components import Accent, container, separator, text
from kaltura_discord.discord.interaction import Interaction
from kaltura_discord.discord.messages import Message, say

_MEETINGS = """\
### Meetings
`/kaltura-start` starts a webinar, an interactive room or a virtual classroom, with a card that everybody can join from
`/kaltura-join` takes you into one that is running
`/kaltura-list` shows all that are running
`/kaltura-end` ends one: for who started it, moderators and administrators"""

_VIDEOS = """\
### Videos
`/kaltura-video-search` finds videos by title, description, tags and what is said in them
`/kaltura-watch` opens one, or your choice, for everybody to watch at the same moment; so do **Watch together** in a \
message's Apps menu and **Watch Together** among the Activities
`/kaltura-watch-control` plays, pauses and seeks what is watched here, and says what is on"""

_SETTINGS = """\
### You, and this server
`/kaltura-whoami` says what you are here, and why
`/kaltura-forget-me` deletes what is kept about you
`/kaltura-config` shows and changes how all this works in this server: for those who may manage it"""

_RIGHTS = (
    "-# You come in under your own name. Who moderates is decided by the roles of this server, and whoever starts a "
    "meeting moderates it. Join links are yours alone and work for 10 minutes."
)


async def help_(_: Interaction, __: Services) -> Body:
    """The overview."""
    return say(
        Message(
            (container([text(_MEETINGS), text(_VIDEOS), text(_SETTINGS), separator(), text(_RIGHTS)], Accent.NEUTRAL),)
        )
    )
