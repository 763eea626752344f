"""The ways into Watch Together, through Discord's doors and into the room."""

from typing import Any

import pytest
from boto3.dynamodb.conditions import Key

from tests.integration.running_stack import Member, Message, Stack, button, link_in, words

CALLBACK = "POST /api/v10/interactions/*/callback*"
SEARCH = "POST /api_v3/service/elasticsearch_esearch/*"
IN_A_TAB = "Watch Together in a browser tab"


@pytest.fixture
def bo(stack: Stack) -> Member:
    return stack.member("Bo")


@pytest.fixture
def channel(stack: Stack) -> str:
    return stack.channel("lessons")


@pytest.fixture(autouse=True)
def nobody_watches(stack: Stack) -> None:
    everybody_leaves(stack)


def everybody_leaves(stack: Stack) -> None:
    """Instances live as long as somebody is in them; each test begins with none."""
    for instance in stack.http.get(f"{stack.rest_url}/_sim/activities").json()["instances"]:
        for person in instance["participants"]:
            address = f"{stack.rest_url}/_sim/activities/{instance['instance_id']}/leave"
            stack.http.post(address, json={"user_id": person["id"]})


@pytest.fixture
def study(stack: Stack) -> str:
    """A channel in which nobody may use Activities, and that has no room yet: who comes first has the remote."""
    study = stack.channel("Study room")
    table = stack.dynamodb.Table(stack.description["dynamodb"]["table"])
    pointers = table.query(IndexName="gsi1", KeyConditionExpression=Key("gsi1pk").eq(f"CHANNEL#{study}"))["Items"]
    for room in {pointer["pk"] for pointer in pointers}:
        for item in table.query(KeyConditionExpression=Key("pk").eq(room))["Items"]:
            table.delete_item(Key={"pk": item["pk"], "sk": item["sk"]})
    instance = f"INSTANCE#tabs-{stack.server('Riverside')['guild_id']}-{study}"
    table.delete_item(Key={"pk": instance, "sk": "INSTANCE"})
    return study


def a_video(stack: Stack, member: Member, channel: str, typed: str = "cell") -> dict[str, Any]:
    """A video of the server, as the list offers it: its name and its entry id.

    A function that has just started may not have suggestions in time; people type on.
    """
    for _ in range(5):
        offered = stack.type_in(member, channel, "kaltura-watch", "video", typed)
        if offered:
            return offered[0]
    raise AssertionError("no video was suggested")


def kept(stack: Stack, pk: str) -> dict[str, Any] | None:
    """What the table keeps under a key."""
    table = stack.dynamodb.Table(stack.description["dynamodb"]["table"])
    found = table.get_item(Key={"pk": pk, "sk": pk.partition("#")[0]}, ConsistentRead=True)
    item: dict[str, Any] | None = found.get("Item")
    return item


def bound_video(stack: Stack, shown: dict[str, Any]) -> str:
    """The video to which the instance of a launch is bound."""
    assert shown["outcome"] == "launch", shown
    binding = kept(stack, f"INSTANCE#{shown['activity_instance_id']}")
    assert binding is not None
    return str(binding["entry_id"])


def intent(stack: Stack, channel: str, member: Member) -> dict[str, Any] | None:
    guild_id = stack.server("Riverside")["guild_id"]
    return kept(stack, f"LAUNCH#{guild_id}#{channel}#{member.user_id}")


def say(stack: Stack, member: Member, channel: str, content: str) -> str:
    """Somebody writes a message; its id."""
    address = f"{stack.rest_url}/_sim/channels/{channel}/messages"
    response = stack.http.post(address, json={"user_id": member.user_id, "content": content})
    return str(response.json()["id"])


def session_of(stack: Stack, shown: dict[str, Any]) -> dict[str, Any]:
    """What the page gets that a link in an answer opens."""
    address = link_in(shown, IN_A_TAB)
    before, _, token = address.partition("#link=")
    assert before == f"{stack.base_url}/"
    response = stack.http.post(f"{stack.base_url}/api/v1/rooms/session", json={"link_token": token})
    assert response.status_code == 200, response.text
    session: dict[str, Any] = response.json()
    return session


