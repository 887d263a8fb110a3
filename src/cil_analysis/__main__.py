"""``cil`` and ``python -m cil_analysis``: the command, and what is said when it is stopped before it is ready."""

import gc
import os
import signal
import sys
from types import FrameType

_INTERROMPU = 130


def main() -> int:
    """Run the command line. Its modules take a second to load: Ctrl+C meanwhile finds nothing begun, and ends it."""
    attendu = signal.getsignal(signal.SIGINT)
    if attendu is signal.default_int_handler:  # In the background it is ignored, and stays so.
        signal.signal(signal.SIGINT, _arreter)
    gc.set_threshold(50_000)  # A command does not live long: looking for garbage took a tenth of its time.
    from cil_analysis.commandes import main as commander

    signal.signal(signal.SIGINT, attendu)
    code = commander()
    gc.freeze()  # Nor does what it leaves have to be freed before it ends: that took up to a second.
    return code


def _arreter(_signal: int, _cadre: FrameType | None) -> None:
    # Nothing is open yet, and an exception may be caught by what is being loaded.
    if sys.stderr is not None:
        os.write(sys.stderr.fileno(), b"\nInterrompu.\n")
    os._exit(_INTERROMPU)


if __name__ == "__main__":
    sys.exit(main())
