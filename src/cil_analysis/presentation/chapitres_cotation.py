"""The chapters on scores, ranks and what does not go together: C01 to C07, C10."""

from __future__ import annotations

from cil_analysis.disclosure.published import PublishedTable
from cil_analysis.grammaire.indicateur import BAILLEUR, RESERVATAIRE
from cil_analysis.presentation import charts
from cil_analysis.presentation import sentences_cotation as phrases
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.chapitres import avec_chiffres, descriptions, dessinees, illustration
from cil_analysis.presentation.chapitres_menages import cote_a_cote
from cil_analysis.presentation.figures import description
from cil_analysis.presentation.publics import PLUSIEURS
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.tables import tableau, tableau_croise

_PLUSIEURS = "Un ménage peut relever de plusieurs publics."
_COMMISSION = "La commission peut avoir d’autres motifs, que le fichier ne dit pas."


def distribution(rapport: Rapport) -> Bloc:
    """C01 beside C01D, by band of points."""
    return cote_a_cote(
        rapport, "scores-tranches", phrases.titre_des_scores(rapport),
        f"Score : ménages logés en {rapport.annee} et demandes actives au 31 décembre, en %",
        "Score", (rapport.classes("C01"), rapport.classes("C01D")), ("Ménages logés", "Demandes"),
    )  # fmt: skip


def scores_des_publics(rapport: Rapport) -> Bloc:
    """C02P beside C02D, by public."""
    tables = {"Ménages logés": rapport.classes("C02P"), "Demandes": rapport.classes("C02D")}
    titre, libelles = phrases.titre_des_publics(rapport), rapport.modalites("C02P")
    texte = descriptions(rapport, tables, "modalite")
    loges, demandes = tables.values()
    dessin = charts.barres_paires(
        loges, demandes, "scores-publics", titre, texte, libelles=libelles, noms=("Ménages logés", "Demandes")
    )
    legende = f"Score médian par public, {rapport.annee}"
    donnees = tableau_croise(avec_chiffres({**tables}), legende, "modalite", "Public", libelles)
    sous_titre = f"Score médian des ménages logés et des demandes actives au 31 décembre, en points, {rapport.annee}"
    return illustration(
        rapport, "scores-publics", titre, sous_titre, dessin, donnees, [loges, demandes], note=_PLUSIEURS
    )


def scores_des_bailleurs(rapport: Rapport) -> Bloc:
    """C02 by landlord, those that try the grid named so."""
    table = rapport.epci("C02", annee=rapport.annee, acteur_type=BAILLEUR)
    titre, libelles = phrases.titre_des_bailleurs(rapport, table), _bailleurs(rapport)
    texte = description(rapport, table, "acteur_code")
    dessin = charts.barres_communes(
        table, "scores-bailleurs", titre, texte, libelles=libelles, par="acteur_code", rang=True
    )
    legende = f"Score médian des ménages logés, par bailleur, {rapport.annee}"
    donnees = tableau(table, legende, "acteur_code", "Bailleur", libelles, ["denominateur", "valeur"],
                      noms={"denominateur": "Ménages au score connu", "valeur": "Score médian"})  # fmt: skip
    sous_titre = f"Score médian des ménages logés, par bailleur, en points, {rapport.annee}"
    return illustration(rapport, "scores-bailleurs", titre, sous_titre, dessin, donnees, [table])


def _bailleurs(rapport: Rapport) -> dict[str, str]:
    """Code → name of the landlords, « (testeur) » after those that try the grid."""
    testeurs = rapport.references.cotation.testeurs
    return {code: f"{nom} (testeur)" if code in testeurs else nom for code, nom in rapport.acteurs.items()}


def rangs(rapport: Rapport) -> Bloc:
    """C03: the households housed by decile of the requests."""
    sous_titre = f"Part des attributions dans chaque décile des scores des demandes, en %, {rapport.annee}"
    note = (
        "Un décile réunit environ un dixième des demandes ; des scores égaux sont dans le même décile. Si le score "
        "n’avait aucun lien avec les attributions, chacun en aurait environ 10 %."
    )
    return _classes(rapport, "C03", "rangs", phrases.titre_du_rang(rapport), sous_titre, "Décile", note=note)


def loges_parmi_les_plus_eleves(rapport: Rapport) -> Bloc:
    """C06 by type of dwelling."""
    sous_titre = (
        "Part des ménages logés parmi les attributions et les demandes au score élevé, selon le type de logement, en "
        f"%, {rapport.annee}"
    )
    return _classes(
        rapport, "C06", "loges-eleves", phrases.titre_des_loges(rapport), sous_titre, "Type de logement",
        noms=("Attributions", "Attributions et demandes"),
    )  # fmt: skip