def private(shown: dict[str, Any], member: Member) -> Message:
    """The answer's message, which nobody else sees."""
    message: Message = shown["message"]
    assert message["_sim"]["ephemeral_for"] == member.user_id
    return message


# --- inside Discord --------------------------------------------------------------------------------------------------


def test_a_launch_binds_the_instance_to_its_video(stack: Stack, bo: Member, channel: str) -> None:
    video = a_video(stack, bo, channel)

    shown = stack.use(bo, channel, "kaltura-watch", video=video["value"])

    assert bound_video(stack, shown) == video["value"]
    assert shown["message"] is None
    assert shown["acknowledged_in_ms"] < 2500


def test_a_link_and_a_title_lead_to_the_same_video(stack: Stack, bo: Member, channel: str) -> None:
    video = a_video(stack, bo, channel)
    link = f"{stack.kaltura_url}/p/1/embedPlaykitJs/uiconf_id/2?iframeembed=true&entry_id={video['value']}"

    for named in (link, video["name"].rpartition(" · ")[0].strip("\u2068\u2069")):
        everybody_leaves(stack)
        shown = stack.use(bo, channel, "kaltura-watch", video=named)
        assert bound_video(stack, shown) == video["value"]


def test_the_entry_point_opens_the_search_page(stack: Stack, bo: Member, channel: str) -> None:
    shown = stack.interact(bo, channel, 0, entry_point=True)

    assert bound_video(stack, shown) == ""


def test_a_message_with_a_link_opens_on_its_video(stack: Stack, bo: Member, channel: str) -> None:
    video = a_video(stack, bo, channel)
    ann = stack.member("Ann")
    message_id = say(stack, ann, channel, f"Tonight: https://school.mediaspace.kaltura.com/media/x/{video['value']} !")

    shown = stack.interact(bo, channel, 0, command="Watch together", target_message_id=message_id)

    assert bound_video(stack, shown) == video["value"]


def test_a_message_without_a_link_is_told_so(stack: Stack, bo: Member, channel: str) -> None:
    message_id = say(stack, bo, channel, "Nothing here")

    shown = stack.interact(bo, channel, 0, command="Watch together", target_message_id=message_id)

    assert "no link to a Kaltura video" in words(private(shown, bo))


def test_results_and_shared_videos_lead_in(stack: Stack, bo: Member, channel: str) -> None:
    dana = stack.member("Dana")
    results = stack.use(bo, channel, "kaltura-video-search", query="cell", limit=1)["message"]
    entry_id = button(results, "Watch Together")["custom_id"].removeprefix("1:watch:")
    assert bound_video(stack, stack.press(bo, results, "Watch Together")) == entry_id
    stack.press(bo, results, "Share", wait_seconds=10)
    shared = next(each for each in reversed(stack.messages(channel, dana)) if "Shared by Bo" in words(each))

    shown = stack.press(dana, shared, "Watch Together")

    assert bound_video(stack, shown) == entry_id, "the instance runs already, so its binding stands"
    proposed = intent(stack, channel, dana)
    assert proposed is not None
    assert proposed["entry_id"] == entry_id


def test_many_results_have_a_list_to_open_one(stack: Stack, bo: Member, channel: str) -> None:
    results = stack.use(bo, channel, "kaltura-video-search", query="cell", limit=10)["message"]
    (chooser,) = (part for part in _everything(results) if part["type"] == 3)
    chosen = chooser["options"][-1]["value"]

    shown = stack.interact(bo, channel, 0, component=chooser["custom_id"], message_id=results["id"], values=[chosen])

    assert bound_video(stack, shown) == chosen


# --- when others are slow --------------------------------------------------------------------------------------------


def test_a_discord_that_is_slow_opens_all_the_same_and_an_intent_tells_why(
    stack: Stack, bo: Member, channel: str
) -> None:
    video = a_video(stack, bo, channel)
    stack.order_fault(target="discord", match=CALLBACK, kind="delay", value=10_000, times=1)

    shown = stack.use(bo, channel, "kaltura-watch", video=video["value"])

    assert shown["outcome"] == "launch", shown
    assert kept(stack, f"INSTANCE#{shown['activity_instance_id']}") is None
    left = intent(stack, channel, bo)
    assert left is not None
    assert left["entry_id"] == video["value"]


