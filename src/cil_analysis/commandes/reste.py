"""``cil`` alone: what the project has, what it lacks next, and the command that gives each.

Quick, so no heavy library is loaded here: journals, reference files and digests say it all, and no row is read.
"""

import argparse
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from cil_analysis.a_coller import argument
from cil_analysis.commandes.reponses import repondre
from cil_analysis.extraits import store
from cil_analysis.projet import Projet, ouvrir_projet, racine_d_ici
from cil_analysis.reference.agregats import AGREGATS, nommer_l_extrait
from cil_analysis.reference.seuils import NOMS, TABLE
from cil_analysis.reference.tables import lire_date, lire_rangees
from cil_analysis.reference.texte import enumerer, etendue_en_annees
from cil_analysis.rendu.suivi import ACCUEIL, PAGE, change_depuis, venus_d_un_autre_bilan
from cil_analysis.typographie import minuscule

# What a bilan cannot do without.
_ATTRIBUTIONS = "attributions"


def executer(options: argparse.Namespace) -> None:
    """Run the command."""
    dossier: Path | None = options.projet
    if dossier is None and not os.environ.get("CIL_PROJET") and racine_d_ici() is None:
        # The two ways to begin, from the repository that this software runs from if it is one.
        depot = Path(__file__).resolve().parents[3]
        connu = (depot / "data" / "reference" / "projet.yml").is_file()
        cil = f"cil --projet {argument(str(depot))}" if connu else "cil"
        repondre("commencer", ici=Path.cwd(), depot=connu, cil=cil)
    else:
        _dire(ouvrir_projet(dossier, plusieurs_epci=True))


def _dire(projet: Projet) -> None:
    """What there is, then what is still to do, the newest year first."""
    journaux, connus = store.journaux(projet), lire_rangees(projet.reference / "extraits.csv", ["extrait"])[1]
    imports: defaultdict[int, list[str]] = defaultdict(list)
    for journal in sorted(journaux, key=lambda journal: journal["annee"], reverse=True):
        imports[journal["annee"]] += _donnes(journal)
    avec_baux = [annee for annee, extraits in imports.items() if _ATTRIBUTIONS in extraits]
    un_seul = not projet.plusieurs_epci
    seuils = lire_rangees(projet.reference / f"{TABLE}.csv", ["annee", *NOMS])[1] if un_seul else []
    saisis = {ligne["annee"]: ligne for ligne in seuils}
    repondre(
        "reste",
        projet=projet,
        # A clone is of one EPCI: another's rows are out of it.
        depot=(projet.racine / "pyproject.toml").is_file(),
        importes=_par_contenu((journal["annee"], _nommer(journal)) for journal in journaux),
        pages=[(annee, page) for annee in imports if (page := _page(projet, annee))],
        manquants={
            annee: [ligne["extrait"] for ligne in connus if ligne["extrait"] not in siens]
            for annee, siens in imports.items()
        },
        seuils=_par_contenu(
            (annee, nom) for annee in avec_baux if un_seul for nom in NOMS if not saisis.get(str(annee), {}).get(nom)
        ),
        derniere=avec_baux[0] if avec_baux else None,
        objectifs=objectifs_a_renseigner(projet.reference / "parameters", avec_baux[0]) if avec_baux and un_seul else 0,
        a_produire=list(_a_produire(projet, journaux, avec_baux)),
        periode=etendue_en_annees,
        d_ici=_d_ici,
    )


def _donnes(journal: Mapping[str, Any]) -> Sequence[str]:
    """The extracts that an import gives, as rows or as aggregated tables."""
    return journal.get("extraits", ()) if journal["extrait"] == AGREGATS else [journal["extrait"]]


def _nommer(journal: Mapping[str, Any]) -> str:
    agreges = f" ({enumerer(_donnes(journal))})" if journal.get("extraits") else ""
    return nommer_l_extrait(journal["extrait"]).lower() + agreges


def _par_contenu(paires: Iterable[tuple[int, str]]) -> Mapping[tuple[str, ...], Sequence[int]]:
    """What each year has → the years that have it, the newest first."""
    par_annee: defaultdict[int, list[str]] = defaultdict(list)
    for annee, nom in paires:
        par_annee[annee].append(nom)
    par_contenu: defaultdict[tuple[str, ...], list[int]] = defaultdict(list)
    for annee, noms in sorted(par_annee.items(), reverse=True):
        par_contenu[tuple(noms)].append(annee)
    return par_contenu


def _page(projet: Projet, annee: int) -> Path | None:
    dossier = projet.rapports / str(annee)
    pages = [projet.rapports / f"{annee}.html"] if projet.plusieurs_epci else [dossier / ACCUEIL, dossier / PAGE]
    return next((page for page in pages if page.is_file()), None)


def objectifs_a_renseigner(parametres: Path, annee: int) -> int:
    """How many objectives in force on 31 December of a year have no value (``reference.objectifs.en_vigueur``)."""
    _, objectifs = lire_rangees(parametres / "objectifs.csv", ["id", "date_effet", "date_fin", "valeur"])
    jour = datetime(annee, 12, 31)
    remplaces = {o.get("remplace") for o in objectifs if (effet := lire_date(o["date_effet"])) and effet <= jour}
    return sum(
        not o["valeur"]
        and o.get("annee", "") in ("", str(annee))
        and (lire_date(o["date_effet"]) or jour) <= jour <= (lire_date(o["date_fin"]) or jour)
        and o["id"] not in remplaces
        for o in objectifs
    )


def _a_produire(
    projet: Projet, journaux: Sequence[Mapping[str, Any]], annees: Sequence[int]
) -> Iterator[tuple[int, str, str]]:
    """The bilan of the newest year, those that are older than what they are made from, and what stands beside them."""
    for annee in annees:
        dossier = projet.rapports / str(annee)
        if projet.plusieurs_epci:
            if annee == annees[0] and _page(projet, annee) is None:
                yield annee, "bilans à produire", "bilan --tous"
        elif not (dossier / PAGE).is_file():
            if annee == annees[0]:
                yield annee, "bilan à produire", "bilan"
        elif change := change_depuis(projet, annee, journaux):
            yield annee, f"bilan à refaire ({change} ont changé depuis)", "bilan"
        else:
            for quoi, commande in venus_d_un_autre_bilan(dossier):
                yield annee, f"{minuscule(quoi)} du bilan précédent", commande


def _d_ici(chemin: Path) -> str:
    """A path as it is typed from the current folder."""
    ici = Path.cwd()
    return str(chemin.relative_to(ici) if chemin.is_relative_to(ici) else chemin)
