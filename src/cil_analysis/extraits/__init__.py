"""From raw extracts to clean rows and anomalies, with every row accounted for."""
