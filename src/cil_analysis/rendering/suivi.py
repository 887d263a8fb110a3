"""What was rendered from what: a sheet whose inputs have not changed since it was written is kept."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from pathlib import Path

from cil_analysis.fichiers import remplacer

FICHIER = ".fiches.json"
_PAQUET = Path(__file__).resolve().parents[1]
_BIBLIOTHEQUES = ("pandas", "numpy", "geopandas", "shapely", "matplotlib", "nbclient", "ipykernel", "pypandoc_binary")


def condenser(*morceaux: bytes | str) -> str:
    """The digest of texts and bytes, in their order."""
    condense = hashlib.sha256()
    for morceau in morceaux:
        octets = morceau.encode("utf-8") if isinstance(morceau, str) else morceau
        condense.update(hashlib.sha256(octets).digest())
    return condense.hexdigest()


def empreinte_du_bilan(dossier: Path) -> str:
    """The digest of what the bilan of a folder shows: its figures, the reference data of their words, the imports."""
    journal = json.loads((dossier / "journal.json").read_text(encoding="utf-8"))
    mots = json.dumps([journal["empreinte_references"], journal["entrees"]], sort_keys=True)
    return condenser((dossier / "indicateurs.csv").read_bytes(), mots)


@cache
def empreinte_du_logiciel() -> str:
    """A digest of this package, code and assets, and of the versions of what draws and lays out."""
    fichiers = sorted(c for c in _PAQUET.rglob("*") if c.is_file() and "__pycache__" not in c.parts)
    contenus = [m for c in fichiers for m in (c.relative_to(_PAQUET).as_posix(), c.read_bytes())]
    return condenser(platform.python_version(), *(version(nom) for nom in _BIBLIOTHEQUES), *contenus)


@dataclass
class Suivi:
    """The sheets of a year that this tool wrote, by their path below the folder: what each was made from.

    ``fiches``: « entrees », the digest of what it was made from; « contenu », that of the file; « chiffres », that of
    the bilan whose figures, names and dates it shows.
    """

    dossier: Path
    fiches: dict[str, dict[str, str]] = field(default_factory=dict)

    def est_a_jour(self, nom: str, entrees: str) -> bool:
        """Whether the file is there, as it was written, from these very inputs."""
        note = self.fiches.get(nom, {})
        if note.get("entrees") != entrees:
            return False
        try:
            return condenser((self.dossier / nom).read_bytes()) == note.get("contenu")
        except OSError:
            return False

    def sont_perimees(self, noms: Iterable[str], chiffres: str) -> bool:
        """Whether one of the sheets shows other figures or other words than those of a digest."""
        return any(self.fiches.get(nom, {}).get("chiffres") != chiffres for nom in noms)

    def deposer(self, nom: str, octets: bytes, entrees: str, chiffres: str) -> None:
        """Put a sheet in its place, then write down what it was made from: stopped in between, it is made again."""
        chemin = self.dossier / nom
        chemin.parent.mkdir(parents=True, exist_ok=True)
        remplacer(chemin, octets)
        self.fiches[nom] = {"entrees": entrees, "contenu": condenser(octets), "chiffres": chiffres}
        self.ecrire()

    def retirer(self, gardees: Iterable[str]) -> list[str]:
        """Remove the sheets that this tool wrote and that are no longer to be; others are left alone."""
        perimees = sorted(set(self.fiches) - set(gardees))
        for nom in perimees:
            chemin = self.dossier / nom
            with suppress(FileNotFoundError):
                if condenser(chemin.read_bytes()) == self.fiches[nom]["contenu"]:
                    chemin.unlink()
            del self.fiches[nom]
        if perimees:
            self.ecrire()
        return perimees

    def ecrire(self) -> None:
        """Write the file, in one step."""
        texte = json.dumps({"fiches": self.fiches}, ensure_ascii=False, indent=1, sort_keys=True)
        remplacer(self.dossier / FICHIER, (texte + "\n").encode("utf-8"))


def lire_suivi(dossier: Path) -> Suivi:
    """What was written in a folder; nothing when its file is missing or spoilt: sheets are then made again."""
    try:
        lu = json.loads((dossier / FICHIER).read_text(encoding="utf-8"))["fiches"]
        fiches = {str(nom): _note(note) for nom, note in lu.items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        fiches = {}
    return Suivi(dossier, {nom: note for nom, note in fiches.items() if _est_un_nom(nom)})


def _note(lue: Mapping[str, object]) -> dict[str, str]:
    return {cle: str(lue[cle]) for cle in ("entrees", "contenu", "chiffres")}


def _est_un_nom(nom: str) -> bool:
    """A page in a folder of this one: a file that was tampered with must not lead out of it."""
    chemin = Path(nom)
    return len(chemin.parts) == 2 and chemin.suffix in (".html", ".xlsx") and not {"..", "/"} & set(chemin.parts)
