"""The figures of the bilan, chapter by chapter: each takes the report and returns a piece of the page."""

from __future__ import annotations

from cil_analysis.disclosure.published import PublishedTable
from cil_analysis.indicators.cadre import BAILLEUR, EN_QPV, EPCI, HORS_QPV, QPV, RESERVATAIRE
from cil_analysis.presentation import charts, sentences
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.figures import description, figure
from cil_analysis.presentation.formats import echapper, pourcentage
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.tables import COLONNES_OBJECTIF, tableau, tableau_croise
from cil_analysis.reference.texte import typographie


def constat(phrase: str) -> Bloc:
    """A section's finding, in one sentence."""
    return Bloc(f'<p class="constat">{echapper(typographie(phrase))}</p>' if phrase else "")


def _annees(table: PublishedTable) -> str:
    annees = table.donnees["annee"]
    return f"{annees.min()}-{annees.max()}" if annees.nunique() > 1 else str(annees.min())


def _serie(rapport: Rapport, code: str, identifiant: str, titre: str, sous_titre: str) -> Bloc:
    """The counts or figures of the EPCI, year by year."""
    table = rapport.epci(code)
    dessin = charts.barres_annees(table, identifiant, titre, description(rapport, table, "annee"), accent=rapport.annee)
    donnees = tableau(table, f"{table.indicateur.titre}, {_annees(table)}", "annee", "Année", {}, ["valeur"])
    return figure(identifiant, titre, sous_titre, dessin, rapport.source(code, _annees(table)), donnees, tables=[table])


def demandes_par_annee(rapport: Rapport) -> Bloc:
    """V02 over the years."""
    titre = sentences.titre_evolution(rapport, "V02", "Les demandes actives")
    return _serie(
        rapport, "V02", "demandes", titre, f"Nombre de demandes, {rapport.projet.epci_nom_court}, {rapport.periode}"
    )


def tension_par_commune(rapport: Rapport) -> Bloc:
    """V03 by commune."""
    table = rapport.par_commune("V03")
    titre = "Pression de la demande selon la commune du premier choix"
    texte = description(rapport, table, "perimetre_code")
    dessin = charts.barres_communes(table, "tension", titre, texte, libelles=rapport.communes)
    epci = rapport.projet.epci_siren
    avec_total = rapport.publication["V03"].ou(annee=rapport.annee)
    donnees = tableau(
        avec_total, f"Demandes et attributions par commune, {rapport.annee}", "perimetre_code", "Commune",
        rapport.perimetres, ["numerateur", "denominateur", "valeur"], total=epci,
        noms={"numerateur": "Demandes actives", "denominateur": "Attributions", "valeur": "Demandes par attribution"},
    )  # fmt: skip
    sous_titre = f"Demandes actives au 31 décembre pour une attribution de l’année, par commune, {rapport.annee}"
    return figure("tension", titre, sous_titre, dessin, rapport.source("V03"), donnees, tables=[table])


def attributions_par_annee(rapport: Rapport) -> Bloc:
    """V01 over the years."""
    titre = sentences.titre_evolution(rapport, "V01", "Les attributions")
    return _serie(
        rapport, "V01", "volume", titre, f"Nombre de baux signés, {rapport.projet.epci_nom_court}, {rapport.periode}"
    )


def attributions_par_commune(rapport: Rapport) -> Bloc:
    """T01: the communes' shares."""
    table = rapport.par_commune("T01")
    titre = sentences.constat_communes(rapport).split(" ; ")[0].removesuffix(".") or "Attributions par commune"
    texte = description(rapport, table, "perimetre_code")
    dessin = charts.barres_communes(table, "communes", titre, texte, libelles=rapport.communes)
    donnees = tableau(
        table, f"Attributions par commune, {rapport.annee}", "perimetre_code", "Commune", rapport.communes,
        ["numerateur", "valeur"], noms={"numerateur": "Attributions"},
    )  # fmt: skip
    sous_titre = f"Part de chaque commune dans les attributions, en %, {rapport.annee}"
    return figure("communes", titre, sous_titre, dessin, rapport.source("T01"), donnees, tables=[table])


