"""Writing in data/reference without changing what is not written: a value, a heading, a label, an objective."""
