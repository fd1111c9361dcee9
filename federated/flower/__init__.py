"""Flower 1.41 underneath: processes, addresses, messages. What knows Flower lies here and in the two apps."""
