"""New versions go live by steps, and back where the alarm rings or AWS refuses: from wherever it happens."""

import pytest

from infra.deploying.aliases import Aliases, Move, Rung
from kaltura_discord.aws.caller import AwsUnavailable
from tests.unit.deploying.world import ALARMS, Cloud, wanted


def aliases(of: Cloud, said: list[str] | None = None) -> Aliases:
    async def pause(_: float) -> None:
        # While the alarm is watched, new versions have a tenth, and no more.
        assert all(version == "4" for version in of.versions.values())
        assert all(weight == {"5": 0.1} for weight in of.weights.values())

    return Aliases(of, of, pause=pause, say=(said if said is not None else []).append)


async def test_all_go_live_interactions_last() -> None:
    aws = Cloud()
    moves = await aliases(aws).moves(wanted())
    await aliases(aws).go_live(moves, ALARMS, 120)
    assert aws.live == {"5"}
    assert aws.order[-1] == "k-interactions"
    # Once before anything is moved, and then at 0, 30, 60, 90 and 120 seconds.
    assert aws.looks == 6


@pytest.mark.parametrize("rings_after", [1, 2, 5])
async def test_whenever_the_alarm_rings_all_are_back(rings_after: int) -> None:
    aws = Cloud(rings_after=rings_after)
    with pytest.raises(Rung, match=f"^{ALARMS[-1]} rings"):
        await aliases(aws).go_live(await aliases(aws).moves(wanted()), ALARMS, 120)
    assert aws.live == {"4"}


@pytest.mark.parametrize("alarm", ["ALARM", ""], ids=["it rings already", "there is none"])
async def test_an_alarm_that_cannot_tell_moves_nothing(alarm: str) -> None:
    aws = Cloud(alarm=alarm)
    with pytest.raises(Rung, match=ALARMS[-1]):
        await aliases(aws).go_live(await aliases(aws).moves(wanted()), ALARMS, 120)
    assert aws.changes == 0


async def test_what_mends_the_alarm_goes_live_unwatched() -> None:
    aws = Cloud(alarm="ALARM")
    await aliases(aws).go_live(await aliases(aws).moves(wanted()), ALARMS, 0)
    assert (aws.live, aws.looks) == ({"5"}, 0)


@pytest.mark.parametrize("fails_at", range(1, 7))
async def test_whichever_change_aws_refuses_all_are_back(fails_at: int) -> None:
    aws = Cloud(fails_at=fails_at)
    with pytest.raises(AwsUnavailable):
        await aliases(aws).go_live(await aliases(aws).moves(wanted()), ALARMS, 0)
    assert aws.live == {"4"}


@pytest.mark.parametrize("fails_from", range(1, 7))
async def test_where_aws_does_not_even_take_that_it_is_said_which_are_not_back(fails_from: int) -> None:
    aws, said = Cloud(fails_from=fails_from), list[str]()
    with pytest.raises(AwsUnavailable):
        await aliases(aws, said).go_live(await aliases(aws).moves(wanted()), ALARMS, 0)
    assert said[-1].startswith("Not put back")
    assert "make rollback" in said[-1]
    aws.fails_from = 10_000
    moves = [Move(function, "live", "4", "5") for function in aws.versions]
    assert await aliases(aws, said).go_back(moves)
    assert aws.live == {"4"}


async def test_only_what_is_not_live_yet_is_moved() -> None:
    aws = Cloud()
    aws.versions["k-api"] = "5"
    aws.versions["k-tasks"] = "5"
    aws.weights["k-tasks"] = {"4": 0.5}
    moves = await aliases(aws).moves(wanted())
    assert moves == [Move("k-tasks", "live", "5", "5"), Move("k-interactions", "live", "4", "5")]
