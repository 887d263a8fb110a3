"""The figures of the objectives: the EPCI over the years, communes, quarters, landlords and réservataires."""

from __future__ import annotations

from cil_analysis.comptage.cadre import PUBLIE
from cil_analysis.disclosure.published import PublishedTable
from cil_analysis.grammaire.indicateur import EN_QPV, EPCI, HORS_QPV, RESERVATAIRE
from cil_analysis.presentation import charts, sentences, series
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.charts_lignes import dernier_objectif
from cil_analysis.presentation.figures import description, figure
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.tables import COLONNES_OBJECTIF, tableau, tableau_croise
from cil_analysis.reference.texte import typographie


def champ(rapport: Rapport) -> str:
    """Why an objective rests on fewer allocations than the year counts (rules P3 and P4)."""
    parametres = rapport.references.parametres
    financements = parametres["comptage.p4_financements_exclus"]
    exclus = financements.valeur(rapport.jour)
    codes = exclus if isinstance(exclus, tuple) else ()
    mots = (
        [f"les logements financés en {', '.join(financements.libelles.get(c, str(c)) for c in codes)}"] if codes else []
    )
    if parametres["comptage.p3_mutations"].valeur(rapport.jour) == "hors_mutations":
        mots.append("les mutations internes")
    return f"Hors du champ des objectifs : {' et '.join(mots)} (règles P3 et P4)." if mots else ""


def serie_objectif(rapport: Rapport, code: str, titre: str, ou: str) -> Bloc:
    """An objective of the EPCI over the years, beside its target."""
    table, constante = rapport.epci(code), series.constante(rapport, code)
    ruptures = series.ruptures_de(rapport, table.indicateur)
    identifiant = f"serie-{code.lower()}"
    texte = series.decrire(rapport, table, constante, ruptures)
    dessin = charts.serie_objectif(table, identifiant, titre, texte, ruptures=ruptures, constante=constante)
    donnees = tableau(
        table, f"{table.indicateur.titre}, {rapport.periode}", "annee", "Année", {}, COLONNES_OBJECTIF,
        ajouts=series.colonne_constante(table, constante),
    )  # fmt: skip
    sous_titre = f"Part des attributions {ou}, en %, {rapport.projet.epci_nom_court}, {rapport.periode}"
    return figure(
        identifiant, titre, sous_titre, dessin, rapport.source(code, rapport.periode), donnees, tables=[table],
        note=series.joindre(champ(rapport), series.note(rapport, constante, ruptures)),
    )  # fmt: skip


def quartiles(rapport: Rapport) -> Bloc:
    """O03: the quartiles in QPV, outside, and together."""
    table = rapport.publication["O03"].ou(annee=rapport.annee)
    libelles = rapport.modalites("O03")
    lieux = {EPCI: "Ensemble", HORS_QPV: "Hors quartier prioritaire", EN_QPV: "En quartier prioritaire"}
    texte = typographie(
        " ".join(
            f"{nom} : {description(rapport, table.ou(perimetre_type=lieu), 'modalite')}" for lieu, nom in lieux.items()
        )
    )
    titre = sentences.titre_quartiles(rapport)
    dessin = charts.barres_empilees(
        table, "quartiles", titre, texte, par="perimetre_type", libelles={**libelles, **lieux}
    )
    donnees = tableau_croise(
        {nom: table.ou(perimetre_type=lieu) for lieu, nom in lieux.items()},
        f"Ressources des ménages logés, par quartile, en %, {rapport.annee}",
        "modalite", "Ressources", libelles,
    )  # fmt: skip
    sous_titre = (
        f"Répartition des attributions selon le quartile de ressources par unité de consommation, en %, {rapport.annee}"
    )
    return figure(
        "quartiles", titre, sous_titre, dessin, rapport.source("O03"), donnees, tables=[table], note=champ(rapport)
    )


def evolution_des_objectifs(rapport: Rapport) -> Bloc:
    """The réservataires' shares of priority households since the convention began."""
    suivis = rapport.epci("O04", acteur_type=RESERVATAIRE)
    # A masked row has lost its target, but its result still says that it had one.
    cibles = suivis.donnees.loc[suivis.donnees["resultat"].ne(""), "acteur_code"].unique().tolist()
    table = suivis.ou(acteur_code=cibles)
    titre = sentences.titre_contingents(table, rapport.acteurs)
    texte = typographie(
        " ".join(f"{rapport.acteurs[c]} : {description(rapport, table.ou(acteur_code=c), 'annee')}" for c in cibles)
    )
    partage = _cible_partagee(table)
    if partage is not None:
        texte = typographie(f"{texte} Objectif de chacun : {dernier_objectif(partage)}.")
    ruptures = series.ruptures_de(rapport, table.indicateur)
    dessin = ""  # No contingent has a target: there is nothing to follow, and the figure says so.
    if cibles:
        dessin = charts.courbes_annees(
            table, "evolution-o04", titre, series.decrire_ruptures(texte, ruptures), par="acteur_code",
            libelles=rapport.acteurs, cible=partage, ruptures=ruptures,
        )  # fmt: skip
    donnees = tableau_croise(
        {str(a): table.ou(annee=a) for a in rapport.annees},
        "Part des ménages prioritaires dans les attributions de chaque contingent, en %",
        "acteur_code",
        "Contingent",
        rapport.acteurs,
    )
    sous_titre = f"Part des ménages prioritaires dans les attributions de chaque contingent, en %, {rapport.periode}"
    return figure(
        "evolution-o04", titre, sous_titre, dessin, rapport.source("O04", rapport.periode), donnees, tables=[table],
        note=series.joindre(champ(rapport), series.note_des_ruptures(ruptures)),
    )  # fmt: skip


def _cible_partagee(table: PublishedTable) -> PublishedTable | None:
    """The rows of a contingent whose published targets are those of all, year by year; None when they differ."""
    publiees = table.donnees[table.donnees["statut"].eq(PUBLIE) & table.donnees["cible"].notna()]
    if publiees.empty or publiees.drop_duplicates(["annee", "sens", "cible", "cible_max"])["annee"].duplicated().any():
        return None
    suivie = publiees[publiees["acteur_code"].eq(publiees["acteur_code"].mode()[0])]
    return table.ou(acteur_code=suivie["acteur_code"].unique().tolist(), annee=suivie["annee"].tolist())
