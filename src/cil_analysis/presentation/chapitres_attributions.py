"""The chapter on allocations: how many and where (V01, T01, T01R, T02), by whom (A01, A02), after how long (V06)."""

from __future__ import annotations

from cil_analysis.grammaire.indicateur import BAILLEUR, EN_QPV, EPCI, HORS_QPV, RESERVATAIRE
from cil_analysis.presentation import charts, sentences, series
from cil_analysis.presentation import sentences_attributions as phrases
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.chapitres import ZONES, avec_chiffres, descriptions, illustration, serie
from cil_analysis.presentation.comparaison_epci import ecart_a_l_ensemble
from cil_analysis.presentation.figures import description
from cil_analysis.presentation.formats import pourcentage
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.sentences_classes import titre_premiere_part
from cil_analysis.presentation.tables import Colonne, tableau, tableau_croise


def attributions_par_annee(rapport: Rapport) -> Bloc:
    """V01 over the years."""
    titre = sentences.titre_evolution(rapport, "V01", "Les attributions")
    return serie(
        rapport, "V01", "volume", titre, f"Nombre de baux signés, {rapport.projet.epci_nom_court}, {rapport.periode}"
    )


def attributions_par_commune(rapport: Rapport) -> Bloc:
    """T01: the communes' shares."""
    table = rapport.par_commune("T01")
    titre = phrases.constat_communes(rapport).split(" ; ")[0].removesuffix(".") or "Attributions par commune"
    texte = description(rapport, table, "perimetre_code")
    dessin = charts.barres_communes(table, "communes", titre, texte, libelles=rapport.perimetres)
    donnees = tableau(
        table, f"Attributions par commune, {rapport.annee}", "perimetre_code", "Commune", rapport.perimetres,
        ["numerateur", "valeur"], noms={"numerateur": "Attributions"},
    )  # fmt: skip
    sous_titre = f"Part de chaque commune dans les attributions, en %, {rapport.annee}"
    return illustration(rapport, "communes", titre, sous_titre, dessin, donnees, [table])


def rotation_par_commune(rapport: Rapport) -> Bloc:
    """T01R: allocations for 100 social dwellings."""
    table = rapport.par_commune("T01R")
    titre = phrases.titre_rotation(rapport)
    texte = description(rapport, table, "perimetre_code")
    dessin = charts.barres_communes(table, "rotation", titre, texte, libelles=rapport.perimetres)
    donnees = tableau(
        rapport.publication["T01R"].ou(annee=rapport.annee), f"Attributions et parc social, {rapport.annee}",
        "perimetre_code", "Commune", rapport.perimetres, ["numerateur", "denominateur", "valeur"],
        total=rapport.projet.epci_siren,
        noms={"numerateur": "Attributions", "denominateur": "Logements sociaux", "valeur": "Pour 100 logements"},
    )  # fmt: skip
    sous_titre = f"Attributions de l’année pour 100 logements sociaux de la commune, {rapport.annee}"
    return illustration(rapport, "rotation", titre, sous_titre, dessin, donnees, [table])


def attributions_en_qpv(rapport: Rapport) -> Bloc:
    """T02 over the years."""
    table = rapport.publication["T02"].ou(perimetre_type=EPCI)
    libelles = rapport.modalites("T02")
    dessus = rapport.chiffre("T02", modalite="QPV")
    titre = "Attributions en quartier prioritaire et hors quartier prioritaire"
    if dessus is not None:
        titre = f"{pourcentage(dessus)} des attributions se situent en quartier prioritaire en {rapport.annee}"
    par_annee = {str(a): table.ou(annee=a) for a in rapport.annees}
    texte = descriptions(rapport, par_annee, "modalite")
    dessin = charts.barres_empilees(table, "qpv", titre, texte, par="annee", libelles=libelles, ordonnees=False)
    donnees = tableau_croise(
        par_annee, "Attributions selon la situation du logement, en %", "modalite", "Situation", libelles
    )
    sous_titre = f"Répartition des attributions, en %, {rapport.projet.epci_nom_court}, {rapport.periode}"
    note = series.note_des_ruptures(series.ruptures_de(rapport, table.indicateur))
    return illustration(rapport, "qpv", titre, sous_titre, dessin, donnees, [table], periode=rapport.periode, note=note)


