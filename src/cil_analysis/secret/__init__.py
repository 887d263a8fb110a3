"""Disclosure control: the only way from counts to anything that is published."""
