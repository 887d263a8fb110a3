"""Everything under ``reports/<année>/``: the page, the workbook, the figures and the journal, all or nothing."""

from __future__ import annotations

import csv
import hashlib
import json
import platform
import shutil
import tempfile
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any, TextIO

import pandas as pd

from cil_analysis.disclosure.preuve import prouver
from cil_analysis.disclosure.published import Publication
from cil_analysis.disclosure.transmission import transmettre
from cil_analysis.indicators.cadre import COLONNES
from cil_analysis.presentation.pages import BILAN, FICHIERS
from cil_analysis.presentation.rapport import Rapport, ouvrir_rapport
from cil_analysis.presentation.workbook import ecrire_classeur
from cil_analysis.project import Projet
from cil_analysis.rendering import Moteur, notebooks, pdf
from cil_analysis.rendering.accueil import ACCUEIL, fichiers_de, page_d_accueil
from cil_analysis.rendering.pages import rendre_les_pages
from cil_analysis.rendering.suivi import lire_suivi
from cil_analysis.rendering.verrou import seul_a_ecrire

TITRE = BILAN.titre
PDF = "bilan.pdf"
_ANCIENS = "anciens"  # the previous files, while the new ones take their place
_ENTIERS = ("annee", "numerateur", "denominateur", "menages_manquants")
_BIBLIOTHEQUES = ("cil-analysis", "pandas", "geopandas", "matplotlib", "openpyxl", "pyarrow")


def produire_bilan(
    projet: Projet,
    annee: int,
    *,
    moteur: Moteur = "auto",
    avancement: Callable[[str], None],
    interne: Path | None = None,
    avec_pdf: bool = False,
) -> Path:
    """Write ``bilan.html``, ``bilan.xlsx``, ``indicateurs.csv``, ``journal.json`` and ``bilan.pdf``; the page's path.

    The pages of the other systems, and ``index.html``, which links what stands in the folder, are written with them.

    The files are made aside, the published figures are read back and audited, and all are moved together at the end: a
    run that fails leaves the previous report in place. ``interne``: the folder, outside the reports of any project, of
    a version without disclosure control that says so. ``avec_pdf``: print the page too; where no engine can,
    ``avancement`` says why and the rest is written. A PDF of another page is never left. Raises ErreurCIL when the
    audit fails.
    """
    notebooks.lire(projet.carnets / BILAN.carnet)  # What is missing is said before the long work.
    with seul_a_ecrire(projet):
        return _produire(projet, annee, moteur, avancement, interne, avec_pdf)


def _produire(
    projet: Projet, annee: int, moteur: Moteur, avancement: Callable[[str], None], interne: Path | None, avec_pdf: bool
) -> Path:
    rapport = ouvrir_rapport(annee, projet.racine, interne is not None)
    dossier = interne or projet.rapports / str(annee)
    atelier = interne or projet.rapports
    atelier.mkdir(parents=True, exist_ok=True)
    prefixe = f".en-cours-{dossier.name}-"
    for reste in atelier.glob(f"{prefixe}*"):
        _reprendre(reste, dossier)
    etape = Path(tempfile.mkdtemp(prefix=prefixe, dir=atelier))
    try:

        def imprimer(page: Path) -> None:
            pdf.imprimer(page, etape / PDF, _date_des_donnees(rapport), avancement)

        # Kernels and browser are processes of their own: they work while this one writes and proves the figures.
        with transmettre(rapport.references, rapport.publication), ThreadPoolExecutor(max_workers=1) as ailleurs:
            rendu = ailleurs.submit(
                rendre_les_pages, rapport, etape, moteur, avancement, imprimer if avec_pdf else None
            )
            _ecrire_les_chiffres(projet, rapport, etape, avancement)
            choisi = rendu.result()
        condense = hashlib.sha256((etape / "indicateurs.csv").read_bytes()).hexdigest()
        journal = json.dumps(_journal(rapport, choisi, condense), ensure_ascii=False, indent=2)
        (etape / "journal.json").write_text(journal + "\n", encoding="utf-8")
        dossier.mkdir(exist_ok=True)
        perime = _pdf_perime(etape, dossier)
        # A page that the year no longer has goes with the figures that it showed.
        retires = [nom for nom in FICHIERS if not (etape / nom).exists()] + ([PDF] if perime else [])
        if interne is None:
            fichiers = {n: c for n, c in fichiers_de(dossier).items() if n not in retires} | fichiers_de(etape)
            page = page_d_accueil(rapport, fichiers, lire_suivi(dossier))
            (etape / ACCUEIL).write_bytes(page.encode("utf-8"))
        _mettre_en_place(etape, dossier, retirer=retires)
        if perime:
            avancement("bilan.pdf, imprimé du bilan précédent, est retiré.")
    finally:
        shutil.rmtree(etape, ignore_errors=True)
    return dossier / "bilan.html"