def _par_acteur(rapport: Rapport, code: str, acteur: str, identifiant: str, titre: str, entete: str) -> Bloc:
    """The shares of actors in the EPCI; in and outside QPV, in the table."""
    table = rapport.epci(code, annee=rapport.annee, acteur_type=acteur)
    titre = titre_premiere_part(table, rapport.acteurs, sinon=titre)
    texte = description(rapport, table, "acteur_code")
    dessin = charts.barres_communes(
        table, identifiant, titre, texte, libelles=rapport.acteurs, par="acteur_code", rang=True
    )
    colonnes: dict[str, Colonne] = {"Attributions": (table, "numerateur"), "Part": table}
    for zone, nom in ZONES.items():
        colonnes[f"Part {nom[0].lower()}{nom[1:]}"] = rapport.epci(
            code, annee=rapport.annee, acteur_type=acteur, perimetre_type=zone
        )
    donnees = tableau_croise(
        avec_chiffres(colonnes), f"{table.indicateur.titre}, {rapport.annee}", "acteur_code", entete, rapport.acteurs
    )
    sous_titre = f"Part dans les attributions, en %, {rapport.projet.epci_nom_court}, {rapport.annee}"
    return illustration(rapport, identifiant, titre, sous_titre, dessin, donnees, [table])


def attributions_par_bailleur(rapport: Rapport) -> Bloc:
    """A01."""
    return _par_acteur(rapport, "A01", BAILLEUR, "bailleurs", "Attributions par bailleur", "Bailleur")


def attributions_par_reservataire(rapport: Rapport) -> Bloc:
    """A02."""
    return _par_acteur(rapport, "A02", RESERVATAIRE, "reservataires", "Attributions par réservataire", "Réservataire")


def delais(rapport: Rapport) -> Bloc:
    """V06 and its quartiles by type of dwelling; by zone, commune and landlord in the tables."""
    premier, mediane, troisieme = tables = tuple(rapport.classes(code) for code in _QUARTILES.values())
    libelles = rapport.modalites("V06")
    titre = phrases.constat_delai(rapport).removesuffix(".") or "Délai d’attribution"
    texte = descriptions(rapport, dict(zip(_QUARTILES, tables, strict=True)), "modalite")
    dessin = charts.etendues((premier, mediane, troisieme), "delais-typologie", titre, texte, libelles=libelles)
    sous_titre = f"Délai entre la demande et la signature du bail, en mois, par type de logement, {rapport.annee}"
    donnees = _delais_par_type(rapport) + _delais_ailleurs(rapport)
    return illustration(rapport, "delais-typologie", titre, sous_titre, dessin, donnees, tables)


_QUARTILES = {"Premier quartile": "V06P25", "Médiane": "V06", "Troisième quartile": "V06P75"}


def _delais_par_type(rapport: Rapport) -> str:
    tables = {
        nom: rapport.publication[code].ou(annee=rapport.annee, perimetre_type=EPCI, acteur_type="")
        for nom, code in _QUARTILES.items()
    }
    colonnes: dict[str, Colonne] = {"Ménages": (tables["Médiane"], "denominateur")}
    return tableau_croise(
        colonnes | tables, f"Délai selon le logement attribué, en mois, {rapport.annee}", "modalite", "Logement",
        {**rapport.modalites("V06"), "": "Ensemble"}, total="",
    )  # fmt: skip


def _delais_ailleurs(rapport: Rapport) -> str:
    """The median by zone, by commune and by landlord."""
    zones = rapport.publication["V06"].ou(annee=rapport.annee, perimetre_type=[HORS_QPV, EN_QPV])
    bailleurs = rapport.epci("V06", annee=rapport.annee, acteur_type=BAILLEUR)
    ailleurs = (
        (zones, "perimetre_type", "Situation", ZONES),
        (rapport.par_commune("V06"), "perimetre_code", "Commune", rapport.perimetres),
        (bailleurs, "acteur_code", "Bailleur", rapport.acteurs),
    )
    return "".join(
        tableau(
            table, f"Délai médian par {entete.lower()}, {rapport.annee}", cle, entete, libelles,
            ["denominateur", "valeur"], noms={"denominateur": "Ménages", "valeur": "Délai médian"},
            ajouts=[ecart_a_l_ensemble(rapport, table)] if entete == "Commune" else [],
        )
        for table, cle, entete, libelles in ailleurs
        if len(table)
    )  # fmt: skip
