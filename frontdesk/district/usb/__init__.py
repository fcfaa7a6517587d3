"""What a centre sends on a stick, taken in by the very use cases that the network's requests reach."""
