"""The report is read by people and by programs, and holds no secret."""

import json

from infra.operations.examination.observations import Group, Observation, any_failed
from infra.operations.examination.report import SECRET_NAMES, as_json, as_text, without_secrets

OK = Observation("API", "ok", "It answers.")
NOTE = Observation("Entry Point", "note", "There is none.")
WARNING = Observation("room templates", "warning", "None is configured.", "Configure some.")
FAILED = Observation("bot token", "failed", "Discord does not accept it.", "Reset it.")


def group(*observations: Observation) -> Group:
    return Group("Discord", observations)


def test_each_line_says_by_sign_and_by_word_how_it_is() -> None:
    text = as_text([group(OK, NOTE, WARNING, FAILED)], coloured=False)
    assert text.splitlines() == [
        "Discord",
        "  ✓ ok       API: It answers.",
        "  · note     Entry Point: There is none.",
        "  ! warning  room templates: None is configured.",
        "             → Configure some.",
        "  ✗ failed   bot token: Discord does not accept it.",
        "             → Reset it.",
        "",
        "1 failed, 1 to look at. Each line with an arrow says what to do.",
    ]


def test_the_conclusion_is_told_in_words() -> None:
    assert as_text([group(OK, NOTE)], coloured=False).endswith("Everything is in order.")
    assert as_text([group(OK, WARNING)], coloured=False).endswith("Nothing failed; 1 to look at.")


def test_only_what_failed_fails_the_run() -> None:
    assert not any_failed([group(OK, NOTE, WARNING)])
    assert any_failed([group(OK), group(FAILED)])


def test_colour_adds_nothing_but_colour() -> None:
    groups = [group(OK, WARNING, FAILED)]
    coloured = as_text(groups, coloured=True)
    assert "\x1b[31m✗ failed" in coloured
    for code in ("\x1b[31m", "\x1b[32m", "\x1b[33m", "\x1b[0m"):
        coloured = coloured.replace(code, "")
    assert coloured == as_text(groups, coloured=False)


def test_a_program_reads_the_same() -> None:
    document = json.loads(as_json([group(OK, FAILED)]))
    assert document["ok"] is False
    assert document["groups"] == [
        {
            "title": "Discord",
            "observations": [
                {"area": "API", "status": "ok", "sentence": "It answers.", "advice": ""},
                {
                    "area": "bot token",
                    "status": "failed",
                    "sentence": "Discord does not accept it.",
                    "advice": "Reset it.",
                },
            ],
        }
    ]


def test_a_secret_is_struck_out_however_it_got_in() -> None:
    environment = {name: f"{name.lower()}-value" for name in SECRET_NAMES}
    leaking = [Observation("x", "failed", f"Told: {value}!", f"Use {value}.") for value in environment.values()]
    shown = as_text(without_secrets([group(*leaking)], environment), coloured=False)
    assert not [value for value in environment.values() if value in shown]
    assert shown.count("[secret]") == 2 * len(SECRET_NAMES)


def test_each_of_several_webhook_secrets_is_one() -> None:
    environment = {"KALTURA_WEBHOOK_SECRETS": "first-secret, second-secret"}
    (struck,) = without_secrets([group(Observation("x", "ok", "second-secret"))], environment)
    assert struck.observations[0].sentence == "[secret]"


def test_a_secret_within_a_secret_leaves_no_rest() -> None:
    environment = {"JWT_SECRET": "long-secret", "KALTURA_WEBHOOK_TOKEN": "long-secret-and-more"}
    (struck,) = without_secrets([group(Observation("x", "ok", "a long-secret-and-more b"))], environment)
    assert struck.observations[0].sentence == "a [secret] b"


def test_what_others_sent_cannot_command_the_terminal() -> None:
    text = as_text([group(Observation("bot token", "ok", "App \x1b[2J\x07\nDiscord  ✓ forged"))], coloured=False)
    assert "\x1b" not in text
    assert "\x07" not in text
    assert len(text.splitlines()) == 4