def attributions_en_qpv(rapport: Rapport) -> Bloc:
    """T02 over the years."""
    table = rapport.publication["T02"].ou(perimetre_type=EPCI)
    libelles = rapport.modalites("T02")
    dessus = rapport.chiffre("T02", modalite="QPV")
    titre = "Attributions en quartier prioritaire et hors quartier prioritaire"
    if dessus is not None:
        titre = f"{pourcentage(dessus)} des attributions se situent en quartier prioritaire en {rapport.annee}"
    texte = _description_par_annee(rapport, table)
    dessin = charts.barres_empilees(table, "qpv", titre, texte, par="annee", libelles=libelles, ordonnees=False)
    donnees = tableau_croise(
        {str(a): table.ou(annee=a) for a in rapport.annees}, "Attributions selon la situation du logement, en %",
        "modalite", "Situation", libelles,
    )  # fmt: skip
    sous_titre = f"Répartition des attributions, en %, {rapport.projet.epci_nom_court}, {rapport.periode}"
    return figure("qpv", titre, sous_titre, dessin, rapport.source("T02", rapport.periode), donnees, tables=[table])


def _description_par_annee(rapport: Rapport, table: PublishedTable) -> str:
    return typographie(
        " ".join(
            f"{a} : {description(rapport, table.ou(annee=a), 'modalite')}"
            for a in rapport.annees
            if len(table.ou(annee=a))
        )
    )


def _par_acteur(rapport: Rapport, code: str, identifiant: str, titre: str, entete: str) -> Bloc:
    table = rapport.publication[code].ou(annee=rapport.annee)
    texte = description(rapport, table, "acteur_code")
    dessin = charts.barres_communes(
        table, identifiant, titre, texte, libelles=rapport.acteurs, par="acteur_code", rang=True
    )
    donnees = tableau(
        table, f"{table.indicateur.titre}, {rapport.annee}", "acteur_code", entete, rapport.acteurs,
        ["numerateur", "valeur"], noms={"numerateur": "Attributions"},
    )  # fmt: skip
    sous_titre = f"Part dans les attributions, en %, {rapport.projet.epci_nom_court}, {rapport.annee}"
    return figure(identifiant, titre, sous_titre, dessin, rapport.source(code), donnees, tables=[table])


def attributions_par_bailleur(rapport: Rapport) -> Bloc:
    """A01."""
    return _par_acteur(rapport, "A01", "bailleurs", "Attributions par bailleur", "Bailleur")


def attributions_par_reservataire(rapport: Rapport) -> Bloc:
    """A02."""
    return _par_acteur(rapport, "A02", "reservataires", "Attributions par réservataire", "Réservataire")


def delais(rapport: Rapport) -> Bloc:
    """V06 by type of dwelling, with the series of the EPCI in the table."""
    table = rapport.publication["V06"].ou(annee=rapport.annee, perimetre_type=EPCI)
    par_type = table.ou(modalite=[m for m in table.donnees["modalite"] if m])
    libelles = rapport.modalites("V06")
    titre = sentences.constat_delai(rapport).removesuffix(".") or "Délai d’attribution"
    texte = description(rapport, par_type, "modalite")
    dessin = charts.barres_communes(par_type, "delais-typologie", titre, texte, libelles=libelles, par="modalite")
    donnees = tableau(
        table, f"Délai médian selon le logement attribué, {rapport.annee}", "modalite", "Logement",
        {**libelles, "": "Ensemble"}, ["denominateur", "valeur"], total="",
        noms={"denominateur": "Ménages", "valeur": "Délai médian"},
    )  # fmt: skip
    sous_titre = (
        f"Délai médian entre la demande et la signature du bail, en mois, par type de logement, {rapport.annee}"
    )
    return figure("delais-typologie", titre, sous_titre, dessin, rapport.source("V06"), donnees, tables=[par_type])


