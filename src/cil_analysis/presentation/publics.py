"""Publics followed among the households housed (O05), and households rehoused by urban renewal (O06)."""

from __future__ import annotations

from cil_analysis.comptage.cadre import NON_ATTEINT, PUBLIE, SECRET
from cil_analysis.disclosure.published import PublishedTable
from cil_analysis.grammaire.indicateur import COMMUNE, EN_QPV, EPCI, HORS_QPV
from cil_analysis.presentation import charts
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.chapitres import ZONES
from cil_analysis.presentation.figures import description, figure
from cil_analysis.presentation.formats import accorder, pourcentage
from cil_analysis.presentation.objectifs import champ
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.series import joindre
from cil_analysis.presentation.signes import MASQUE, OBJECTIFS, verdict
from cil_analysis.presentation.tables import COLONNES_OBJECTIF, Cellule, ColonneLibre, cellule, tableau
from cil_analysis.reference.texte import typographie

PLUSIEURS = "Un ménage peut relever de plusieurs publics : leurs parts ne s’ajoutent pas."


def publics(rapport: Rapport) -> Bloc:
    """O05: the share of each public in the EPCI; its number, and its share in QPV and outside, in the table."""
    table = rapport.publication["O05"].ou(annee=rapport.annee)
    ensemble, libelles = table.ou(perimetre_type=EPCI), rapport.modalites("O05")
    mesure = f"Part de chaque public dans les attributions, en %, {rapport.annee}"
    titre = _titre_des_publics(rapport, ensemble)
    texte = description(rapport, ensemble, "modalite")
    a_cible = ensemble.donnees["resultat"].ne("").any()
    if a_cible:
        dessin = charts.barres_objectif(ensemble, "publics", titre, texte, libelles=libelles, par="modalite")
    else:
        dessin = charts.barres_communes(ensemble, "publics", titre, texte, libelles=libelles, par="modalite")
    donnees = tableau(
        ensemble, f"Publics suivis parmi les ménages logés, {rapport.annee}", "modalite", "Public", libelles,
        COLONNES_OBJECTIF if a_cible else ["numerateur", "denominateur", "valeur"],
        ajouts=[ColonneLibre(nom, "%", _parts(table.ou(perimetre_type=zone))) for zone, nom in ZONES.items()],
    )  # fmt: skip
    return figure(
        "publics", titre, mesure, dessin, rapport.source("O05"), donnees, tables=[ensemble],
        note=joindre(PLUSIEURS, champ(rapport)),
    )  # fmt: skip


def _parts(table: PublishedTable) -> dict[str, Cellule]:
    return {str(ligne["modalite"]): cellule(ligne, "valeur") for ligne in table.lignes()}


def _titre_des_publics(rapport: Rapport, table: PublishedTable) -> str:
    """The public whose share is the highest, when every figure is published."""
    donnees = table.donnees
    if donnees.empty or donnees["statut"].ne(PUBLIE).any():
        return "Publics suivis parmi les ménages logés"
    premiere = donnees.iloc[int(donnees["valeur"].argmax())]
    nom = rapport.modalites("O05").get(str(premiere["modalite"]), str(premiere["modalite"]))
    return typographie(f"{nom} : {pourcentage(premiere['valeur'])} des attributions, le public suivi le plus nombreux")


def constat_des_relogements(rapport: Rapport) -> str:
    """How many households were rehoused by urban renewal, and how many in QPV."""
    ligne = rapport.epci("O06", annee=rapport.annee).ligne()
    if ligne is None or ligne["statut"] not in (PUBLIE, SECRET):
        return ""
    if ligne["statut"] == SECRET:
        dit = verdict(ligne["statut"], ligne["resultat"])
        suite = f" ; {OBJECTIFS[dit].replace('objectif', 'l’objectif est')}" if dit else ""
        return typographie(f"Le nombre de relogements de {rapport.annee} est {MASQUE}{suite}.")
    nombre = accorder(ligne["numerateur"], "attribution reloge un ménage", "attributions relogent un ménage")
    phrase = f"{nombre} du renouvellement urbain, soit {pourcentage(ligne['valeur'])} du total"
    en_qpv = rapport.epci("O06", annee=rapport.annee, perimetre_type=EN_QPV).ligne()
    if ligne["numerateur"] and en_qpv is not None and en_qpv["statut"] == PUBLIE:
        phrase += f" ; {accorder(en_qpv['numerateur'], 'se situe', 'se situent')} en quartier prioritaire"
    manque = ligne["menages_manquants"]
    if ligne["resultat"] == NON_ATTEINT and manque == manque:
        phrase += f" ; l’objectif n’est pas atteint, à {accorder(manque, 'ménage', 'ménages')} près"
    return typographie(phrase + ".")


def relogements(rapport: Rapport) -> Bloc:
    """O06: by commune as bars, the zones and the EPCI in the table."""
    table = rapport.publication["O06"].ou(annee=rapport.annee)
    communes = table.ou(perimetre_type=COMMUNE)
    titre = "Relogements du renouvellement urbain, par commune"
    texte = description(rapport, communes, "perimetre_code")
    dessin = charts.barres_communes(communes, "relogements", titre, texte, libelles=rapport.perimetres)
    colonnes = COLONNES_OBJECTIF if table.donnees["resultat"].ne("").any() else ["numerateur", "denominateur", "valeur"]
    donnees = "".join(
        (
            tableau(
                table.ou(perimetre_type=[EN_QPV, HORS_QPV]),
                f"Relogements du renouvellement urbain, selon la zone, {rapport.annee}",
                "perimetre_type", "Zone", ZONES, colonnes,
            ),
            tableau(
                table.ou(perimetre_type=[COMMUNE, EPCI]), f"{titre}, {rapport.annee}", "perimetre_code", "Commune",
                rapport.perimetres, colonnes, total=rapport.projet.epci_siren,
            ),
        )
    )  # fmt: skip
    sous_titre = f"Part des ménages relogés par le renouvellement urbain dans les attributions, en %, {rapport.annee}"
    return figure(
        "relogements", titre, sous_titre, dessin, rapport.source("O06"), donnees, tables=[communes], note=champ(rapport)
    )
