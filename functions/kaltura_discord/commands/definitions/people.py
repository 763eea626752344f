"""People: what they are here, how they are forgotten, and what there is for them."""

from kaltura_discord.commands.access import FORGET_ME as FORGET_ME_NAME
from kaltura_discord.commands.later import answer, work
from kaltura_discord.commands.model import Action, Command, Deferred, Inline
from kaltura_discord.commands.options import Option, OptionType

WHOAMI = Command(
    name="kaltura-whoami",
    version="1.0.0",
    description="What you are here and in Kaltura, and which role or permission makes you that",
    acknowledgement=Inline(answer("kaltura_discord.commands.whoami:whoami")),
    options=(Option("member", "Somebody else; for administrators", OptionType.MEMBER),),
)

FORGET_ME = Command(
    name=FORGET_ME_NAME,
    version="1.0.0",
    description="What is kept about you, and how to have it deleted",
    acknowledgement=Inline(answer("kaltura_discord.commands.forget_me:explain")),
)

HELP = Command(
    name="kaltura-help",
    version="1.0.0",
    description="What Kaltura can do here, and where to begin",
    acknowledgement=Inline(answer("kaltura_discord.commands.help_overview:help_")),
)

COMMANDS = (WHOAMI, FORGET_ME, HELP)

ACTIONS = (
    Action("forget-me", Deferred(work("kaltura_discord.commands.forget_me:forget"), changes_message=True), FORGET_ME),
    Action("forget-me-cancel", Inline(answer("kaltura_discord.commands.forget_me:cancel")), FORGET_ME),
)
