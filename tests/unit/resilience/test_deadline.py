from dataclasses import dataclass

from kaltura_discord.resilience.deadline import Deadline


@dataclass
class Clock:
    seconds: float = 100.0

    def __call__(self) -> float:
        return self.seconds


def test_counts_down_to_zero_and_no_further() -> None:
    clock = Clock()
    deadline = Deadline.after(5, clock)
    assert deadline.remaining_seconds() == 5
    clock.seconds += 3
    assert deadline.remaining_seconds() == 2
    assert not deadline.expired
    clock.seconds += 3
    assert deadline.remaining_seconds() == 0
    assert deadline.expired


def test_a_step_gets_its_own_time_out_or_what_is_left() -> None:
    clock = Clock()
    deadline = Deadline.after(5, clock)
    assert deadline.at_most(3) == 3
    clock.seconds += 4
    assert deadline.at_most(3) == 1


def test_a_part_of_the_work_never_gets_longer_than_the_whole() -> None:
    clock = Clock()
    deadline = Deadline.after(5, clock)
    assert deadline.sooner(2).remaining_seconds() == 2
    assert deadline.sooner(60).ends_at == deadline.ends_at
