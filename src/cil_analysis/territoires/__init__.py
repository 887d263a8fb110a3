"""A project for another EPCI, from the files that an analyst downloads: communes and boundaries."""
