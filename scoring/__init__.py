"""The score: published policy in, ordered evidence in, a card that proves itself out; integers all the way."""
