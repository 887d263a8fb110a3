"""The exceptions that a user is meant to read, and what the system says, in French."""

import errno

from cil_analysis.typographie import typographie

# By the name of the error, which not every system has: what it says in its own language.
_CAUSES = {
    "EACCES": "l’accès est refusé",
    "EPERM": "l’accès est refusé",
    "EROFS": "ce disque ne se lit que",
    "ENOSPC": "il n’y a plus de place sur le disque",
    "EFBIG": "le fichier serait trop grand",
    "ENAMETOOLONG": "le nom est trop long",
    "ENOENT": "le fichier ou le dossier est introuvable",
    "EEXIST": "il existe déjà",
    "EISDIR": "c’est un dossier",
    "ENOTDIR": "ce n’est pas un dossier",
    "ENOTEMPTY": "le dossier n’est pas vide",
    "ELOOP": "des liens tournent en rond",
    "EMFILE": "trop de fichiers sont ouverts",
    "ENFILE": "trop de fichiers sont ouverts",
    "EBUSY": "un autre programme s’en sert",
    "ETXTBSY": "un autre programme s’en sert",
    "EIO": "le disque ne répond pas comme il devrait",
    "ENOMEM": "la mémoire ne suffit pas",
    "EINVAL": "le système n’admet pas ce nom ou ce contenu",
    "EDQUOT": "votre quota sur le disque est atteint",
}


class ErreurCIL(Exception):
    """The input or the project is at fault.

    The message is one French sentence or more: what is wrong, where, and what to do. The command line prints
    it and exits with code 1; anything else that is raised is a defect of the software.
    """

    def _render_traceback_(self) -> list[str]:
        """What Jupyter shows in place of a traceback. The name stays, for Quarto's log is searched for it."""
        return [typographie(f"{type(self).__name__} : {self}")]


class Indisponible(ErreurCIL):
    """A number that a sentence wants is masked or missing: a cell that reads it says so, a template is passed over."""


def cause_du_systeme(erreur: OSError) -> str:
    """Why the system refused, in a few words."""
    return _CAUSES.get(errno.errorcode.get(erreur.errno or 0, ""), f"erreur {erreur.errno} du système")
