"""Digests of what a report is made from: while they are equal, what was made before is still right.

Contents count, never dates: but for programs outside Python, whose size and date stand for their version.
"""

import hashlib
import os
import platform
import re
import shutil
import sys
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from secrets import token_hex

from cil_analysis.fichiers import DROITS, remplacer
from cil_analysis.projet import IMPORT_EN_COURS, MEMOIRE, PREPAREES, Projet

_PAQUET = Path(__file__).resolve().parent
# The year that a file of data/processed is about, in its path: « annee=2022 », « journal/demandes-2022.json ».
_ANNEE = re.compile(r"annee=(\d+)|journal/.*-(\d+)\.json$")


def condenser(*morceaux: bytes | str) -> str:
    """The digest of texts and bytes, in their order."""
    condense = hashlib.sha256()
    for morceau in morceaux:
        octets = morceau.encode("utf-8") if isinstance(morceau, str) else morceau
        condense.update(hashlib.sha256(octets).digest())
    return condense.hexdigest()


def empreinte_du_fichier(chemin: Path) -> str:
    """The SHA-256 of a content; empty for a file that is not there or cannot be read."""
    try:
        with chemin.open("rb") as flux:
            return hashlib.file_digest(flux, "sha256").hexdigest()
    except OSError:
        return ""


def empreinte_des_fichiers(dossier: Path, chemins: Iterable[Path]) -> str:
    """The digest of files: their names below a folder, and their contents."""
    return condenser(
        *(m for c in sorted(chemins) for m in (c.relative_to(dossier).as_posix(), empreinte_du_fichier(c)))
    )


def empreinte_des_references(projet: Projet) -> str:
    """The digest of every reference file: parameters, columns, code lists, territory, grids, governance, settings."""
    condense = hashlib.sha256()
    for chemin in _fichiers(projet.reference):
        condense.update(chemin.relative_to(projet.reference).as_posix().encode())
        condense.update(hashlib.sha256(chemin.read_bytes()).digest())
    return condense.hexdigest()


def empreinte_des_donnees(projet: Projet, annee: int) -> str:
    """The digest of the rows, anomalies and journals up to a year: no bilan reads what came after it.

    What is remembered of the disclosure choices is left out, and the rows prepared for queries: the rest gives them.
    """
    return empreinte_des_fichiers(projet.traite, (c for c in _fichiers(projet.traite) if _compte(projet, c, annee)))


def _compte(projet: Projet, chemin: Path, annee: int) -> bool:
    relatif = chemin.relative_to(projet.traite)
    if relatif.parts[0] in (MEMOIRE, PREPAREES):
        return False
    if projet.partition and any(p.startswith("epci=") and p != f"epci={projet.partition}" for p in relatif.parts):
        return False  # Of another EPCI.
    # An import that is about to be finished changes what there is to read.
    if relatif.parts[0].startswith(".") and relatif.parts[0] != IMPORT_EN_COURS:
        return False
    trouve = _ANNEE.search(relatif.as_posix())
    return trouve is None or int(trouve[1] or trouve[2]) <= annee


def empreinte_des_autres_bilans(projet: Projet, annee: int) -> str:
    """The digest of the figures that the other bilans under reports/ show: they change what has to be masked."""
    dossiers = [d for d in projet.rapports.glob("[0-9][0-9][0-9][0-9]") if int(d.name) != annee and any(d.glob("*"))]
    return empreinte_des_fichiers(projet.rapports, (d / "indicateurs.csv" for d in dossiers))


def empreinte_des_carnets(dossier: Path, sauf: Iterable[str] = ()) -> str:
    """The digest of a folder of notebooks and of what stands beside them, which they may read.

    ``sauf``: patterns of names left out. Jupyter's own notebooks (.ipynb) make no page.
    """
    exclus = ("*.ipynb", *sauf)
    chemins = (c for c in _fichiers(dossier) if not any(p.startswith(".") for p in c.relative_to(dossier).parts))
    return empreinte_des_fichiers(dossier, (c for c in chemins if not any(c.match(motif) for motif in exclus)))


def empreinte_du_logiciel() -> str:
    """The digest of this package, code and assets, of Python, of every library installed, by version, and of Pandoc."""
    bibliotheques = {
        entree.name
        for lieu in sys.path
        if Path(lieu).is_dir()
        for entree in os.scandir(lieu or ".")
        if entree.name.endswith((".dist-info", ".egg-info"))
    }
    pandoc = empreinte_du_programme(os.environ.get("PYPANDOC_PANDOC") or "pandoc")
    versions = (platform.python_version(), pandoc, *sorted(bibliotheques))
    return condenser(*versions, empreinte_des_fichiers(_PAQUET, _fichiers(_PAQUET)))


def empreinte_du_code(*etages: str) -> str:
    """The digest of some floors of this package: what they make of a file."""
    return condenser(*(empreinte_des_fichiers(_PAQUET, _fichiers(_PAQUET / etage)) for etage in etages))


def empreinte_du_programme(nom: str | Path | None) -> str:
    """What changes with the version of a program: its size and its date, which are quicker than to ask it."""
    trouve = shutil.which(nom) if nom else None
    if trouve is None:
        return "absent"
    etat = Path(trouve).resolve().stat()
    return f"{etat.st_size} {etat.st_mtime_ns}"


def empreinte_des_chiffres(projet: Projet, annee: int) -> str:
    """The digest of all that the figures of a bilan depend on: data, reference data, software, other bilans.

    It is noted beside what is published: without the salt of the project, masked counts could be tried against it.
    """
    return condenser(
        str(annee),
        _sel(projet),
        empreinte_du_logiciel(),
        empreinte_des_references(projet),
        empreinte_des_donnees(projet, annee),
        empreinte_des_autres_bilans(projet, annee),
    )


def _sel(projet: Projet) -> str:
    """What is drawn once, and stays beside the rows; nothing where it cannot be kept."""
    fichier = projet.memoire / "sel"
    with suppress(OSError):
        if not fichier.exists():
            fichier.parent.mkdir(parents=True, exist_ok=True)
            remplacer(fichier, token_hex().encode(), droits=DROITS)
        return fichier.read_text(encoding="utf-8")
    return ""


def _fichiers(dossier: Path) -> list[Path]:
    """The files of a folder and of those in it, sorted; not what Python compiles, nor what an open one leaves aside."""
    fichiers = (c for c in dossier.rglob("*") if c.is_file() and "__pycache__" not in c.parts)
    return sorted(c for c in fichiers if not c.name.startswith((".", "~$")))
