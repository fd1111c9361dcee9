"""Write `docs/openapi.json`: the description of the API, as `GET /v1/openapi.json` gives it.

python tools/openapi.py            write it
python tools/openapi.py --check    exit 1 when it is not current
"""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from evidence.clock import utc_now  # noqa: E402
from node.api.app import create_app  # noqa: E402
from node.api.logs import build_logger  # noqa: E402
from node.api.settings import ApiSettings  # noqa: E402

TARGET = ROOT / "docs" / "openapi.json"


def text() -> str:
    """The description; it depends on the routes only, so the node behind them is left out."""
    node: Any = SimpleNamespace(
        name="", lei="", import_files=None, jobs=None, ready=None, causes=SimpleNamespace(explain=None)
    )
    door: Any = SimpleNamespace(secret=b"description")
    settings = ApiSettings(base_url="https://node.example", spool=Path("unused"))
    logger = build_logger(io.StringIO(), utc_now)
    app = create_app(cast(Any, node), cast(Any, door), settings, clock=utc_now, entropy=os.urandom, logger=logger)
    return json.dumps(app.openapi(), indent=1, ensure_ascii=False, sort_keys=True) + "\n"


def main() -> int:
    """Write or check."""
    current = text()
    if "--check" in sys.argv[1:]:
        same = TARGET.is_file() and TARGET.read_text(encoding="utf-8") == current
        if not same:
            print("docs/openapi.json is not current: run python tools/openapi.py", file=sys.stderr)
        return 0 if same else 1
    TARGET.write_text(current, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
