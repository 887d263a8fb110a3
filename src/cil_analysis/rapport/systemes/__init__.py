"""Ce qu’un seul système calcule pour sa page."""
