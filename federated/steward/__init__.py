"""The steward of a federation: keeps the SuperLink, its door and its worker running, and runs at people's wish."""
