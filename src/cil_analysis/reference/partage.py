"""A project as another process opens it: the same folder, the same reference data, the same software, or nothing."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from functools import lru_cache
from importlib.metadata import version

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.projet import ouvrir_projet
from cil_analysis.reference.ensemble import References

# What has to be the same for the results to be the same.
_LOGICIELS = ("cil-analysis", "duckdb", "pandas", "numpy", "pyarrow")

_RAMASSAGE = (50_000, 20, 50)


@dataclass(frozen=True)
class Partage:
    """Where a project is, the digest of its reference data, and the versions of the software that shares it out."""

    racine: str
    empreinte: str
    versions: tuple[str, ...]

    @classmethod
    def de(cls, references: References) -> Partage:
        """That of a project that this process has opened."""
        return cls(str(references.projet.racine), references.empreinte(), _versions())

    def references(self) -> References:
        """The reference data, read once by process.

        Raises ErreurCIL where other software, or another folder, would give other results.
        """
        for nom, ici, attendue in zip(_LOGICIELS, _versions(), self.versions, strict=True):
            if ici != attendue:
                raise ErreurCIL(
                    f"Un travailleur a la version {ici} de {nom}, et non {attendue} : installez partout la même."
                )
        return _ouvrir(self.racine, self.empreinte)


def _versions() -> tuple[str, ...]:
    return tuple(version(nom) for nom in _LOGICIELS)


@lru_cache(maxsize=2)
def _ouvrir(racine: str, empreinte: str) -> References:
    references = References(ouvrir_projet(racine, plusieurs_epci=True))
    if references.empreinte() != empreinte:
        raise ErreurCIL(
            f"Un travailleur lit d’autres référentiels dans {racine} : partagez le dossier du projet, au même chemin, "
            "entre toutes les machines."
        )
    gc.collect()
    gc.freeze()  # The software lives as long as the worker: what to free is not looked for in it at every EPCI,
    gc.set_threshold(*_RAMASSAGE)  # nor in what is counted every time that it has grown by a thousand objects.
    return references
