"""One project folder: its paths and its settings."""

import os
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import platformdirs

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.lecture_yaml import lire_yaml

# Where an analyst's own notebooks, files and exports stay: never committed.
EXPLORATIONS = "explorations"
# Of a project of several EPCI, the SIREN of the one that this process, and those that it starts, work for.
EPCI_VOULU = "CIL_EPCI"
# Where the figures of a bilan are, for the processes that make its pages (secret.transmission).
PUBLICATION = "CIL_PUBLICATION"
# The folder, below data/processed, of what is remembered of the disclosure choices.
MEMOIRE = "secret"
# … and for rows that a program makes for the query of an indicator.
PREPAREES = "lignes_preparees"
# … and of an import that is about to be finished.
IMPORT_EN_COURS = ".en-cours"
# What the analyst adds to the action sheet has a folder of its own, below that of the comments.
FICHE_ACTION = "fiche_action"
_REGLAGES = {
    "identifiant": str,
    "epci_siren": str,
    "epci_nom": str,
    "epci_nom_court": str,
    "departement": str,
    "donnees_fictives": bool,
    "commune_centre": str,
}
# Of some of them, how it is written; an invented SIREN may have letters, of any number.
_DITE = r"(?s).*\w.*", "ne dit aucun nom"
_FORMES = {
    "epci_nom": _DITE,
    "epci_nom_court": _DITE,
    "identifiant": (r"[a-z0-9-]+", "ne prend que des minuscules sans accent, des chiffres et des tirets"),
    "epci_siren": (r"[0-9]{9}|(?=.*[A-Za-z])[0-9A-Za-z]+", "n’a pas les neuf chiffres d’un SIREN, sans espace"),
}


@dataclass(frozen=True)
class Projet:
    """A project folder and the settings of its ``data/reference/projet.yml``.

    ``partition``: of a project of several EPCI, the one whose extracts are read, and whose publication has a folder of
    its own; empty for all of them.
    """

    racine: Path
    identifiant: str
    epci_siren: str
    epci_nom: str
    epci_nom_court: str
    departement: str
    donnees_fictives: bool
    commune_centre: str
    partition: str = ""

    @property
    def plusieurs_epci(self) -> bool:
        """Whether the project is of a region or a country: its extracts are stored EPCI by EPCI."""
        return (self.reference / "territory" / "epci.csv").is_file()

    @property
    def brut(self) -> Path:
        """The extracts as received, never modified."""
        return self.racine / "data" / "raw"

    @property
    def traite(self) -> Path:
        """Clean data, anomalies and journals."""
        return self.racine / "data" / "processed"

    @property
    def memoire(self) -> Path:
        """What is remembered of the disclosure choices, and a salt (``empreintes``): no inputs."""
        return self.traite / MEMOIRE / self.partition

    @property
    def reference(self) -> Path:
        """What an analyst edits: columns, parameters, nomenclatures, territory, governance."""
        return self.racine / "data" / "reference"

    @property
    def rapports(self) -> Path:
        """Rendered output, one folder a year."""
        return self.racine / "reports" / self.partition

    @property
    def commentaires(self) -> Path:
        """What the analyst says of the figures, one folder a year; one of the action sheet, there and in each."""
        return self.racine / "commentaires" / self.partition

    @property
    def explorations(self) -> Path:
        """The analyst's own notebooks, their files and their exports; never committed."""
        return self.racine / EXPLORATIONS

    @property
    def cle(self) -> Path:
        """The pseudonymisation key: outside the project, one per project (``CIL_DOSSIER_CLES`` moves the folder).

        Raises ErreurCIL when neither that folder nor the user's own is known.
        """
        dossier = os.environ.get("CIL_DOSSIER_CLES")
        base = Path(dossier) if dossier else dossier_personnel(platformdirs.user_config_path)
        if base is None:
            raise ErreurCIL(
                "Aucun dossier personnel n’est connu pour ce compte : indiquez où garder la clé de pseudonymisation "
                "par la variable CIL_DOSSIER_CLES, hors du projet, puis relancez la commande."
            )
        return base / f"{self.identifiant}.cle"

    @property
    def carnets(self) -> Path:
        """The folder of notebooks: the project's own, or that of the nearest folder above which has one."""
        for dossier in (self.racine, *self.racine.parents):
            if (dossier / "notebooks" / "bilan_annuel.qmd").is_file():
                return dossier / "notebooks"
        raise ErreurCIL(
            f"Le dossier « notebooks » est introuvable dans {self.racine} et au-dessus : placez le projet dans une "
            "copie du dépôt cil-analysis."
        )


