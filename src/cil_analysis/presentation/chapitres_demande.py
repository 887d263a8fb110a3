"""The chapter on demand: V02 to V05, V07."""

from __future__ import annotations

from collections.abc import Mapping

from cil_analysis.presentation import charts, sentences
from cil_analysis.presentation import sentences_demande as phrases
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.chapitres import avec_chiffres, descriptions, dessinees, illustration, serie
from cil_analysis.presentation.comparaison_epci import ecart_a_l_ensemble
from cil_analysis.presentation.figures import description
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.series import decrire_ruptures, note_des_ruptures, ruptures_de
from cil_analysis.presentation.tables import Colonne, tableau, tableau_croise


def demandes_par_annee(rapport: Rapport) -> Bloc:
    """V02 over the years."""
    titre = sentences.titre_evolution(rapport, "V02", "Les demandes actives")
    return serie(
        rapport, "V02", "demandes", titre, f"Nombre de demandes, {rapport.projet.epci_nom_court}, {rapport.periode}"
    )


def pression_par_annee(rapport: Rapport) -> Bloc:
    """V03 beside V04 over the years; V05 is in the table."""
    noms = {"V03": "Toutes les demandes", "V04": "Hors mutations internes"}
    series = {nom: rapport.epci(code) for code, nom in noms.items()}
    titre = phrases.titre_pression(rapport)
    ruptures = ruptures_de(rapport, rapport.publication["V03"].indicateur)
    texte = decrire_ruptures(descriptions(rapport, series, "annee"), ruptures)
    dessin = charts.courbes_annees(
        list(series.values()), "pression", titre, texte, par="indicateur", libelles=noms, accent="V03",
        ruptures=ruptures,
    )  # fmt: skip
    colonnes = _mesures({code: rapport.epci(code) for code in ("V03", "V04", "V05")})
    donnees = tableau_croise(
        avec_chiffres(colonnes), f"Pression de la demande et taux de satisfaction, {rapport.periode}", "annee", "Année",
        {},
    )  # fmt: skip
    sous_titre = f"Demandes actives au 31 décembre pour une attribution de l’année, {rapport.periode}"
    tables = [*series.values(), rapport.epci("V05")]
    note = note_des_ruptures(ruptures)
    return illustration(
        rapport, "pression", titre, sous_titre, dessin, donnees, tables, periode=rapport.periode, note=note
    )


def tension_par_commune(rapport: Rapport) -> Bloc:
    """V03 by commune, with V04 and V05 in the table."""
    table = rapport.par_commune("V03")
    titre = phrases.titre_tension(rapport)
    texte = description(rapport, table, "perimetre_code")
    dessin = charts.barres_communes(table, "tension", titre, texte, libelles=rapport.perimetres)
    mesures = {code: rapport.publication[code].ou(annee=rapport.annee) for code in ("V03", "V04", "V05")}
    colonnes: dict[str, Colonne] = {
        "Demandes actives": (mesures["V03"], "numerateur"), "Attributions": (mesures["V03"], "denominateur"),
    }  # fmt: skip
    donnees = tableau_croise(
        avec_chiffres(colonnes | _mesures(mesures)), f"Demandes et attributions par commune, {rapport.annee}",
        "perimetre_code", "Commune", rapport.perimetres, total=rapport.projet.epci_siren,
        ajouts=[ecart_a_l_ensemble(rapport, table, "Demandes par attribution, écart à l’ensemble")],
    )  # fmt: skip
    sous_titre = f"Demandes actives au 31 décembre pour une attribution de l’année, par commune, {rapport.annee}"
    tables = [table, rapport.par_commune("V04"), rapport.par_commune("V05")]
    return illustration(rapport, "tension", titre, sous_titre, dessin, donnees, tables)


def _mesures(tables: Mapping[str, Colonne]) -> dict[str, Colonne]:
    noms = {"V03": "Demandes par attribution", "V04": "Hors mutations internes", "V05": "Taux de satisfaction"}
    return {noms[code]: table for code, table in tables.items()}


def anciennete(rapport: Rapport) -> Bloc:
    """V07: how long the requests have stood."""
    table = rapport.classes("V07")
    libelles = rapport.modalites("V07")
    titre = phrases.titre_anciennete(rapport, table)
    texte = description(rapport, table, "modalite")
    [dessinee] = dessinees(table)
    dessin = charts.barres_communes(dessinee, "anciennete", titre, texte, libelles=libelles, par="modalite")
    donnees = tableau(
        table, f"Ancienneté des demandes actives au 31 décembre {rapport.annee}", "modalite", "Ancienneté", libelles,
        ["numerateur", "valeur"], noms={"numerateur": "Demandes"},
    )  # fmt: skip
    sous_titre = f"Part des demandes actives au 31 décembre, selon leur ancienneté, en %, {rapport.annee}"
    return illustration(rapport, "anciennete", titre, sous_titre, dessin, donnees, [table])
