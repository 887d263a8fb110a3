"""The stock of requests and its flows: the account of the year, entries and exits by year and month (D01 to D04)."""

from __future__ import annotations

from collections.abc import Mapping

from cil_analysis.comptage.cadre import PUBLIE, SECRET
from cil_analysis.presentation import charts, charts_demande, series, theme
from cil_analysis.presentation import demande_phrases as phrases
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.chapitres import descriptions, illustration
from cil_analysis.presentation.chapitres_provenances import sommer
from cil_analysis.presentation.charts_demande import Etape
from cil_analysis.presentation.chiffres_cles import carte_cle, en_cartes, objectif_de_carte
from cil_analysis.presentation.figures import description
from cil_analysis.presentation.formats import MOINS, RIEN, nombre
from cil_analysis.presentation.lecture import Chiffre, lire_une_annee
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.signes import signe
from cil_analysis.presentation.tables import Cellule, tableau, tableau_croise, tableau_libre

_AUTRES = "Autres motifs"
_CARTES = {
    "V02": ("Demandes actives au 31 décembre", "flux"),
    "D01": ("Nouvelles demandes de l’année", "flux"),
    "D02": ("Demandes sorties du fichier", "sorties"),
    "V03": ("Demandes pour une attribution", "pression"),
    "V06": ("Délai médian des ménages logés", "attente"),
    "D10": ("Attente médiane, ménages en attente compris", "attente"),
    "D11": ("Demandes au délai anormalement long", "delais-anormaux"),
    "D07R": ("Demandeurs qui veulent rester dans leur commune", "origines"),
}


def chiffres_cles(rapport: Rapport) -> Bloc:
    """The key figures of the file as cards."""
    return en_cartes(
        carte_cle(rapport, serie, titre, ancre, objectif_de_carte(None), code.lower())
        for code, (titre, ancre) in _CARTES.items()
        if len(serie := rapport.epci(code))
    )


def compte_de_l_annee(rapport: Rapport) -> Bloc:
    """The account of the year as a cascade: stock, entries, exits, what they do not explain, stock."""
    tables = [rapport.epci("D01", annee=rapport.annee), rapport.epci("D02", annee=rapport.annee)]
    titre = phrases.titre_compte(rapport)
    donnees = _compte_des_annees(rapport)
    compte = phrases.compte(rapport, rapport.annee)
    logees = rapport.epci("D03", annee=rapport.annee, modalite="RADATT").ligne()
    dessin = ""
    if compte is not None:
        satisfaites = float(logees["numerateur"]) if logees is not None and logees["statut"] == PUBLIE else 0.0
        etapes = _etapes(rapport, compte, satisfaites)
        texte = " ; ".join(f"{e.libelle}, {e.texte}" for e in etapes) + "."
        dessin = charts_demande.cascade(etapes, "compte", titre, texte)
    else:
        dessin = charts.barres_annees(
            rapport.epci("D01"), "compte", titre, description(rapport, rapport.epci("D01"), "annee"),
            accent=rapport.annee,
        )  # fmt: skip
    sous_titre = (
        f"Du stock au 31 décembre {rapport.annee - 1} au stock au 31 décembre {rapport.annee}, en nombre de demandes"
        if compte is not None
        else f"Nouvelles demandes, {rapport.projet.epci_nom_court}, {rapport.periode}"
    )
    return illustration(
        rapport, "compte", titre, sous_titre, dessin, donnees, tables, periode=rapport.periode, note=phrases.NOTE_ECART
    )


