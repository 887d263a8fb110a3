"""What a reader deduces from what is shown, what is masked so that it stays wide enough, and the proof of it."""
