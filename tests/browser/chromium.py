"""Makes sure that there is a Chromium for the browser tests, and says where.

Exit status 0: there is one. 1: there is none and none could be installed; the command that installs it is printed.
3: there is none, and `ALLOW_MISSING=browser` lets the tests pass without; what did not run is printed.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
MAC = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")

# Headless, without a sandbox of its own (we may be root), and without calling home.
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


# Where a stack without a port offset has its front door, and where the Activity's SDK expects Discord while it is
# developed with.
FRONT_PORT = 3333


def discord_stands_at(port: int) -> str:
    """Has Chromium find the simulated Discord at `localhost:3333`, whichever port its stack really has."""
    return f"--host-resolver-rules=MAP localhost:{FRONT_PORT} 127.0.0.1:{port}"


def find_chromium() -> str | None:
    """A Chromium's path; the system's own first, then the one that Playwright installed."""
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return path
    if MAC.exists():
        return str(MAC)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install_chromium() -> None:
    """Try the system's packages where we are root, else Playwright's own installer."""
    if hasattr(os, "geteuid") and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        subprocess.run(["apt-get", "install", "-y", "-qq", "chromium", "fonts-noto-color-emoji"], check=False)
    else:
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], check=False)


def main() -> int:
    """Find or install one; the exit status of the module's description."""
    if find_chromium() is None:
        install_chromium()
    if find_chromium() is not None:
        return 0
    if "browser" in os.environ.get("ALLOW_MISSING", "").split(","):
        print("NOT RUN: the browser tests (tests/browser), because there is no Chromium.")
        return 3
    print(
        "The browser tests need a Chromium, and none could be installed. Install one and try again:\n"
        "    sudo apt-get install chromium        or        .venv/bin/playwright install chromium\n"
        "To go on without them: ALLOW_MISSING=browser make test",
        file=sys.stderr,
    )
    return 1


if __name__ == "__main__":
    sys.exit(main())
