"""Which set-points and tolerances to change, what that should do, and whether it did. People release."""
