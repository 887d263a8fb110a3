"""Everything under ``reports/<année>/``: the page, the workbook, the figures and the journal, all or nothing."""

from __future__ import annotations

import csv
import json
import platform
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any, TextIO

import pandas as pd

from cil_analysis.comptage.cadre import COLONNES
from cil_analysis.empreintes import empreinte_du_fichier
from cil_analysis.ouvrir import ouvrir_rapport
from cil_analysis.projet import Projet
from cil_analysis.rapport import Rapport
from cil_analysis.rapport.classeur.bilan import ecrire_classeur
from cil_analysis.rapport.pages import AUTRES, BILAN, FICHIERS
from cil_analysis.rendu import Moteur, choisir, notebooks, pdf
from cil_analysis.rendu.accueil import page_d_accueil
from cil_analysis.rendu.commentaires import lire_commentaires
from cil_analysis.rendu.entrees import PDF, entrees_de_l_accueil, entrees_du_pdf, lire_entrees
from cil_analysis.rendu.mise_en_place import a_cote, mettre_en_place
from cil_analysis.rendu.pages import pages_presentes, rendre_les_pages
from cil_analysis.rendu.suivi import ACCUEIL, FICHES, Suivi, fichiers_de, lire_suivi
from cil_analysis.rendu.suivi import BILAN as NOTES
from cil_analysis.rendu.verrou import seul_a_ecrire
from cil_analysis.secret.preuve.preuve import prouver
from cil_analysis.secret.table_publiee import Publication
from cil_analysis.secret.transmission import transmettre
from cil_analysis.secret.verdicts import noter

TITRE = BILAN.titre
CHIFFRES, CLASSEUR, JOURNAL = "indicateurs.csv", "bilan.xlsx", "journal.json"
_CARNETS = tuple(page.carnet for page in (BILAN, *AUTRES))
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
    refaire: bool = False,
) -> Path:
    """Write ``bilan.html``, ``bilan.xlsx``, ``indicateurs.csv``, ``journal.json`` and ``bilan.pdf``; the page's path.

    The pages of the other systems, and ``index.html``, which links what stands in the folder, are written with them.

    The files are made aside, the published figures are read back and audited, and all are moved together at the end: a
    run that fails leaves the previous report in place. ``interne``: the folder, outside the reports of any project, of
    a version without disclosure control that says so. ``avec_pdf``: print the page too; where no engine can,
    ``avancement`` says why and the rest is written. A PDF of another page is never left. What would be made again as it
    is, byte for byte, is kept, unless ``refaire``. Raises ErreurCIL when the audit fails.
    """
    # What is missing or at fault is said before the long work.
    lire_commentaires(projet, annee, notebooks.lire(projet.carnets / BILAN.carnet))
    with seul_a_ecrire(projet):
        return _produire(projet, annee, moteur, avancement, interne, avec_pdf, refaire)


def _produire(
    projet: Projet,
    annee: int,
    moteur: Moteur,
    avancement: Callable[[str], None],
    interne: Path | None,
    avec_pdf: bool,
    refaire: bool,
) -> Path:
    avant = lire_entrees(projet, annee, moteur)
    rapport = ouvrir_rapport(annee, projet.racine, interne is not None)
    dossier = interne or projet.rapports / str(annee)
    with a_cote(interne or projet.rapports, dossier) as etape:
        with (etape / CHIFFRES).open("w", encoding="utf-8", newline="") as flux:
            ecrire_indicateurs(rapport.publication, flux)
        garde = Suivi(dossier, NOTES) if refaire or interne else _ce_qui_reste(dossier, etape)
        pages, choisi = pages_presentes(rapport, avancement), choisir(moteur, avancement)
        entrees = {page.fichier: avant.de_la_page(page.carnet, _CARNETS) for page in pages}
        gardees = [page for page in pages if garde.est_a_jour(page.fichier, entrees[page.fichier])]
        if gardees:
            avancement(f"Inchangées, gardées : {', '.join(page.fichier for page in gardees)}")

        def imprimer(page: Path) -> None:
            if not garde.est_a_jour(PDF, entrees_du_pdf(page)):
                avancement("Mise en PDF")
                pdf.imprimer(page, etape / PDF, _date_des_donnees(rapport), avancement)

        # Kernels and browser are processes of their own: they work while this one writes and proves the figures.
        with transmettre(rapport.references, rapport.publication), ThreadPoolExecutor(max_workers=1) as ailleurs:
            rendu = ailleurs.submit(
                rendre_les_pages, rapport, pages, gardees, etape, choisi, avancement, imprimer if avec_pdf else None
            )
            if not all(garde.est_a_jour(nom, avant.chiffres) for nom in (CHIFFRES, CLASSEUR)):
                _ecrire_et_prouver(projet, rapport, etape, avancement)
            rendu.result()
        if avec_pdf and BILAN in gardees:
            imprimer(dossier / BILAN.fichier)
        journal = json.dumps(
            _journal(rapport, choisi.nom, empreinte_du_fichier(etape / CHIFFRES)), ensure_ascii=False, indent=2
        )
        (etape / JOURNAL).write_text(journal + "\n", encoding="utf-8")
        dossier.mkdir(exist_ok=True)
        perime = _pdf_perime(etape, dossier)
        # A page that the year no longer has goes with the figures that it showed.
        retires = [nom for nom in FICHIERS if nom not in entrees] + ([PDF] if perime else [])
        notes = Suivi(dossier, NOTES)
        if interne is None:
            entrees |= dict.fromkeys((CHIFFRES, CLASSEUR, JOURNAL), avant.chiffres)
            fichiers = {n: c for n, c in fichiers_de(dossier).items() if n not in retires} | fichiers_de(etape)
            entrees |= {PDF: entrees_du_pdf(fichiers[BILAN.fichier])}
            entrees |= _ecrire_l_accueil(rapport, etape, fichiers, lire_suivi(dossier, FICHES))
            _noter(notes, garde, etape, entrees)
        mettre_en_place(etape, dossier, retires)
        # After an import or an edit meanwhile, of which state a file is cannot be told: the next run makes it again.
        if interne is None and lire_entrees(projet, annee, moteur) == avant:
            notes.sceller(avant.tout)
        if perime:
            avancement("bilan.pdf, imprimé du bilan précédent, est retiré.")
    return dossier / BILAN.fichier


