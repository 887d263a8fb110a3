"""Headings and labels that nobody knows: what they could be, and what an analyst decides of them."""