def profil(rapport: Rapport, code: str) -> Bloc:
    """A profile of the households housed beside the applicants."""
    loges = rapport.publication[code].ou(annee=rapport.annee)
    demandeurs = rapport.publication[code + "D"].ou(annee=rapport.annee)
    libelles = rapport.modalites(code)
    nom = loges.indicateur.titre.removesuffix(" des ménages logés")
    identifiant = f"profil-{code.lower()}"
    series = {"Ménages logés": loges, "Demandeurs": demandeurs}
    series = {qui: table for qui, table in series.items() if len(table)}
    texte = typographie(" ".join(f"{qui} : {description(rapport, table, 'modalite')}" for qui, table in series.items()))
    titre = sentences.constat_profil(rapport, code)
    dessin = charts.barres_paires(loges, demandeurs, identifiant, titre, texte, libelles=libelles)
    donnees = tableau_croise(series, f"{nom}, {rapport.annee}", "modalite", nom, libelles)
    source, sous_titre = rapport.source(code), f"Part des ménages logés en {rapport.annee}, en %"
    if len(demandeurs):
        source = source.replace("extraits des attributions", "extraits des attributions et des demandes")
        sous_titre = f"Part des ménages logés en {rapport.annee} et des demandes actives au 31 décembre, en %"
    return figure(identifiant, titre, sous_titre, dessin, source, donnees, tables=list(series.values()))


def serie_objectif(rapport: Rapport, code: str, sujet: str, ou: str) -> Bloc:
    """An objective of the EPCI over the years, beside its target."""
    table = rapport.epci(code)
    titre = sentences.titre_evolution_points(rapport, code, sujet)
    identifiant = f"serie-{code.lower()}"
    dessin = charts.serie_objectif(table, identifiant, titre, description(rapport, table, "annee"))
    donnees = tableau(table, f"{table.indicateur.titre}, {rapport.periode}", "annee", "Année", {}, COLONNES_OBJECTIF)
    sous_titre = f"Part des attributions {ou}, en %, {rapport.projet.epci_nom_court}, {rapport.periode}"
    return figure(
        identifiant, titre, sous_titre, dessin, rapport.source(code, rapport.periode), donnees, tables=[table]
    )


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
    titre = "Ressources des ménages logés, par quartile"
    dessin = charts.barres_empilees(
        table, "quartiles", titre, texte, par="perimetre_type", libelles={**libelles, **lieux}
    )
    donnees = tableau_croise(
        {nom: table.ou(perimetre_type=lieu) for lieu, nom in lieux.items()}, f"{titre}, en %, {rapport.annee}",
        "modalite", "Ressources", libelles,
    )  # fmt: skip
    sous_titre = (
        f"Répartition des attributions selon le quartile de ressources par unité de consommation, en %, {rapport.annee}"
    )
    return figure("quartiles", titre, sous_titre, dessin, rapport.source("O03"), donnees, tables=[table])


def objectif_par(rapport: Rapport, code: str, acteur: str, titre: str, sous_titre: str) -> Bloc:
    """An objective by landlord or réservataire, against the target of each."""
    table = rapport.epci(code, annee=rapport.annee, acteur_type=acteur)
    identifiant = f"{code.lower()}-{acteur}"
    texte = description(rapport, table, "acteur_code")
    dessin = charts.barres_objectif(table, identifiant, titre, texte, libelles=rapport.acteurs)
    entete = "Bailleur" if acteur == BAILLEUR else "Réservataire"
    donnees = tableau(table, f"{titre}, {rapport.annee}", "acteur_code", entete, rapport.acteurs, COLONNES_OBJECTIF)
    return figure(identifiant, titre, sous_titre, dessin, rapport.source(code), donnees, tables=[table])


def prioritaires_par_reservataire(rapport: Rapport) -> Bloc:
    """O04 by réservataire."""
    table = rapport.epci("O04", annee=rapport.annee, acteur_type=RESERVATAIRE)
    titre = sentences.titre_ecarts(table, rapport.acteurs, "acteur_code", "Ménages prioritaires, par contingent")
    sous_titre = f"Part des ménages prioritaires dans les attributions de chaque contingent, en %, {rapport.annee}"
    return objectif_par(rapport, "O04", RESERVATAIRE, titre, sous_titre)


def prioritaires_par_bailleur(rapport: Rapport) -> Bloc:
    """O04 by landlord, on the non reserved dwellings."""
    titre = sentences.constat_bailleurs(rapport).removesuffix(".")
    sous_titre = (
        f"Part des ménages prioritaires dans les attributions des logements non réservés, en %, {rapport.annee}"
    )
    return objectif_par(rapport, "O04", BAILLEUR, titre, sous_titre)


