"""Bring the browser that the portal's end-to-end tests look through: `python -m tools.browser`.

Debian's Chromium, with a font for Chinese: Playwright's own download is another build from another host. Where it
cannot be installed (no apt, not root), this says what to do and the tests skip by name.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

PACKAGES = ("chromium", "fonts-noto-cjk")
ADVICE = f"as root: apt-get install {' '.join(PACKAGES)}"


def has_chinese() -> bool:
    """Whether a font with Chinese is there; pictures without one show boxes."""
    listing = shutil.which("fc-list")
    if listing is None:
        return False
    found = subprocess.run([listing, ":lang=zh", "family"], capture_output=True, text=True, check=False)
    return bool(found.stdout.strip())


def main() -> int:
    """Install what is missing where that is allowed; 0 also where it is not, unless nothing may be skipped."""
    if os.environ.get("CREDENCE_CHROMIUM") or (shutil.which("chromium") and has_chinese()):
        return 0
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return _without("Chromium or a Chinese font is missing and cannot be installed by this user")
    print(f"== installing {' and '.join(PACKAGES)} for the portal's end-to-end tests", flush=True)
    environ = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in ([apt, "update", "-qq"], [apt, "install", "-y", "-qq", "--no-install-recommends", *PACKAGES]):
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            return _without(f"apt-get failed: {done.stderr.strip().splitlines()[-1:] or ['no reason given']}")
    return 0


def _without(why: str) -> int:
    print(f"{why}: the portal's end-to-end tests will be skipped ({ADVICE})", file=sys.stderr)
    return 1 if os.environ.get("CREDENCE_REQUIRE_ALL") == "1" else 0


if __name__ == "__main__":
    sys.exit(main())
