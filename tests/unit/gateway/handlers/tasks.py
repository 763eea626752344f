"""A queue's handler: each message body says how it goes; what happened is appended to a file."""

import json
import os
import time
from typing import Any


def handler(event: dict[str, Any], context: Any) -> Any:
    """Run a batch with partial failures."""
    with open(os.environ["DIARY"], "a", encoding="utf-8") as diary:
        diary.write(json.dumps(event) + "\n")
    failures = []
    for record in event["Records"]:
        order = json.loads(record["body"])
        if "sleep" in order:
            time.sleep(order["sleep"])
        if order.get("raise"):
            raise RuntimeError("the whole batch")
        if order.get("report") is not None:
            return {"batchItemFailures": [{"itemIdentifier": order["report"]}]}
        if order.get("fail"):
            failures.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failures}