def _etapes(rapport: Rapport, compte: phrases.Compte, logees: float) -> list[Etape]:
    """The steps of the account; exits for a lease apart when they are published."""
    niveau = compte.debut + compte.entrees
    etapes = [
        Etape(f"Actives au 31/12/{rapport.annee - 1}", 0, compte.debut, nombre(compte.debut), theme.GRIS),
        Etape("Nouvelles demandes", compte.debut, niveau, f"+{nombre(compte.entrees)}", theme.ACCENT),
    ]
    autres = compte.sorties - logees
    for libelle, sorties, couleur in (
        ("Sorties : logement attribué", logees, theme.VERT),
        ("Sorties : autre motif" if logees else "Sorties du fichier", autres, theme.PRUNE),
    ):
        if sorties:
            etapes.append(Etape(libelle, niveau, niveau - sorties, f"{MOINS}{nombre(sorties)}", couleur))
            niveau -= sorties
    etapes.append(Etape("Écart de décompte", niveau, compte.fin, phrases.signe_du_nombre(compte.ecart), theme.ORANGE))
    return [*etapes, Etape(f"Actives au 31/12/{rapport.annee}", 0, compte.fin, nombre(compte.fin), theme.GRIS)]


def _compte_des_annees(rapport: Rapport) -> str:
    """The account of every year, in figures."""
    lignes: list[list[str | Cellule]] = []
    for annee in rapport.annees:
        compte = phrases.compte(rapport, annee)
        cellules = [
            _chiffre(rapport, "V02", annee - 1), _chiffre(rapport, "D01", annee), _chiffre(rapport, "D02", annee),
            Cellule(phrases.signe_du_nombre(compte.ecart)) if compte else Cellule(RIEN, "absent"),
            _chiffre(rapport, "V02", annee),
        ]  # fmt: skip
        lignes.append([str(annee), *cellules])
    entetes = ["Année", "Stock au début", "Nouvelles demandes", "Sorties", "Écart de décompte", "Stock à la fin"]
    return tableau_libre(f"Compte des demandes actives, {rapport.periode}", entetes, lignes, [])


def _chiffre(rapport: Rapport, code: str, annee: int) -> Cellule:
    ligne = rapport.epci(code, annee=annee).ligne()
    if ligne is None:
        return Cellule(RIEN, "absent")
    absence = signe(ligne, "valeur")
    if absence:
        return Cellule(absence, "secret" if ligne["statut"] == SECRET else "absent")
    return Cellule(nombre(ligne["valeur"]))


def flux_par_annee(rapport: Rapport) -> Bloc:
    """D01 beside D02, year by year."""
    noms = {"D01": "Nouvelles demandes", "D02": "Sorties du fichier"}
    tables = {nom: rapport.epci(code) for code, nom in noms.items()}
    titre = phrases.titre_flux(rapport)
    ruptures = series.ruptures_de(rapport, rapport.publication["D01"].indicateur)
    texte = series.decrire_ruptures(descriptions(rapport, tables, "annee"), ruptures)
    dessin = charts.courbes_annees(
        list(tables.values()), "entrees-sorties", titre, texte, par="indicateur", libelles=noms, ruptures=ruptures
    )
    donnees = tableau_croise(tables, f"Entrées et sorties du fichier, {rapport.periode}", "annee", "Année", {})
    donnees += tableau(
        rapport.epci("D04"), f"Demandes renouvelées, {rapport.periode}", "annee", "Année", {},
        ["numerateur", "denominateur", "valeur"],
        noms={"numerateur": "Renouvelées", "denominateur": "Déposées avant l’année"},
    )  # fmt: skip
    sous_titre = f"Nombre de demandes, {rapport.projet.epci_nom_court}, {rapport.periode}"
    return illustration(
        rapport, "entrees-sorties", titre, sous_titre, dessin, donnees, list(tables.values()), periode=rapport.periode,
        note=series.note_des_ruptures(ruptures),
    )  # fmt: skip