def test_on_a_slow_kaltura_and_a_slow_discord_it_opens_in_time(stack: Stack, bo: Member, channel: str) -> None:
    video = a_video(stack, bo, channel)
    stack.order_fault(target="kaltura", match=SEARCH, kind="delay", value=10_000)
    stack.order_fault(target="discord", match=CALLBACK, kind="delay", value=10_000, times=1)

    shown = stack.use(bo, channel, "kaltura-watch", video=video["value"])

    assert shown["outcome"] == "launch", shown
    assert shown["acknowledged_in_ms"] < 2900
    left = intent(stack, channel, bo)
    assert left is not None
    assert left["entry_id"] == video["value"]


# --- who and what ----------------------------------------------------------------------------------------------------


def test_a_server_that_is_not_allowed_gets_a_sentence(stack: Stack) -> None:
    kai, channel = stack.member("Kai", "Corner"), stack.channel("general", "Corner")

    for shown in (
        stack.use(kai, channel, "kaltura-watch"),
        stack.interact(kai, channel, 0, entry_point=True),
    ):
        assert "This server can't use Kaltura yet" in words(private(shown, kai))


def test_a_video_of_another_server_is_refused(stack: Stack, bo: Member, channel: str) -> None:
    grace, labs = stack.member("Grace", "Northwind"), stack.channel("general", "Northwind")
    theirs = a_video(stack, grace, labs, "")

    shown = stack.use(bo, channel, "kaltura-watch", video=theirs["value"])

    assert "isn't available in this server" in words(private(shown, bo))
    assert bound_video(stack, stack.use(grace, labs, "kaltura-watch", video=theirs["value"])) == theirs["value"]


# --- in a browser tab ------------------------------------------------------------------------------------------------


def test_where_discord_refuses_a_link_leads_into_the_room(stack: Stack, bo: Member, channel: str) -> None:
    video = a_video(stack, bo, channel)
    stack.order_fault(target="discord", match=CALLBACK, kind="status", value=403, times=1)

    shown = stack.use(bo, channel, "kaltura-watch", video=video["value"])

    assert "Discord can't open the Activity here" in words(private(shown, bo))
    session = session_of(stack, shown)
    assert session["you"]["name"] == bo.name
    assert session["bound_video"]["id"] == video["value"]
    assert session["room"]["channel_id"] == channel


def test_who_may_not_use_activities_there_meets_the_others_in_a_tab(stack: Stack, study: str) -> None:
    dana, chen = stack.member("Dana"), stack.member("Chen")
    video = a_video(stack, dana, study)

    of_dana = stack.use(dana, study, "kaltura-watch", video=video["value"])
    of_chen = stack.use(chen, study, "kaltura-watch")

    assert "You may not use Activities in this channel" in words(private(of_dana, dana))
    first, second = session_of(stack, of_dana), session_of(stack, of_chen)
    assert second["room"]["room_id"] == first["room"]["room_id"]
    assert (first["you"]["level"], second["you"]["level"]) == ("viewer", "viewer")


# --- the remote ------------------------------------------------------------------------------------------------------


def test_the_remote_from_the_channel(stack: Stack, study: str) -> None:
    dana = stack.member("Dana")
    video = a_video(stack, dana, study)
    session_of(stack, stack.use(dana, study, "kaltura-watch", video=video["value"]))

    now = stack.use(dana, study, "kaltura-watch-control", action="now")
    assert "Paused · 0:00 of" in words(private(now, dana))
    assert button(now["message"], "Watch Together")
    sought = stack.use(dana, study, "kaltura-watch-control", action="seek", position="0:30")
    assert "is at 0:30 now" in words(private(sought, dana))
    refused = stack.use(stack.member("Chen"), study, "kaltura-watch-control", action="play")
    assert "has the remote of" in words(refused["message"])


def test_without_a_room_the_remote_tells_the_way_in(stack: Stack, bo: Member) -> None:
    shown = stack.use(bo, stack.channel("general"), "kaltura-watch-control", action="pause")

    assert "Nothing is being watched together in this channel" in words(private(shown, bo))


def _everything(message: Message) -> list[dict[str, Any]]:
    found, waiting = [], list(message["components"])
    while waiting:
        part = waiting.pop(0)
        found.append(part)
        waiting += part.get("components") or []
    return found