def attentes(rapport: Rapport) -> Bloc:
    """C07 by public."""
    sous_titre = f"Part de chaque public dans les demandes en attente au score élevé, en %, {rapport.annee}"
    titre = phrases.titre_des_attentes(rapport)
    return _classes(
        rapport, "C07", "attentes-elevees", titre, sous_titre, "Public", note=PLUSIEURS,
        noms=("Demandes", "Demandes au score élevé"),
    )  # fmt: skip


def refus(rapport: Rapport) -> Bloc:
    """C10 by rank."""
    sous_titre = (
        f"Part des propositions attribuées que le demandeur refuse, selon le rang du score, en %, {rapport.annee}"
    )
    titre = phrases.constat_des_refus(rapport)
    return _classes(
        rapport, "C10", "refus-scores", titre, sous_titre, "Rang du score",
        noms=("Refusées", "Propositions attribuées"),
    )  # fmt: skip


def ecarts_des_bailleurs(rapport: Rapport) -> Bloc:
    """C04 and C05 by landlord."""
    return _ecarts(rapport, BAILLEUR, "ecarts-bailleurs", phrases.titre_des_ecarts(rapport), "bailleur")


def ecarts_des_reservataires(rapport: Rapport) -> Bloc:
    """C04 and C05 by réservataire."""
    table = rapport.epci("C05", annee=rapport.annee, acteur_type=RESERVATAIRE)
    titre = phrases.titre_des_reservataires(rapport, table)
    return _ecarts(rapport, RESERVATAIRE, "ecarts-reservataires", titre, "réservataire")


def _ecarts(rapport: Rapport, acteur: str, identifiant: str, titre: str, nom: str) -> Bloc:
    libelles = _bailleurs(rapport) if acteur == BAILLEUR else rapport.acteurs
    bas, hauts = phrases.deciles_en_mots(rapport)
    tables = {
        "Scores élevés": rapport.epci("C05", annee=rapport.annee, acteur_type=acteur),
        "Scores bas": rapport.epci("C04", annee=rapport.annee, acteur_type=acteur),
    }
    eleves, faibles = tables.values()
    texte = descriptions(rapport, tables, "acteur_code")
    dessin = charts.barres_paires(
        eleves, faibles, identifiant, titre, texte, libelles=libelles, noms=("Scores élevés", "Scores bas"),
        par="acteur_code",
    )  # fmt: skip
    donnees = tableau_croise(
        {
            "Attributions": (eleves, "denominateur", faibles),
            "Au score élevé": (eleves, "numerateur"),
            "Scores élevés": eleves,
            "Au score bas": (faibles, "numerateur"),
            "Scores bas": faibles,
        },
        f"Attributions aux scores élevés et bas, par {nom}, {rapport.annee}",
        "acteur_code", nom.capitalize(), libelles,
    )  # fmt: skip
    sous_titre = (
        f"Part des attributions dont le score est dans {hauts} et dans {bas} des demandes, en %, {rapport.annee}"
    )
    return illustration(rapport, identifiant, titre, sous_titre, dessin, donnees, [eleves, faibles], note=_COMMISSION)


def _classes(
    rapport: Rapport, code: str, identifiant: str, titre: str, sous_titre: str, entete: str, *, note: str = "",
    noms: tuple[str, str] = ("Attributions", "Ensemble"),
) -> Bloc:  # fmt: skip
    table = rapport.classes(code)
    libelles = rapport.modalites(code)
    return classes(rapport, table, libelles, identifiant, titre, sous_titre, entete, note=note, noms=noms)


def classes(
    rapport: Rapport, table: PublishedTable, libelles: dict[str, str], identifiant: str, titre: str, sous_titre: str,
    entete: str, *, note: str, noms: tuple[str, str],
) -> Bloc:  # fmt: skip
    """Bars by category; ``noms``: what the two counts of the data table are."""
    texte = description(rapport, table, "modalite")
    [dessinee] = dessinees(table)
    dessin = charts.barres_communes(dessinee, identifiant, titre, texte, libelles=libelles, par="modalite")
    donnees = tableau(
        table, f"{table.indicateur.titre}, {rapport.annee}", "modalite", entete, libelles,
        ["numerateur", "denominateur", "valeur"], noms={"numerateur": noms[0], "denominateur": noms[1]},
    )  # fmt: skip
    return illustration(rapport, identifiant, titre, sous_titre, dessin, donnees, [table], note=note)
