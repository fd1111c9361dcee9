"""What changed, and how much of the alarm each change explains."""
