"""Serves MiniStack inside its own virtual environment, and ends it when the local stack is gone.

Started by path with MiniStack's interpreter, so it imports nothing but what is installed there.

MiniStack brings a server of its own, Hypercorn, which spends more on a request than DynamoDB does: 2.5 ms of processor
time for a `GetItem` or `PutItem`, of which 1.4 ms are left with uvicorn and httptools. A stack and most tests ask for
thousands.
"""

import importlib
import os
import sys
import threading
import time

PARENT_WATCH_SECONDS = 1.0
# Real AWS keeps an idle connection for longer than our functions do; so does MiniStack by itself.
KEEP_ALIVE_SECONDS = 75
# Whoever waits for messages at a queue does so for up to 20 s, and is not waited for.
GRACEFUL_STOP_SECONDS = 1


def leave_with(parent: int) -> None:
    """End this process when its parent died without stopping it."""
    while os.getppid() == parent:
        time.sleep(PARENT_WATCH_SECONDS)
    os._exit(1)


def serve() -> None:
    """Serve until SIGTERM; MiniStack saves its state then, if it is told to keep it."""
    uvicorn = importlib.import_module("uvicorn")
    uvicorn.run(
        "ministack.app:app",
        host=os.environ["BIND_HOST"],
        port=int(os.environ["GATEWAY_PORT"]),
        loop="asyncio",
        http="httptools",
        ws="none",
        log_level=os.environ["LOG_LEVEL"].lower(),
        access_log=False,
        # MiniStack says these itself, as AWS does.
        server_header=False,
        date_header=False,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACEFUL_STOP_SECONDS,
    )


if __name__ == "__main__":
    threading.Thread(target=leave_with, args=(os.getppid(),), daemon=True).start()
    # This file's own folder comes first on the path, and has a module `ministack` of ours.
    sys.path.pop(0)
    serve()
