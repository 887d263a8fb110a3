"""Words: how figures, objectives, absences and sentences are written in French."""
