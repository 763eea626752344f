"""What can go wrong with a meeting.

    MeetingError
    ├── MeetingNotFound        no such meeting in this server
    ├── MeetingNotRunning      it has ended, or never began
    ├── MeetingNotMade         Kaltura could not make the room
    ├── TooOften               the person or the server has done it too often lately
    ├── TimeNotClear           when to meet, or for how long, cannot be read or could mean several things
    ├── PlanChanged            somebody else has changed, cancelled or started the planned meeting meanwhile
    ├── NotTheirs              only the starter, moderators and administrators may
    ├── LinkExpired            `join_door`: no such link (any more)
    └── NotNow                 `join_door`: nothing can be looked up at the moment

`sentence` is what the person reads: in Discord markdown, escaped; of a join link plain text, which its page escapes.
"""


class MeetingError(Exception):
    """Something about a meeting did not work; `sentence` tells the person what, and what to do next."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class MeetingNotFound(MeetingError):
    """There is no such meeting in this server."""


class MeetingNotRunning(MeetingError):
    """The meeting has ended, or never began."""


class MeetingNotMade(MeetingError):
    """Kaltura could not make the room."""


class TooOften(MeetingError):
    """A limit against abuse was reached."""


class TimeNotClear(MeetingError):
    """When to meet, or for how long, cannot be read or could mean several things."""


class PlanChanged(MeetingError):
    """The planned meeting is not as it was when the person looked."""


class NotTheirs(MeetingError):
    """The person may not do that with this meeting."""


class LinkExpired(MeetingError):
    """The link was never made, or its ten minutes are over."""


class NotNow(MeetingError):
    """We cannot look anything up at the moment."""

    def __init__(self, sentence: str = "We can't let anybody in at this moment. Reload this page in a minute.") -> None:
        super().__init__(sentence)