def _ce_qui_reste(dossier: Path, etape: Path) -> Suivi:
    """What is noted of a folder whose figures are those just counted; nothing of it is kept otherwise."""
    garde = lire_suivi(dossier, NOTES)
    memes = garde.est_intact(CHIFFRES) and empreinte_du_fichier(etape / CHIFFRES) == garde.notes[CHIFFRES]["contenu"]
    return garde if memes else Suivi(dossier, NOTES)


def _ecrire_l_accueil(rapport: Rapport, etape: Path, fichiers: Mapping[str, Path], fiches: Suivi) -> dict[str, str]:
    """Write the home page of the files that the folder will have; what it is made from."""
    (etape / ACCUEIL).write_bytes(page_d_accueil(rapport, fichiers, fiches).encode("utf-8"))
    return {ACCUEIL: entrees_de_l_accueil(rapport.projet, etape, fichiers, fiches)}


def _noter(notes: Suivi, garde: Suivi, etape: Path, entrees: Mapping[str, str]) -> None:
    """Note what a run has made, and what it has kept."""
    for nom, des_entrees in entrees.items():
        if (etape / nom).exists():
            notes.noter(nom, etape / nom, des_entrees)
        elif garde.est_a_jour(nom, des_entrees):
            notes.notes[nom] = garde.notes[nom]


def _ecrire_et_prouver(projet: Projet, rapport: Rapport, etape: Path, avancement: Callable[[str], None]) -> None:
    """The workbook, and the proof that what the figures mask cannot be deduced from it, nor from them."""
    publication = rapport.publication
    avancement("Classeur et indicateurs")
    ecrire_classeur(rapport, TITRE, etape / CLASSEUR)
    if not publication.interne:
        avancement("Preuve du secret statistique")
        prouver(projet, rapport.references, rapport.annee, etape, publication.dementis, precis=False)


def _pdf_perime(etape: Path, dossier: Path) -> bool:
    """Whether the folder has a PDF of another page than the one to come, and none to replace it."""
    neuve, page = etape / BILAN.fichier, dossier / BILAN.fichier
    if (etape / PDF).exists() or not (dossier / PDF).exists() or not neuve.exists():
        return False
    return not page.exists() or page.read_bytes() != neuve.read_bytes()


def _date_des_donnees(rapport: Rapport) -> str:
    """The day of the last import, AAAA-MM-JJ: what dates the document, as in its title block."""
    return max(str(j["importe_le"]) for j in rapport.publication.imports)[:10]


def ecrire_indicateurs(publication: Publication, flux: TextIO) -> None:
    """The contract file: comma, one row per published figure, a masked row without any figure."""
    table = publication.en_table()
    ecrivain = csv.writer(flux, lineterminator="\n")
    ecrivain.writerow(COLONNES)
    ecrivain.writerows(zip(*(_ecrire_colonne(table[nom]) for nom in COLONNES), strict=True))


def _ecrire_colonne(colonne: pd.Series) -> list[str]:
    """Its cells, each distinct value written once."""
    rangs, valeurs = pd.factorize(colonne, use_na_sentinel=False)
    ecrites = [ecrire_cellule(str(colonne.name), valeur) for valeur in valeurs.tolist()]
    return [ecrites[rang] for rang in rangs.tolist()]


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
        "resultats_dits": noter(rapport.publication.en_table(), rapport.references.objectifs),
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
