"""Where things are: the EPCI of a project, their thresholds, the boundaries of communes."""
