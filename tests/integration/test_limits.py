"""Limits against abuse."""

from tests.integration.running_stack import Stack, words


def test_the_sixth_start_in_ten_minutes_is_refused_with_the_time_of_the_next(stack: Stack) -> None:
    somebody = stack.member("Dana")
    channel = stack.channel("lessons")

    answers = [
        words(stack.use(somebody, channel, "kaltura-start", type="room", title=f"Again {number}")["message"])
        for number in range(6)
    ]

    assert all("is live" in answer for answer in answers[:5])
    assert "You have started 5 meetings in 10 minutes" in answers[5]
    assert "<t:" in answers[5]
