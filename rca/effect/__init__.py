"""What happens to one column when another is set, not seen: do(), with hidden causes doubted."""