def _ecrire_les_chiffres(projet: Projet, rapport: Rapport, etape: Path, avancement: Callable[[str], None]) -> None:
    """The workbook and the figures, and the proof that what they mask cannot be deduced."""
    publication = rapport.publication
    avancement("Classeur et indicateurs")
    ecrire_classeur(rapport, TITRE, etape / "bilan.xlsx")
    with (etape / "indicateurs.csv").open("w", encoding="utf-8", newline="") as flux:
        ecrire_indicateurs(publication, flux)
    if not publication.interne:
        avancement("Preuve du secret statistique")
        prouver(projet, rapport.references, rapport.annee, etape, publication.dementis, precis=False)


def _pdf_perime(etape: Path, dossier: Path) -> bool:
    """Whether the folder has a PDF of another page than the one to come, and none to replace it."""
    page = dossier / "bilan.html"
    if (etape / PDF).exists() or not (dossier / PDF).exists():
        return False
    return not page.exists() or page.read_bytes() != (etape / "bilan.html").read_bytes()


def _date_des_donnees(rapport: Rapport) -> str:
    """The day of the last import, AAAA-MM-JJ: what dates the document, as in its title block."""
    return max(str(j["importe_le"]) for j in rapport.publication.imports)[:10]


def _mettre_en_place(etape: Path, dossier: Path, retirer: Iterable[str] = ()) -> None:
    """Move the files in together, and some out: when one is held open, or at Ctrl+C, every old one comes back."""
    fichiers = sorted(fichier for fichier in etape.iterdir() if fichier.is_file())
    anciens = etape / _ANCIENS
    anciens.mkdir()
    try:
        for nom in [*(fichier.name for fichier in fichiers), *retirer]:
            if (dossier / nom).exists():
                (dossier / nom).replace(anciens / nom)
        for fichier in fichiers:
            fichier.replace(dossier / fichier.name)
    except BaseException:
        for fichier in fichiers:
            if not fichier.exists():
                (dossier / fichier.name).unlink(missing_ok=True)
        _remettre(anciens, dossier)
        raise


def _remettre(anciens: Path, dossier: Path) -> None:
    for ancien in anciens.iterdir():
        ancien.replace(dossier / ancien.name)


def _reprendre(reste: Path, dossier: Path) -> None:
    """Sweep what a killed run has left; the files that it had moved away, and not yet replaced, come back."""
    if (reste / _ANCIENS).is_dir():
        _remettre(reste / _ANCIENS, dossier)
    shutil.rmtree(reste, ignore_errors=True)


def ecrire_indicateurs(publication: Publication, flux: TextIO) -> None:
    """The contract file: comma, one row per published figure, a masked row without any figure."""
    table = publication.en_table()
    ecrivain = csv.writer(flux, lineterminator="\n")
    ecrivain.writerow(COLONNES)
    for ligne in table[COLONNES].itertuples(index=False):
        ecrivain.writerow(ecrire_cellule(nom, valeur) for nom, valeur in zip(COLONNES, ligne, strict=True))


def ecrire_cellule(nom: str, valeur: Any) -> str:
    """A cell of the contract file: empty for a missing figure, counts without decimals, if not a share of dwellings."""
    if pd.isna(valeur):
        return ""
    if nom in _ENTIERS and valeur == int(valeur):
        return str(int(valeur))
    return format(valeur, ".12g") if isinstance(valeur, float) else str(valeur)


def _journal(rapport: Rapport, moteur: str, indicateurs: str) -> dict[str, Any]:
    """How the report was made: no date of its own, so that the same inputs give the same journal.

    ``indicateurs``: the digest of indicateurs.csv, by which what reads it back knows that nobody has changed it.
    """
    tables = rapport.publication.values()
    return {
        "titre": f"{TITRE} {rapport.annee}",
        "projet": rapport.projet.identifiant,
        "epci_siren": rapport.projet.epci_siren,
        "donnees_fictives": rapport.projet.donnees_fictives,
        "annee": rapport.annee,
        "annees": list(rapport.annees),
        "interne": rapport.publication.interne,
        "moteur": moteur,
        "versions": _versions(_BIBLIOTHEQUES),
        "empreinte_references": rapport.references.empreinte(),
        "sha256_indicateurs": indicateurs,
        "parametres": _parametres(rapport),
        "chiffres": {
            "publies_ou_signes": sum(len(table) for table in tables),
            "masques": sum(table.nb_secrets for table in tables),
        },
        "entrees": [
            {
                "extrait": j["extrait"],
                "annee": j["annee"],
                "importe_le": j["importe_le"],
                "fichiers": j["fichiers"],
                "comptes": j["comptes"],
                "motifs": j["motifs"],
            }
            for j in rapport.publication.imports
        ],
    }


def _versions(noms: Iterable[str]) -> dict[str, str]:
    return {"python": platform.python_version(), **{nom: version(nom) for nom in noms}}


def _parametres(rapport: Rapport) -> dict[str, Any]:
    valeurs: dict[str, Any] = {}
    for nom, parametre in rapport.references.parametres.items():
        valeur = parametre.valeur(rapport.jour)
        valeurs[nom] = list(valeur) if isinstance(valeur, tuple) else valeur
    return valeurs
