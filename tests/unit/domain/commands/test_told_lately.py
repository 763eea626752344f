"""What a process has told the queue of, it does not tell again for a while, and never remembers more than so much."""

from kaltura_discord.commands.told_lately import ToldLately


class Moment:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def test_it_is_remembered_for_so_long_and_no_longer() -> None:
    moment = Moment()
    told = ToldLately(60, moment)
    assert "school" not in told
    told.add("school")
    moment.now += 59.9
    assert "school" in told
    assert "cafe" not in told
    moment.now += 0.1
    assert "school" not in told


def test_told_again_it_is_remembered_from_then_on() -> None:
    moment = Moment()
    told = ToldLately(60, moment)
    told.add("school")
    moment.now += 50
    told.add("school")
    moment.now += 50
    assert "school" in told


def test_of_very_many_the_latest_are_remembered() -> None:
    told = ToldLately(60, Moment())
    told.add("first")
    for number in range(ToldLately.MOST - 1):
        told.add(f"server {number}")
    assert "first" in told
    told.add("first")
    told.add("one more")
    assert "first" in told, "it was told of again meanwhile"
    assert "server 0" not in told
