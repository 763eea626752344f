"""The servers of the simulated Discord and who is in them: the same ids in every stack, so that links keep working."""

from local_stack.discord.permissions import ORDINARY, Overwrite, Permission
from local_stack.discord.society import TEXT, VOICE, Channel, Member, Person, Role, Server

APPLICATION_ID = "1300000000000000001"
BOT = Person(APPLICATION_ID, "kaltura", "Kaltura", bot=True)

ANN = Person("1310000000000000001", "ann", "Ann")
BO = Person("1310000000000000002", "bo", "Bo")
CHEN = Person("1310000000000000003", "chen", "Chen")
DANA = Person("1310000000000000004", "dana", "Dana")
EMIL = Person("1310000000000000005", "emil", "Emil", locale="de")
FATIMA = Person("1310000000000000006", "fatima", "فاطمة الزهراء", locale="ar")
MARKDOWN = Person("1310000000000000007", "stars_and_stripes", "*Star* _and_ ~~stripe~~ `x`")
COMMA = Person("1310000000000000008", "last.first", 'O\'Neil, Mary-Jane: "MJ"')
EMOJI = Person("1310000000000000009", "party", "🎉 Päivi 🇫🇮")
GRACE = Person("1310000000000000010", "grace", "Grace")
HUGO = Person("1310000000000000011", "hugo", "Hugo", locale="fr")
IDA = Person("1310000000000000012", "ida", None)
KAI = Person("1310000000000000013", "kai", "Kai")

# Exactly what the invitation of the product asks for (make invite), so that a missing right shows.
BOT_PERMISSIONS = (
    Permission.VIEW_CHANNEL
    | Permission.SEND_MESSAGES
    | Permission.SEND_MESSAGES_IN_THREADS
    | Permission.EMBED_LINKS
    | Permission.READ_MESSAGE_HISTORY
    | Permission.CREATE_EVENTS
)


def _roles(guild_id: str, bot_role_id: str, *others: Role) -> dict[str, Role]:
    everyone = Role(guild_id, "@everyone", 0, ORDINARY)
    return {role.role_id: role for role in (everyone, bot_role(bot_role_id), *others)}


def bot_role(role_id: str) -> Role:
    """The managed role that comes with the application."""
    return Role(role_id, "Kaltura", 1, BOT_PERMISSIONS, bot_id=APPLICATION_ID)


def _channels(*channels: Channel) -> dict[str, Channel]:
    return {channel.channel_id: channel for channel in channels}


def _members(*members: Member) -> dict[str, Member]:
    return {member.person.user_id: member for member in members}


def _riverside_school() -> Server:
    guild_id, bot_role = "1320000000000000001", "1330000000000000001"
    teachers, staff = "1330000000000000002", "1330000000000000003"
    students, choir = "1330000000000000004", "1330000000000000005"
    bot_may_not_write = Overwrite(APPLICATION_ID, "member", deny=Permission.SEND_MESSAGES)
    no_activities = Overwrite(guild_id, "role", deny=Permission.USE_EMBEDDED_ACTIVITIES)
    hidden = Overwrite(guild_id, "role", deny=Permission.VIEW_CHANNEL)
    staff_only = Overwrite(staff, "role", allow=Permission.VIEW_CHANNEL)
    bot_too = Overwrite(bot_role, "role", allow=Permission.VIEW_CHANNEL)
    return Server(
        guild_id,
        "Riverside School",
        ANN.user_id,
        allowed=True,
        roles=_roles(
            guild_id,
            bot_role,
            Role(students, "Students", 2, color=0x3498DB, hoist=True),
            Role(choir, "Choir", 3, color=0x9B59B6),
            Role(teachers, "Teachers", 4, Permission.MANAGE_EVENTS, color=0x2ECC71, hoist=True),
            Role(staff, "Staff", 5, Permission.MANAGE_GUILD, color=0xE67E22, hoist=True),
        ),
        channels=_channels(
            Channel("1340000000000000001", "general", guild_id, TEXT, 0, "Everything that fits nowhere else"),
            Channel("1340000000000000002", "lessons", guild_id, TEXT, 1, "What happens when, and where"),
            Channel(
                "1340000000000000003",
                "read-only-for-bot",
                guild_id,
                TEXT,
                2,
                "Kaltura may read but not write here",
                (bot_may_not_write,),
            ),
            Channel(
                "1340000000000000004",
                "private-staff",
                guild_id,
                TEXT,
                3,
                "Only Staff can see this",
                (hidden, staff_only, bot_too),
            ),
            Channel("1340000000000000005", "Assembly hall", guild_id, VOICE, 4),
            Channel("1340000000000000006", "Study room", guild_id, VOICE, 5, overwrites=(no_activities,)),
        ),
        members=_members(
            Member(ANN),
            Member(BO, (teachers,)),
            Member(CHEN, (students, choir)),
            Member(DANA),
            Member(EMIL, (staff, teachers), nickname="Herr Emil"),
            Member(FATIMA, (students,)),
            Member(MARKDOWN, (students,)),
            Member(COMMA, (students, choir)),
            Member(EMOJI, (choir,)),
            Member(BOT, (bot_role,)),
        ),
        voice={CHEN.user_id: "1340000000000000005"},
        system_channel_id="1340000000000000001",
    )


def _northwind_labs() -> Server:
    guild_id, bot_role = "1320000000000000002", "1330000000000000011"
    researchers, leads = "1330000000000000012", "1330000000000000013"
    return Server(
        guild_id,
        "Northwind Labs",
        GRACE.user_id,
        allowed=True,
        roles=_roles(
            guild_id,
            bot_role,
            Role(researchers, "Researchers", 2, color=0x1ABC9C, hoist=True),
            Role(leads, "Leads", 3, Permission.ADMINISTRATOR, color=0xE74C3C, hoist=True),
        ),
        channels=_channels(
            Channel("1340000000000000011", "general", guild_id, TEXT, 0, "Welcome to the labs"),
            Channel("1340000000000000012", "talks", guild_id, TEXT, 1, "Weekly talks and their recordings"),
            Channel("1340000000000000013", "Auditorium", guild_id, VOICE, 2),
        ),
        members=_members(
            Member(GRACE),
            Member(HUGO, (leads,)),
            Member(IDA, (researchers,)),
            Member(BO, (researchers,), nickname="Bo (guest)"),
            Member(BOT, (bot_role,)),
        ),
        locale="en-GB",
    )


def _corner_cafe() -> Server:
    guild_id, bot_role = "1320000000000000003", "1330000000000000021"
    return Server(
        guild_id,
        "Corner Cafe",
        KAI.user_id,
        allowed=False,
        roles=_roles(guild_id, bot_role, Role("1330000000000000022", "Regulars", 2, color=0xF1C40F)),
        channels=_channels(
            Channel("1340000000000000021", "general", guild_id, TEXT, 0, "Coffee first"),
            Channel("1340000000000000022", "Window seat", guild_id, VOICE, 1),
        ),
        members=_members(
            Member(KAI),
            Member(DANA, ("1330000000000000022",)),
            Member(BOT, (bot_role,)),
        ),
    )


def seeded_servers() -> dict[str, Server]:
    """The three servers by their ids: two the operator let in, one not."""
    servers = (_riverside_school(), _northwind_labs(), _corner_cafe())
    return {server.guild_id: server for server in servers}
