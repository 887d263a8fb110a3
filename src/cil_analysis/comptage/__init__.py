"""Counts and figures of each chapter, before any disclosure control."""