def tous_prioritaires_par_bailleur(rapport: Rapport) -> Bloc:
    """O08 by landlord, on all the dwellings."""
    titre = "Ménages prioritaires dans toutes les attributions de chaque bailleur"
    sous_titre = f"Part des ménages prioritaires, logements réservés compris, en %, {rapport.annee}"
    return objectif_par(rapport, "O08", BAILLEUR, titre, sous_titre)


def premier_quartile_par_bailleur(rapport: Rapport) -> Bloc:
    """O01 by landlord."""
    table = rapport.epci("O01", annee=rapport.annee, acteur_type=BAILLEUR)
    titre = sentences.constat_resultats(table, "le bailleur", "bailleurs").removesuffix(".")
    sous_titre = (
        f"Part des ménages du premier quartile dans les attributions hors quartier prioritaire, en %, {rapport.annee}"
    )
    return objectif_par(rapport, "O01", BAILLEUR, titre, sous_titre)


def objectif_par_commune(rapport: Rapport, code: str, titre_court: str) -> Bloc:
    """An objective by commune, as bars against the target of each."""
    table = rapport.par_commune(code)
    titre = sentences.titre_ecarts(table, rapport.communes, "perimetre_code", titre_court)
    identifiant = f"barres-{code.lower()}-commune"
    texte = description(rapport, table, "perimetre_code")
    dessin = charts.barres_objectif(table, identifiant, titre, texte, libelles=rapport.communes)
    donnees = tableau(
        table,
        f"{titre_court}, par commune, {rapport.annee}",
        "perimetre_code",
        "Commune",
        rapport.communes,
        COLONNES_OBJECTIF,
    )
    sous_titre = f"{titre_court}, en %, {rapport.annee} ; trait noir : objectif de la commune"
    return figure(identifiant, titre, sous_titre, dessin, rapport.source(code), donnees, tables=[table])


def autres_quartiles_par_quartier(rapport: Rapport) -> Bloc:
    """O02 by QPV, against the target of each."""
    table = rapport.publication["O02"].ou(perimetre_type=QPV, annee=rapport.annee)
    titre = sentences.constat_resultats(table, "le quartier", "quartiers").removesuffix(".")
    texte = description(rapport, table, "perimetre_code")
    dessin = charts.barres_objectif(table, "o02-qpv", titre, texte, libelles=rapport.perimetres)
    donnees = tableau(
        table, f"Autres quartiles logés, par quartier prioritaire, {rapport.annee}", "perimetre_code", "Quartier",
        rapport.perimetres, COLONNES_OBJECTIF,
    )  # fmt: skip
    sous_titre = (
        f"Part des ménages des trois autres quartiles dans les attributions de chaque quartier, en %, {rapport.annee}"
    )
    return figure("o02-qpv", titre, sous_titre, dessin, rapport.source("O02"), donnees, tables=[table])


def evolution_des_objectifs(rapport: Rapport) -> Bloc:
    """The réservataires' shares of priority households since the convention began."""
    suivis = rapport.epci("O04", acteur_type=RESERVATAIRE)
    cibles = suivis.donnees.loc[suivis.donnees["cible"].notna(), "acteur_code"].unique().tolist()
    table = suivis.ou(acteur_code=cibles)
    titre = typographie(f"Ménages prioritaires : les contingents suivis depuis {rapport.annees[0]}")
    texte = typographie(
        " ".join(f"{rapport.acteurs[c]} : {description(rapport, table.ou(acteur_code=c), 'annee')}" for c in cibles)
    )
    dessin = ""  # No contingent has a target: there is nothing to follow, and the figure says so.
    if cibles:
        dessin = charts.courbes_annees(
            table, "evolution-o04", titre, texte, par="acteur_code", libelles=rapport.acteurs
        )
    donnees = tableau_croise(
        {str(a): table.ou(annee=a) for a in rapport.annees},
        f"{titre}, en %",
        "acteur_code",
        "Contingent",
        rapport.acteurs,
    )
    sous_titre = f"Part des ménages prioritaires dans les attributions de chaque contingent, en %, {rapport.periode}"
    return figure(
        "evolution-o04", titre, sous_titre, dessin, rapport.source("O04", rapport.periode), donnees, tables=[table]
    )
