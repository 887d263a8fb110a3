"""The dwellings allocated: types (L01, L01T), financing, age and kind of building (L02, L02P, L02C)."""

from __future__ import annotations

from cil_analysis.grammaire.indicateur import EPCI
from cil_analysis.presentation import charts
from cil_analysis.presentation import sentences_menages as phrases
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.chapitres import ZONES, avec_chiffres, descriptions, dessinees, illustration
from cil_analysis.presentation.chapitres_menages import cote_a_cote
from cil_analysis.presentation.figures import description
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.tables import Colonne, tableau, tableau_croise

_LIEUX = {EPCI: "Ensemble", **ZONES}


def typologies(rapport: Rapport) -> Bloc:
    """L01 beside L01D."""
    tables = rapport.classes("L01"), rapport.classes("L01D")
    titre = phrases.titre_typologies(rapport, *tables)
    sous_titre = f"Type des logements attribués en {rapport.annee}, et demandés au 31 décembre, en %"
    return cote_a_cote(
        rapport, "typologies", titre, sous_titre, "Type de logement", tables,
        ("Logements attribués", "Logements demandés"),
    )  # fmt: skip


def pression_par_type(rapport: Rapport) -> Bloc:
    """L01T: requests for one allocation, by type of dwelling."""
    table = rapport.classes("L01T")
    libelles = rapport.modalites("L01T")
    titre = phrases.titre_pression_par_type(rapport, table)
    texte = description(rapport, table, "modalite")
    [dessinee] = dessinees(table)
    dessin = charts.barres_communes(dessinee, "pression-type", titre, texte, libelles=libelles, par="modalite")
    donnees = tableau(
        table, f"Demandes et attributions par type de logement, {rapport.annee}", "modalite", "Type de logement",
        libelles, ["numerateur", "denominateur", "valeur"],
        noms={"numerateur": "Demandes actives", "denominateur": "Attributions", "valeur": "Demandes par attribution"},
    )  # fmt: skip
    sous_titre = f"Demandes actives au 31 décembre pour une attribution de l’année, par type, {rapport.annee}"
    return illustration(rapport, "pression-type", titre, sous_titre, dessin, donnees, [table])


def financements(rapport: Rapport) -> Bloc:
    """L02."""
    table = rapport.classes("L02")
    libelles = rapport.modalites("L02")
    titre = phrases.titre_logements(rapport, "L02")
    texte = description(rapport, table, "modalite")
    [dessinee] = dessinees(table)
    dessin = charts.barres_communes(
        dessinee, "financements", titre, texte, libelles=libelles, par="modalite", rang=True
    )
    donnees = _par_lieu(rapport, "L02", "Financement")
    sous_titre = f"Part des attributions selon le financement du logement, en %, {rapport.annee}"
    return illustration(rapport, "financements", titre, sous_titre, dessin, donnees, [table])


def epoques(rapport: Rapport) -> Bloc:
    """L02P, in and outside QPV."""
    return _empilees(rapport, "L02P", "epoques", "Époque", "l’époque de construction", ordonnees=True)


def constructions(rapport: Rapport) -> Bloc:
    """L02C, in and outside QPV."""
    return _empilees(rapport, "L02C", "constructions", "Type de construction", "le type de construction")


def _empilees(
    rapport: Rapport, code: str, identifiant: str, entete: str, selon: str, *, ordonnees: bool = False
) -> Bloc:
    table = rapport.classes(code, perimetre_type=list(_LIEUX))
    titre = phrases.titre_logements(rapport, code)
    lieux = {nom: table.ou(perimetre_type=lieu) for lieu, nom in _LIEUX.items()}
    dessin = charts.barres_empilees(
        table, identifiant, titre, descriptions(rapport, lieux, "modalite"), par="perimetre_type",
        libelles={**rapport.modalites(code), **_LIEUX}, ordonnees=ordonnees,
    )  # fmt: skip
    donnees = _par_lieu(rapport, code, entete)
    sous_titre = f"Répartition des attributions selon {selon}, en %, {rapport.annee}"
    return illustration(rapport, identifiant, titre, sous_titre, dessin, donnees, [table])


def _par_lieu(rapport: Rapport, code: str, entete: str) -> str:
    """The head counts and shares of the EPCI, and the shares in and outside QPV."""
    ensemble = rapport.classes(code)
    colonnes: dict[str, Colonne] = {"Attributions": (ensemble, "numerateur"), "Part": ensemble}
    colonnes |= {
        f"Part {nom[0].lower()}{nom[1:]}": rapport.classes(code, perimetre_type=zone) for zone, nom in ZONES.items()
    }
    return tableau_croise(
        avec_chiffres(colonnes), f"{ensemble.indicateur.titre}, {rapport.annee}", "modalite", entete,
        rapport.modalites(code),
    )  # fmt: skip
