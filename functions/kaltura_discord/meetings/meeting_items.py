"""Meetings as items of the table, and back: the meeting itself, and its entry among those that run."""

from dataclasses import asdict
from typing import Any

from kaltura_discord.aws.attributes import Item, Value
from kaltura_discord.aws.table import Key
from kaltura_discord.discord.identifiers import ChannelId, GuildId, MessageId, UserId
from kaltura_discord.kaltura.rooms import CreatedRoom
from kaltura_discord.meetings.models import Card, Meeting, MeetingId, MeetingState, Person, Recording, RunningMeeting
from kaltura_discord.meetings.schedule import stored_schedule

# Meetings, and who joined them, are forgotten this long after they started.
KEPT_SECONDS = 90 * 24 * 3600


def meeting_key(guild_id: GuildId, meeting_id: MeetingId) -> Key:
    """Where a meeting is kept."""
    return Key(f"SERVER#{guild_id}", f"MEETING#{meeting_id}")


def running_key(meeting: Meeting) -> Key:
    """Where its entry among those that run is kept."""
    return Key(f"SERVER#{meeting.guild_id}", f"RUNNING#{meeting.meeting_id}")


def running_item(meeting: Meeting) -> dict[str, Value]:
    """What lists and choices read of a meeting that is live."""
    key = running_key(meeting)
    return {
        "pk": key.pk,
        "sk": key.sk,
        "title": meeting.title,
        "kind": meeting.kind,
        "started_by": dict(asdict(meeting.started_by)),
        "started_at": meeting.started_at,
        "expires_at": meeting.started_at + KEPT_SECONDS,
    }


def running_of(item: Item) -> RunningMeeting:
    """An entry among those that run."""
    return RunningMeeting(
        MeetingId(item["sk"].removeprefix("RUNNING#")),
        item["title"],
        item["kind"],
        _person(item["started_by"]),
        int(item["started_at"]),
    )


def meeting_item(meeting: Meeting) -> dict[str, Value]:
    """A meeting that is new."""
    key = meeting_key(meeting.guild_id, meeting.meeting_id)
    return {
        "pk": key.pk,
        "sk": key.sk,
        "channel_id": meeting.channel_id,
        "title": meeting.title,
        "description": meeting.description,
        "kind": meeting.kind,
        "started_by": dict(asdict(meeting.started_by)),
        "started_at": meeting.started_at,
        "state": meeting.state,
        "generation": meeting.generation,
        "card_since": meeting.card_since,
        "joined_count": meeting.joined_count,
        "joined_names": list(meeting.joined_names),
        "schedule": dict(asdict(meeting.schedule)) if meeting.schedule is not None else None,
        "last_joined_at": meeting.last_joined_at,
        "expires_at": meeting.started_at + KEPT_SECONDS,
    }


def meeting_of(item: Item) -> Meeting:
    """A meeting as it is kept."""
    room: dict[str, Any] | None = item.get("room")
    card: dict[str, Any] | None = item.get("card")
    return Meeting(
        meeting_id=MeetingId(item["sk"].removeprefix("MEETING#")),
        guild_id=GuildId(item["pk"].removeprefix("SERVER#")),
        channel_id=ChannelId(item["channel_id"]),
        title=item["title"],
        description=item["description"],
        kind=item["kind"],
        started_by=_person(item["started_by"]),
        started_at=int(item["started_at"]),
        state=MeetingState(item["state"]),
        generation=int(item["generation"]),
        room=CreatedRoom(**room) if room else None,
        card=Card(ChannelId(card["channel_id"]), MessageId(card["message_id"])) if card else None,
        card_since=int(item.get("card_since", 0)),
        joined_count=int(item["joined_count"]),
        joined_names=tuple(item["joined_names"]),
        last_joined_at=int(item["last_joined_at"]),
        ended_at=int(item.get("ended_at", 0)),
        ended_by=item.get("ended_by", ""),
        failure=item.get("failure", ""),
        card_shows=item.get("card_shows", ""),
        recordings=tuple(Recording(each["entry_id"], int(each["seconds"])) for each in item.get("recordings", ())),
        schedule=stored_schedule(item.get("schedule")),
    )


def _person(item: dict[str, Any]) -> Person:
    return Person(UserId(item["user_id"]), item["name"])
