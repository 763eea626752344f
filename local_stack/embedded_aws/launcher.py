"""Runs MiniStack inside its own virtual environment, and ends it when the local stack is gone.

Started by path with MiniStack's interpreter, so it imports nothing but the standard library and MiniStack.
"""

import os
import runpy
import sys
import threading
import time

PARENT_WATCH_SECONDS = 1.0


def leave_with(parent: int) -> None:
    """End this process when its parent died without stopping it."""
    while os.getppid() == parent:
        time.sleep(PARENT_WATCH_SECONDS)
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=leave_with, args=(os.getppid(),), daemon=True).start()
    sys.argv = ["ministack"]
    # This file's own folder comes first on the path, and has a module `ministack` of ours.
    sys.path.pop(0)
    runpy.run_module("ministack", run_name="__main__")
