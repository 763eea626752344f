"""A handler that does what the request asks for: the tests' small language for functions."""

import json
import os
import sys
import time
from typing import Any

invocations = 0


def handler(event: dict[str, Any], context: Any) -> Any:
    """Do `event["body"]`: {"do": ..., ...}; without a body return the event."""
    global invocations
    invocations += 1
    order = json.loads(event.get("body") or "{}")
    match order.get("do"):
        case "return":
            return order["value"]
        case "raise":
            raise ValueError(order["message"])
        case "sleep":
            time.sleep(order["seconds"])
            return {"slept": order["seconds"]}
        case "exit":
            os._exit(3)
        case "marshal":
            return {"set": {1, 2}}
        case "large":
            return "x" * order["size"]
        case "facts":
            return facts(context)
        case "print":
            print(order["text"])
            print(order["text"], file=sys.stderr)
            return None
    return event


def facts(context: Any) -> dict[str, Any]:
    """What the handler sees around itself."""
    return {
        "pid": os.getpid(),
        "invocations": invocations,
        "environment": dict(os.environ),
        "path": sys.path,
        "cwd": os.getcwd(),
        "local_stack": "local_stack" in sys.modules,
        "request_id": context.aws_request_id,
        "function_name": context.function_name,
        "memory": context.memory_limit_in_mb,
        "arn": context.invoked_function_arn,
        "log_group": context.log_group_name,
        "remaining_ms": context.get_remaining_time_in_millis(),
    }
