"""Which organisation's variation did the harm: shares with intervals, and what stays unexplained."""