def dossier_personnel(lieu: Callable[..., Path]) -> Path | None:
    """Our folder in one of the user's (``platformdirs.user_…_path``); None for an account that has no home."""
    try:
        dossier = lieu("cil-analysis", appauthor=False)
    except RuntimeError:
        return None
    return dossier if dossier.is_absolute() else None


def _resoudre(dossier: Path) -> Path:
    """A relative folder is looked for here, or beside the folder of the notebook that asks: it runs in there."""
    ici = Path.cwd()
    for depart in (ici, ici.parent) if ici.name in ("notebooks", EXPLORATIONS) else (ici,):
        if (depart / dossier / "data" / "reference" / "projet.yml").is_file():
            return (depart / dossier).resolve()
    return dossier.resolve()


def racine_d_ici() -> Path | None:
    """The nearest project folder at or above the current folder, or None."""
    ici = Path.cwd()
    return next((d for d in (ici, *ici.parents) if (d / "data" / "reference" / "projet.yml").is_file()), None)


def ouvrir_projet(dossier: Path | str | None = None, *, plusieurs_epci: bool = False) -> Projet:
    """Open a project folder, or the nearest one at or above the current folder.

    ``plusieurs_epci``: one of a region or a country will do; without it, such a project is that of the EPCI that
    ``EPCI_VOULU`` names. Raises ErreurCIL when there is none, when projet.yml is
    incomplete, or when the project has several EPCI and the caller can do with one only.
    """
    projet = _ouvrir(dossier)
    return projet if plusieurs_epci else d_un_epci(projet)


def d_un_epci(projet: Projet) -> Projet:
    """A project for what serves one EPCI only. Raises ErreurCIL for one of several of which none is named."""
    if not projet.plusieurs_epci:
        return projet
    if voulu := os.environ.get(EPCI_VOULU):
        return replace(projet, partition=voulu)
    raise ErreurCIL(
        f"Le projet {projet.racine} réunit plusieurs EPCI (territory/epci.csv) : seules les commandes colonnes, "
        "libelles, verifier, importer, qualite (sans --priorites), indicateurs, seuils et « bilan --tous » le servent. "
        "Pour le reste, faites un projet par EPCI (« cil nouveau »)."
    )


def _ouvrir(dossier: Path | str | None) -> Projet:
    if dossier is None:
        dossier = os.environ.get("CIL_PROJET") or None
    if dossier is None:
        trouvee = racine_d_ici()
        if trouvee is None:
            raise ErreurCIL(
                f"Aucun projet dans {Path.cwd()} : placez-vous dans un dossier qui contient data/reference/projet.yml, "
                'ou nommez-le : --projet DOSSIER, ou Projet("DOSSIER") dans un carnet.'
            )
        racine = trouvee
    else:
        racine = _resoudre(Path(os.path.expanduser(dossier)))  # noqa: PTH111  # Path's raises without a home.
    chemin = racine / "data" / "reference" / "projet.yml"
    if not chemin.is_file():
        raise ErreurCIL(
            f"Ce dossier n’est pas un projet : {chemin} est introuvable. Nommez celui d’un projet : "
            '--projet DOSSIER, ou Projet("DOSSIER") dans un carnet.'
        )
    reglages: dict[str, Any] = lire_yaml(chemin, str(chemin))
    for nom, attendu in _REGLAGES.items():
        if not isinstance(reglages.get(nom), attendu):
            quoi = "true ou false" if attendu is bool else "un texte, entre guillemets"
            raise ErreurCIL(f"{chemin} : « {nom} » manque ou n’est pas {quoi}. Corrigez cette clé.")
    for nom, (motif, quoi) in _FORMES.items():
        if not re.fullmatch(motif, reglages[nom]):
            raise ErreurCIL(f"{chemin} : « {nom} » {quoi}. Corrigez cette clé.")
    if inconnus := sorted(set(reglages) - set(_REGLAGES)):
        raise ErreurCIL(f"{chemin} : clé inconnue « {inconnus[0]} ». Supprimez-la.")
    return Projet(racine=racine, **reglages)
