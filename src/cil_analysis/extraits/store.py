"""The clean data of a project: Parquet by extract and year, with its anomalies and its journal.

A project of several EPCI has one file of rows by EPCI as well: what reads one opens no other's. The files of an import
are first written whole under ``.en-cours``, then sealed by a marker, then moved: a run killed before the marker leaves
the old state, and one killed after it is finished at the next opening (:func:`reprendre`). The state is always one or
the other; a run that cannot move the first of them leaves the old one.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock, Timeout

from cil_analysis.a_coller import options_de_listes
from cil_analysis.empreintes import empreinte_du_fichier
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.fichiers import DROITS, dossier_a_cote, echanger, synchroniser
from cil_analysis.lecture_yaml import lire_du_logiciel
from cil_analysis.projet import IMPORT_EN_COURS, PREPAREES, Projet
from cil_analysis.reference.agregats import option_d_import

if TYPE_CHECKING:  # What opens no table stays quick: pandas and Arrow are loaded with the first one.
    import pandas as pd

    Lignes = pd.DataFrame | Mapping[str, pd.DataFrame]  # the rows, or those of each EPCI by its SIREN

_SCELLE = "complet"
_ANCIENS = "ancien-"
_PART = "part.parquet"
_VERROU = ".verrou"
_ATTENTE_S = 60
# Codes are numbers in a list already, pseudonyms do not shrink, and all is read: no compression, no bounds of columns.
_PARQUET: dict[str, Any] = {"compression": "none", "write_statistics": False}

# In the journal: the digest of each table that the import wrote.
_ECRITS = "ecrits"
_JOURNAL = lire_du_logiciel("extraits/journal.yml")


def _donnees(projet: Projet, extrait: str, annee: int | str) -> Path:
    """The file of the rows; a folder for those of several EPCI together."""
    dossier = Path(extrait) / f"annee={annee}"
    if projet.partition:
        return dossier / f"epci={projet.partition}" / _PART
    return dossier if projet.plusieurs_epci else dossier / _PART


def fichiers(projet: Projet, extrait: str) -> str:
    """The files of the rows of an extract, every year: a pattern, from the folder of the project."""
    return (projet.traite.relative_to(projet.racine) / _donnees(projet, extrait, "*")).as_posix()


def _anomalies(extrait: str, annee: int) -> Path:
    return Path("anomalies") / extrait / f"annee={annee}" / _PART


def _journal(extrait: str, annee: int) -> Path:
    return Path("journal") / f"{extrait}-{annee}.json"


@contextmanager
def verrou(projet: Projet) -> Iterator[None]:
    """Exclude other writers of the same project; a killed process leaves no lock. Raises ErreurCIL after a while."""
    projet.traite.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(projet.traite / _VERROU, timeout=_ATTENTE_S, mode=DROITS, is_singleton=True):
            yield
    except Timeout as erreur:
        raise ErreurCIL(
            f"Un autre import du projet {projet.racine} est en cours depuis plus de {_ATTENTE_S} secondes : attendez "
            "qu’il finisse, puis relancez la commande."
        ) from erreur


def enregistrer(projet: Projet, journal: dict[str, Any], donnees: Lignes, anomalies: pd.DataFrame) -> None:
    """Replace what is stored of the extract and year of a journal, to which digests are added: all of it or nothing."""
    with verrou(projet):
        reprendre(projet)
        etape = projet.traite / IMPORT_EN_COURS
        if etape.exists():  # What an import killed before its seal has left.
            shutil.rmtree(etape)
        try:
            _preparer(etape, journal, donnees, anomalies)
        except BaseException:
            shutil.rmtree(etape, ignore_errors=True)
            raise
        parties = _parties(etape)
        try:
            _deplacer(projet, etape)
        except OSError:  # A file that another program holds open, a folder that may not be written.
            if _parties(etape) == parties and not any(etape.glob(f"{_ANCIENS}*/*")):
                (etape / _SCELLE).unlink()
                shutil.rmtree(etape)
            raise


def _preparer(etape: Path, journal: dict[str, Any], donnees: Lignes, anomalies: pd.DataFrame) -> None:
    """Write the files aside, and seal them once they are on the disk."""
    lequel = journal["extrait"], journal["annee"]
    annee = Path(lequel[0]) / f"annee={lequel[1]}"
    tables = {_anomalies(*lequel): anomalies}
    if isinstance(donnees, Mapping):
        tables |= {annee / f"epci={siren}" / _PART: lignes for siren, lignes in donnees.items()}
    else:
        tables[annee / _PART] = donnees
    for chemin, table in tables.items():
        (etape / chemin).parent.mkdir(parents=True, exist_ok=True)
        options = {} if table is anomalies else _PARQUET
        table.to_parquet(etape / chemin, index=False, **options)
    journal[_ECRITS] = {c.as_posix(): empreinte_du_fichier(etape / c) for c in sorted(tables)}
    compte = etape / _journal(*lequel)
    compte.parent.mkdir()
    compte.write_text(json.dumps(journal, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    for chemin in (*tables, _journal(*lequel)):
        (etape / chemin).chmod(DROITS)
        synchroniser(etape / chemin)
    (etape / _SCELLE).touch()
    synchroniser(etape)


def reprendre(projet: Projet) -> None:
    """Finish a sealed import that was interrupted. One that is not sealed may be under way: it is left alone."""
    etape = projet.traite / IMPORT_EN_COURS
    if (etape / _SCELLE).exists():
        with verrou(projet):  # An import may be finishing right now: then nothing is left to do.
            if (etape / _SCELLE).exists():
                _deplacer(projet, etape)


def _parties(etape: Path) -> list[Path]:
    """What is still to be put in its place."""
    motifs = ("*/annee=*", "anomalies/*/annee=*", "journal/*.json")
    return [source for motif in motifs for source in sorted(etape.glob(motif))]


def _deplacer(projet: Projet, etape: Path) -> None:
    """Put each part in the place of the former one; a part that is no longer aside has been put there already."""
    for source in _parties(etape):
        cible = projet.traite / source.relative_to(etape)
        cible.parent.mkdir(parents=True, exist_ok=True)
        if cible.is_dir():
            echanger(source, cible, dossier_a_cote(etape, _ANCIENS) / "lignes")
        else:
            source.replace(cible)
    shutil.rmtree(projet.traite / PREPAREES, ignore_errors=True)  # They were made of what is no more.
    shutil.rmtree(etape)


def annees(projet: Projet, extrait: str) -> list[int]:
    """The years that have data for an extract, oldest first."""
    reprendre(projet)
    dossiers = [d for d in (projet.traite / extrait).glob("annee=*") if d.is_dir()]
    noms = [nom for d in dossiers if (projet.traite / _donnees(projet, extrait, nom := d.name[6:])).exists()]
    return sorted(int(nom) for nom in noms if nom.isdecimal())  # A folder of somebody else's is no year.


def epci(projet: Projet, extrait: str, annee: int) -> list[str]:
    """The EPCI that have rows of an extract and year, in a project of several, by SIREN."""
    reprendre(projet)
    fichiers = (projet.traite / extrait / f"annee={annee}").glob(f"epci=*/{_PART}")
    return sorted(fichier.parent.name.removeprefix("epci=") for fichier in fichiers)


def lire(projet: Projet, extrait: str, annee: int, colonnes: Sequence[str] | None = None) -> pd.DataFrame:
    """The clean rows of an extract and year, in some columns or in all. Raises ErreurCIL when nothing was imported."""
    return _lire(projet, _donnees(projet, extrait, annee), extrait, annee, colonnes)


def lire_anomalies(projet: Projet, extrait: str, annee: int) -> pd.DataFrame:
    """The anomalies of an extract and year; one row is one anomaly of one line. Raises ErreurCIL as :func:`lire`."""
    from cil_analysis.extraits.anomalies import COLONNES

    chemin = _anomalies(extrait, annee)
    table = _lire(projet, chemin, extrait, annee)
    if not set(COLONNES) <= set(table):
        raise _abime(projet.traite / chemin, reimporter(projet, extrait, annee))
    return table


def _lire(
    projet: Projet, chemin: Path, extrait: str, annee: int, colonnes: Sequence[str] | None = None
) -> pd.DataFrame:
    from pyarrow import ArrowException, parquet

    reprendre(projet)
    complet = projet.traite / chemin
    if not complet.exists():
        connues = annees(projet, extrait)
        suite = f" Années disponibles : {', '.join(map(str, connues))}." if connues else ""
        raise ErreurCIL(
            f"Aucune donnée « {extrait} » pour {annee} : importez d’abord l’extrait de cette année avec "
            f"« {reimporter(projet, extrait, annee)} ».{suite}"
        )
    ecrits = _ecrits(projet, extrait, annee)
    for fichier in sorted(complet.rglob("*.parquet")) if complet.is_dir() else [complet]:
        nom = fichier.relative_to(projet.traite).as_posix()
        if ecrits is not None and ecrits.get(nom) != empreinte_du_fichier(fichier):
            raise ErreurCIL(
                f"{fichier} n’est plus ce que l’import a écrit (fichier coupé, modifié, ou d’une autre année) : "
                f"réimportez l’extrait (« {reimporter(projet, extrait, annee)} »)."
            )
    try:
        # Not by the names of its folders, which would make columns.
        table: pd.DataFrame = parquet.read_table(complet, columns=colonnes, partitioning=None).to_pandas()
    except (ArrowException, OSError) as erreur:
        raise _abime(complet, reimporter(projet, extrait, annee)) from erreur
    return table


def reimporter(projet: Projet, extrait: str, annee: int) -> str:
    """The import to run again, with the lists that the one before read."""
    listes = options_de_listes(lire_journal(projet, extrait, annee) or {})
    return f"cil importer FICHIER --annee {annee} {option_d_import(extrait)}{listes}"


def est_intact(projet: Projet, extrait: str, annee: int) -> bool:
    """Whether what an import wrote is there as it was."""
    ecrits = _ecrits(projet, extrait, annee)
    if ecrits is None:
        return annee in annees(projet, extrait)
    return all(empreinte_du_fichier(projet.traite / nom) == empreinte for nom, empreinte in ecrits.items())


def _ecrits(projet: Projet, extrait: str, annee: int) -> dict[str, str] | None:
    """The digest of each table that an import wrote; None for an import older than the rule."""
    return (lire_journal(projet, extrait, annee) or {}).get(_ECRITS)


def lire_journal(projet: Projet, extrait: str, annee: int) -> dict[str, Any] | None:
    """The journal of an import, or None when there is none."""
    reprendre(projet)
    chemin = projet.traite / _journal(extrait, annee)
    return _charger_journal(chemin) if chemin.is_file() else None


def journaux(projet: Projet) -> list[dict[str, Any]]:
    """Every journal of the project."""
    reprendre(projet)
    return [_charger_journal(chemin) for chemin in sorted((projet.traite / "journal").glob("*.json"))]


def _charger_journal(chemin: Path) -> dict[str, Any]:
    try:
        journal = json.loads(chemin.read_text(encoding="utf-8"))
    except ValueError:
        journal = None
    # An import older than the lists read none.
    if not isinstance(journal, dict) or not _est_conforme({"listes": {}, "extraits": [], **journal}, _JOURNAL):
        extrait, _, annee = chemin.stem.rpartition("-")
        commande = f"cil importer FICHIER --annee {annee} {option_d_import(extrait)}"
        raise _abime(chemin, commande, ", et « --liste CODE=FICHIER » pour chaque liste qu’il lisait")
    return journal


def _est_conforme(valeur: Any, modele: Any) -> bool:
    """Whether a value has the types of journal.yml; what that does not name may be there."""
    if modele == "instant":
        return _est_un_instant(valeur)
    if isinstance(modele, str):
        return type(valeur).__name__ == modele and (modele != "int" or valeur >= 0)
    if isinstance(modele, list):
        return isinstance(valeur, list) and all(_est_conforme(element, modele[0]) for element in valeur)
    if not isinstance(valeur, dict) or not set(modele) - {"*"} <= valeur.keys():
        return False
    autres = modele.get("*")
    return all(_est_conforme(v, modele.get(nom, autres)) for nom, v in valeur.items() if nom in modele or autres)


def _est_un_instant(valeur: Any) -> bool:
    """Whether a value is a time as an import writes it: others would not compare, or not be read everywhere."""
    try:
        instant = datetime.fromisoformat(valeur)
    except (TypeError, ValueError):
        return False
    return instant.tzinfo is not None and instant.isoformat(timespec="seconds") == valeur


def _abime(chemin: Path, commande: str, suite: str = "") -> ErreurCIL:
    return ErreurCIL(f"{chemin} est abîmé : supprimez ce fichier, puis réimportez l’extrait (« {commande} »{suite}).")
