"""The yardstick: federations in one process, on public data, by the same functions that clients and server call."""
