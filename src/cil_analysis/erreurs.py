"""The one exception that a user is meant to read."""


class ErreurCIL(Exception):
    """The input or the project is at fault.

    The message is one French sentence or more: what is wrong, where, and what to do. The command line prints
    it and exits with code 1; anything else that is raised is a defect of the software.
    """
