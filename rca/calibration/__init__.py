"""From the raw frequency of a statement to the rate at which such statements are true on matched twin lines."""
