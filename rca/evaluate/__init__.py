"""The yardstick: the same cases for us and for our peers, with seeds and splits stated."""
