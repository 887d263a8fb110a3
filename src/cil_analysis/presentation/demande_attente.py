"""The pressure by public and residence, and the wait: classes, share still waiting, abnormal delays (D05 to D11)."""

from __future__ import annotations

from cil_analysis.presentation import charts, charts_demande, series
from cil_analysis.presentation import demande_phrases as phrases
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.chapitres import descriptions, dessinees, illustration
from cil_analysis.presentation.figures import description
from cil_analysis.presentation.formats import mois
from cil_analysis.presentation.lecture import lire_une_annee
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.tables import Colonne, tableau, tableau_croise

_TERMES = {"numerateur": "Demandes actives", "denominateur": "Attributions", "valeur": "Demandes par attribution"}
_NOTE_DE_LA_COURBE = (
    "Estimation de l’année : chaque point suppose que les chances d’être logé restent celles de l’année, et que les "
    "demandes radiées pour un autre motif auraient attendu comme les autres. Entre deux points, le tireté ne fait que "
    "les relier."
)


def pression_par_public(rapport: Rapport) -> Bloc:
    """D05 by public."""
    return _pression(rapport, "D05", "pression-publics", phrases.titre_publics(rapport), "Public", "selon le public")


def pression_par_residence(rapport: Rapport) -> Bloc:
    """D06 by commune of residence."""
    titre = phrases.titre_residences(rapport)
    return _pression(
        rapport, "D06", "pression-residences", titre, "Commune de résidence", "selon la commune de résidence du ménage"
    )


def _pression(rapport: Rapport, code: str, identifiant: str, titre: str, entete: str, selon: str) -> Bloc:
    table, libelles = rapport.classes(code), rapport.modalites(code)
    texte = description(rapport, table, "modalite")
    dessin = charts.barres_communes(table, identifiant, titre, texte, libelles=libelles, par="modalite")
    donnees = tableau(
        table, f"{table.indicateur.titre}, {rapport.annee}", "modalite", entete, libelles,
        ["numerateur", "denominateur", "valeur"], noms=_TERMES,
    )  # fmt: skip
    sous_titre = f"Demandes actives au 31 décembre pour une attribution de l’année, {selon}, {rapport.annee}"
    return illustration(rapport, identifiant, titre, sous_titre, dessin, donnees, [table])


def attentes(rapport: Rapport) -> Bloc:
    """D08 beside V07: how long those housed waited, and since when the others do."""
    loges, demandeurs = rapport.classes("D08"), rapport.classes("V07")
    libelles = {**rapport.modalites("V07"), **rapport.modalites("D08")}
    titre = phrases.titre_attentes(rapport)
    noms = ("Ménages logés : attente jusqu’au bail", "Demandeurs : attente au 31 décembre")
    texte = descriptions(rapport, dict(zip(noms, (loges, demandeurs), strict=True)), "modalite")
    pleines = dessinees(loges, demandeurs)
    dessin = charts.barres_paires(pleines[0], pleines[1], "attentes", titre, texte, libelles=libelles, noms=noms)
    colonnes: dict[str, Colonne] = {
        "Ménages logés": (loges, "numerateur"), "Part des logés": loges,
        "Demandes": (demandeurs, "numerateur"), "Part des demandes": demandeurs,
    }  # fmt: skip
    donnees = tableau_croise(colonnes, f"Durée d’attente, {rapport.annee}", "modalite", "Attente", libelles)
    sous_titre = f"Part des ménages logés et des demandes actives selon l’attente, en %, {rapport.annee}"
    return illustration(rapport, "attentes", titre, sous_titre, dessin, donnees, [loges, demandeurs])


def encore_en_attente(rapport: Rapport) -> Bloc:
    """D09: the share still waiting after a few durations, in the year and in the first one of the series."""
    table = rapport.publication["D09"]
    durees = rapport.references.nomenclatures["durees_attente"].table
    places = {
        str(code): (float(borne), str(libelle))
        for code, libelle, borne in durees[["code", "libelle", "minimum"]].itertuples(index=False)
    }
    annees = list(dict.fromkeys((rapport.annees[0], rapport.annee)))
    tables = {str(annee): table.ou(annee=annee) for annee in annees}
    titre = phrases.titre_en_attente(rapport)
    dessin = charts_demande.parts_en_attente(
        {nom: lire_une_annee(serie, "modalite") for nom, serie in tables.items()}, places, "en-attente", titre,
        descriptions(rapport, tables, "modalite"), accent=str(rapport.annee),
    )  # fmt: skip
    colonnes: dict[str, Colonne] = {str(annee): table.ou(annee=annee) for annee in rapport.annees}
    donnees = tableau_croise(
        colonnes, f"Part des demandeurs encore en attente, en %, {rapport.periode}", "modalite", "Durée",
        rapport.modalites("D09"),
    )  # fmt: skip
    donnees += tableau_croise(
        {"Demandeurs, en attente compris": rapport.epci("D10"), "Ménages logés": rapport.epci("V06"),
         "Demandes suivies": (rapport.epci("D10"), "denominateur")},
        f"Attente médiane, {rapport.periode}", "annee", "Année", {},
    )  # fmt: skip
    sous_titre = f"Part des demandeurs encore en attente selon la durée depuis le dépôt, en %, {rapport.annee}"
    return illustration(
        rapport, "en-attente", titre, sous_titre, dessin, donnees, list(tables.values()), note=_NOTE_DE_LA_COURBE
    )


def delais_anormaux(rapport: Rapport) -> Bloc:
    """D11 over the years, beside D11A; by commune in the table."""
    noms = {"D11": "Demandes actives", "D11A": "Ménages logés"}
    tables = {nom: rapport.epci(code) for code, nom in noms.items()}
    titre = phrases.constat_anormal(rapport).removesuffix(".")
    ruptures = series.ruptures_de(rapport, rapport.publication["D11"].indicateur)
    texte = series.decrire_ruptures(descriptions(rapport, tables, "annee"), ruptures)
    dessin = charts.courbes_annees(
        list(tables.values()), "anormaux", titre, texte, par="indicateur", libelles=noms, ruptures=ruptures
    )
    communes = rapport.publication["D11"].ou(annee=rapport.annee)
    donnees = tableau_croise(tables, f"Délais anormalement longs, en %, {rapport.periode}", "annee", "Année", {})
    donnees += tableau(
        communes, f"Demandes au délai anormalement long, par commune, {rapport.annee}", "perimetre_code", "Commune",
        rapport.perimetres, ["numerateur", "denominateur", "valeur"], total=rapport.projet.epci_siren,
        noms={"numerateur": "Au délai anormal", "denominateur": "Demandes actives"},
    )  # fmt: skip
    delai = phrases.delai_anormal(rapport)
    depuis = f"{mois(delai, 0)} ou davantage" if delai is not None else "délai à renseigner"
    sous_titre = f"Part au délai anormalement long ({depuis}), en %, {rapport.periode}"
    return illustration(
        rapport, "anormaux", titre, sous_titre, dessin, donnees, list(tables.values()), periode=rapport.periode,
        note=series.note_des_ruptures(ruptures),
    )  # fmt: skip
