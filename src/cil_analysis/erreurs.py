"""The one exception that a user is meant to read."""

from cil_analysis.typographie import typographie


class ErreurCIL(Exception):
    """The input or the project is at fault.

    The message is one French sentence or more: what is wrong, where, and what to do. The command line prints
    it and exits with code 1; anything else that is raised is a defect of the software.
    """

    def _render_traceback_(self) -> list[str]:
        """What Jupyter shows in place of a traceback. The name stays, for Quarto's log is searched for it."""
        return [typographie(f"{type(self).__name__} : {self}")]