def flux_par_mois(rapport: Rapport) -> Bloc:
    """D01M, D02M and D02A: the months of the year; renewals in the table."""
    codes = {"Nouvelles demandes": "D01M", "Sorties du fichier": "D02M", "dont logement attribué": "D02A"}
    tables = {nom: rapport.classes(code) for nom, code in codes.items()}
    lues = {nom: lire_une_annee(table, "modalite") for nom, table in tables.items()}
    libelles = rapport.modalites("D01M")
    titre = phrases.titre_mois(rapport)
    noms = {str(m): libelles[str(m)] for m in tables["Nouvelles demandes"].donnees["modalite"]}
    dessin = charts_demande.mois(lues, noms, "mois", titre, descriptions(rapport, tables, "modalite"))
    colonnes = {**tables, "Renouvelées, encore actives": rapport.classes("D04M")}
    donnees = tableau_croise(colonnes, f"Mouvements du fichier par mois, {rapport.annee}", "modalite", "Mois", libelles)
    sous_titre = f"Nombre de demandes par mois, {rapport.projet.epci_nom_court}, {rapport.annee}"
    return illustration(rapport, "mois", titre, sous_titre, dessin, donnees, list(tables.values()))


def sorties_par_motif(rapport: Rapport) -> Bloc:
    """D03: the exits of each year by group of motives; every motive in the table."""
    table = rapport.epci("D03", modalite=list(rapport.publication["D03"].donnees["modalite"].unique()))
    libelles = rapport.modalites("D03")
    groupes = _groupes(rapport)
    barres = {
        str(annee): _regrouper(lire_une_annee(table.ou(annee=annee), "modalite"), groupes) for annee in rapport.annees
    }
    presents = [
        groupe for groupe in dict.fromkeys(groupes.values())
        if any(groupe in b and (b[groupe].est_secret or b[groupe].valeur > 0) for b in barres.values())
    ]  # fmt: skip
    titre = phrases.titre_sorties(rapport)
    texte = " ; ".join(
        f"{annee} : " + ", ".join(f"{g} {'secret' if barre[g].est_secret else barre[g].texte}" for g in presents)
        for annee, barre in barres.items()
    )
    dessin = charts.empiler(
        {a: {g: c for g, c in b.items() if g in presents} for a, b in barres.items()}, "sorties-motifs", titre,
        f"{texte}.", libelles={}, modalites=presents, ordonnees=False,
    )  # fmt: skip
    donnees = tableau(
        rapport.classes("D03"), f"Sorties du fichier par motif, {rapport.annee}", "modalite", "Motif", libelles,
        ["numerateur", "valeur"], noms={"numerateur": "Sorties"},
    )  # fmt: skip
    sous_titre = f"Part des sorties de chaque année selon leur motif, en %, {rapport.periode}"
    return illustration(rapport, "sorties-motifs", titre, sous_titre, dessin, donnees, [table], periode=rapport.periode)


def _groupes(rapport: Rapport) -> dict[str, str]:
    """The group of each motive: those of most exits in the year by their name, the others together.

    More groups than colours that can be told apart are no drawing.
    """
    nomenclature = rapport.references.nomenclatures["motifs_radiation"]
    codes = nomenclature.codes(None)
    libelles = rapport.modalites("D03")
    propres = {m: nomenclature.groupe(m) or libelles[m] if m in codes else libelles[m] for m in libelles}
    poids: dict[str, float] = {}
    for c in lire_une_annee(rapport.classes("D03"), "modalite"):
        poids[propres[c.cle]] = poids.get(propres[c.cle], 0.0) + (c.valeur if c.est_publie else 0.0)
    nommes = sorted(poids, key=lambda groupe: -poids[groupe])[: len(theme.CATEGORIES) - 1]
    ranges = {m: g if g in nommes else _AUTRES for m, g in propres.items()}
    return dict(sorted(ranges.items(), key=lambda paire: [*nommes, _AUTRES].index(paire[1])))


def _regrouper(chiffres: list[Chiffre], groupes: Mapping[str, str]) -> dict[str, Chiffre]:
    """Motives by group, from published figures alone: a group that holds a masked one is masked."""
    par_groupe: dict[str, list[Chiffre]] = {}
    for c in chiffres:
        par_groupe.setdefault(groupes[c.cle], []).append(c)
    return {groupe: sommer(groupe, siens) for groupe, siens in par_groupe.items()}
