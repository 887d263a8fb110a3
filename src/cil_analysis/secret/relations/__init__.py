"""What a reader may add up or subtract between published figures."""
