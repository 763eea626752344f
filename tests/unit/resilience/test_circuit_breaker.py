from dataclasses import dataclass

import pytest

from kaltura_discord.resilience.circuit_breaker import CircuitBreaker, CircuitOpen


@dataclass
class Clock:
    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def breaker(clock: Clock) -> CircuitBreaker:
    return CircuitBreaker(failures_to_open=3, open_seconds=10, clock=clock)


def fail(breaker: CircuitBreaker, times: int) -> None:
    for _ in range(times):
        breaker.failed(breaker.admit())


def test_stays_closed_while_failures_are_not_in_a_row(breaker: CircuitBreaker) -> None:
    fail(breaker, 2)
    breaker.succeeded(breaker.admit())
    fail(breaker, 2)
    assert breaker.state == "closed"


def test_opens_at_the_threshold_and_says_for_how_long(breaker: CircuitBreaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.seconds = 4
    with pytest.raises(CircuitOpen) as refusal:
        breaker.admit()
    assert refusal.value.retry_after_seconds == 6


def test_lets_one_call_through_after_the_pause(breaker: CircuitBreaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.seconds = 10
    breaker.admit()
    assert breaker.state == "half-open"
    with pytest.raises(CircuitOpen):
        breaker.admit()


def test_closes_when_that_call_succeeds(breaker: CircuitBreaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.seconds = 10
    breaker.succeeded(breaker.admit())
    assert breaker.state == "closed"
    fail(breaker, 2)
    assert breaker.state == "closed"


def test_opens_for_another_pause_when_that_call_fails(breaker: CircuitBreaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.seconds = 10
    fail(breaker, 1)
    clock.seconds = 19
    with pytest.raises(CircuitOpen):
        breaker.admit()
    clock.seconds = 20
    breaker.admit()


def test_a_late_outcome_of_a_call_from_before_decides_nothing(breaker: CircuitBreaker, clock: Clock) -> None:
    slow_failure = breaker.admit()
    slow_success = breaker.admit()
    fail(breaker, 3)
    breaker.succeeded(slow_success)
    with pytest.raises(CircuitOpen):
        breaker.admit()
    clock.seconds = 10
    trial = breaker.admit()
    breaker.failed(slow_failure)
    breaker.succeeded(trial)
    assert breaker.state == "closed"


def test_when_the_deciding_call_is_given_up_the_next_one_decides(breaker: CircuitBreaker, clock: Clock) -> None:
    fail(breaker, 3)
    clock.seconds = 10
    breaker.gave_up(breaker.admit())
    breaker.succeeded(breaker.admit())
    assert breaker.state == "closed"


def test_a_call_given_up_while_closed_counts_neither_way(breaker: CircuitBreaker) -> None:
    fail(breaker, 2)
    breaker.gave_up(breaker.admit())
    fail(breaker, 1)
    assert breaker.state == "open"
