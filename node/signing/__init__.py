"""Electronic signatures of people: the one place that makes and keeps them."""
