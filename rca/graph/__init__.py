"""What engineers know of causes: words about edges, each with author, reason and time, kept for ever."""
