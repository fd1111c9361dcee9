"""Write `docs/operating.svg`: both operating-characteristic curves as docs/score.md shows them.

python -m tools.operating_svg            write it
python -m tools.operating_svg --check    exit 1 when it is not current
"""

from __future__ import annotations

import sys
from pathlib import Path

from spc.operating import Plan, operating
from spc.svg_operating import render_operating

TARGET = Path(__file__).resolve().parents[1] / "docs" / "operating.svg"


def main() -> int:
    """Write or check."""
    picture = render_operating(Plan(), operating(Plan()))
    if "--check" in sys.argv[1:]:
        same = TARGET.is_file() and TARGET.read_text(encoding="utf-8") == picture
        if not same:
            print("docs/operating.svg is not current: run python -m tools.operating_svg", file=sys.stderr)
        return 0 if same else 1
    TARGET.write_text(picture, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
