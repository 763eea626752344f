"""Components and modals in the hands of people: what is sent, what nobody can do, what comes of the answer."""

from tests.unit.discord_simulator.stage import ANN, BO, CHEN, HELLO, LESSONS, Json, Stage, button, row


async def test_a_click_carries_its_message_and_may_update_it(stage: Stage) -> None:
    await stage.register(HELLO)
    stage.application.answer = lambda _interaction: {
        "type": 4,
        "data": {"content": "card", "components": [row(button("go"), button("stop", disabled=True))]},
    }
    message_id = (await stage.act(command="hello"))["message"]["id"]
    stage.application.answer = lambda _interaction: {"type": 7, "data": {"content": "pressed", "components": []}}
    outcome = await stage.act(BO, component="go", message_id=message_id)
    sent = stage.application.received[-1]
    assert sent["type"] == 3
    assert sent["data"]["component_type"] == 2
    assert sent["message"]["content"] == "card"
    assert sent["message"]["interaction_metadata"]["user"]["id"] == ANN
    assert outcome["outcome"] == "update"
    assert (await stage.seen_by(ANN))[0]["content"] == "pressed"
    gone = await stage.refused_act(BO, component="go", message_id=message_id)
    assert gone.status == 404


async def test_nobody_clicks_what_they_cannot(stage: Stage) -> None:
    await stage.register(HELLO)
    components = [row(button("go"), button("stop", disabled=True))]
    stage.application.answer = lambda _interaction: {"type": 4, "data": {"flags": 64, "components": components}}
    message_id = (await stage.act(command="hello"))["message"]["id"]
    assert (await stage.refused_act(BO, component="go", message_id=message_id)).status == 404
    assert (await stage.refused_act(ANN, LESSONS, component="go", message_id=message_id)).status == 404
    assert (await stage.refused_act(ANN, component="stop", message_id=message_id)).status == 400
    assert (await stage.refused_act(ANN, component="fly", message_id=message_id)).status == 404
    stage.application.status = 500
    failed = await stage.act(ANN, component="go", message_id=message_id)
    assert failed["failure"]["shown"] == "This interaction failed"


async def test_a_select_sends_what_was_picked(stage: Stage) -> None:
    await stage.register(HELLO)
    options = [{"label": letter, "value": letter} for letter in "ab"]
    selects = [
        row({"type": 3, "custom_id": "letters", "options": options}),
        row({"type": 5, "custom_id": "people", "max_values": 2}),
    ]
    stage.application.answer = lambda _interaction: {"type": 4, "data": {"content": "x", "components": selects}}
    message_id = (await stage.act(command="hello"))["message"]["id"]
    stage.application.answer = lambda _interaction: {"type": 6}
    outcome = await stage.act(component="people", message_id=message_id, values=[BO, CHEN])
    assert outcome["outcome"] == "silent"
    assert stage.application.received[-1]["data"]["values"] == [BO, CHEN]
    assert set(stage.application.received[-1]["data"]["resolved"]["members"]) == {BO, CHEN}
    for values in ([], ["c"], ["a", "b"], None):
        answer = await stage.refused_act(component="letters", message_id=message_id, values=values)
        assert answer.status == 400


MODAL: Json = {
    "custom_id": "edit:1",
    "title": "Edit",
    "components": [
        {"type": 18, "label": "Title", "component": {"type": 4, "custom_id": "title", "style": 1, "max_length": 5}},
        {
            "type": 18,
            "label": "Kind",
            "component": {
                "type": 21,
                "custom_id": "kind",
                "required": False,
                "options": [{"label": "A", "value": "a"}, {"label": "B", "value": "b"}],
            },
        },
        {"type": 18, "label": "Loud", "component": {"type": 23, "custom_id": "loud", "default": True}},
        {"type": 10, "content": "Read this"},
    ],
}


async def test_a_modal_is_filled_and_submitted(stage: Stage) -> None:
    await stage.register(HELLO)
    stage.application.answer = lambda _interaction: {"type": 9, "data": MODAL}
    opened = await stage.act(command="hello")
    assert (opened["outcome"], opened["modal"]["title"]) == ("modal", "Edit")
    stage.application.answer = lambda _interaction: {"type": 4, "data": {"content": "thanks"}}
    refused = await stage.refused_act(modal="edit:1", fields={"title": "too long"})
    assert refused.status == 400
    assert (await stage.refused_act(BO, modal="edit:1", fields={"title": "x"})).status == 404
    outcome = await stage.act(modal="edit:1", fields={"title": "short"})
    sent = stage.application.received[-1]
    assert sent["type"] == 5
    labels = [component["component"] for component in sent["data"]["components"] if component["type"] == 18]
    assert [label["value"] for label in labels] == ["short", None, True]
    assert sent["data"]["components"][3] == {"type": 10, "id": 4}
    assert outcome["message"]["content"] == "thanks"
    assert (await stage.refused_act(modal="edit:1", fields={"title": "x"})).status == 404


async def test_a_modal_cannot_answer_a_modal(stage: Stage) -> None:
    await stage.register(HELLO)
    stage.application.answer = lambda _interaction: {"type": 9, "data": MODAL}
    await stage.act(command="hello")
    outcome = await stage.act(modal="edit:1", fields={"title": "x"})
    assert outcome["failure"]["shown"] == "Something went wrong. Try again."
    assert "{4, 5, 12}" in outcome["failure"]["reason"]
