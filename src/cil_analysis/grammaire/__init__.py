"""The grammar of ``definitions/``: what its files may say, strictly read, and what a dimension and an indicator are."""
