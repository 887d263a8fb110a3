"""The figures of the bilan, chapter by chapter: each takes the report and returns a piece of the page."""

from __future__ import annotations

from cil_analysis.disclosure.published import PublishedTable
from cil_analysis.indicators.cadre import EPCI
from cil_analysis.presentation import charts, sentences, series
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.comparaison_epci import ecart_a_l_ensemble
from cil_analysis.presentation.figures import description, figure
from cil_analysis.presentation.formats import echapper, pourcentage
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.tables import tableau, tableau_croise
from cil_analysis.reference.texte import typographie


def constat(phrase: str) -> Bloc:
    """A section's finding, in one sentence."""
    return Bloc(f'<p class="constat">{echapper(typographie(phrase))}</p>' if phrase else "")


def _annees(table: PublishedTable) -> str:
    annees = table.donnees["annee"]
    return f"{annees.min()}-{annees.max()}" if annees.nunique() > 1 else str(annees.min())


def _serie(rapport: Rapport, code: str, identifiant: str, titre: str, sous_titre: str) -> Bloc:
    """The counts or figures of the EPCI, year by year."""
    table, constante = rapport.epci(code), series.constante(rapport, code)
    ruptures = series.ruptures_de(rapport, table.indicateur)
    texte = series.decrire(rapport, table, constante, ruptures)
    dessin = charts.barres_annees(
        table, identifiant, titre, texte, accent=rapport.annee, ruptures=ruptures, constante=constante
    )
    ajouts = series.colonne_constante(table, constante)
    titre_du_tableau = f"{table.indicateur.titre}, {_annees(table)}"
    donnees = tableau(table, titre_du_tableau, "annee", "Année", {}, ["valeur"], ajouts=ajouts)
    return figure(
        identifiant, titre, sous_titre, dessin, rapport.source(code, _annees(table)), donnees, tables=[table],
        note=series.note(rapport, constante, ruptures),
    )  # fmt: skip


def demandes_par_annee(rapport: Rapport) -> Bloc:
    """V02 over the years."""
    titre = sentences.titre_evolution(rapport, "V02", "Les demandes actives")
    return _serie(
        rapport, "V02", "demandes", titre, f"Nombre de demandes, {rapport.projet.epci_nom_court}, {rapport.periode}"
    )


def tension_par_commune(rapport: Rapport) -> Bloc:
    """V03 by commune."""
    table = rapport.par_commune("V03")
    titre = sentences.titre_tension(rapport)
    texte = description(rapport, table, "perimetre_code")
    dessin = charts.barres_communes(table, "tension", titre, texte, libelles=rapport.perimetres)
    epci = rapport.projet.epci_siren
    avec_total = rapport.publication["V03"].ou(annee=rapport.annee)
    donnees = tableau(
        avec_total, f"Demandes et attributions par commune, {rapport.annee}", "perimetre_code", "Commune",
        rapport.perimetres, ["numerateur", "denominateur", "valeur"], total=epci,
        noms={"numerateur": "Demandes actives", "denominateur": "Attributions", "valeur": "Demandes par attribution"},
        ajouts=[ecart_a_l_ensemble(rapport, table)],
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
    dessin = charts.barres_communes(table, "communes", titre, texte, libelles=rapport.perimetres)
    donnees = tableau(
        table, f"Attributions par commune, {rapport.annee}", "perimetre_code", "Commune", rapport.perimetres,
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
    note = series.note_des_ruptures(series.ruptures_de(rapport, table.indicateur))
    source = rapport.source("T02", rapport.periode)
    return figure("qpv", titre, sous_titre, dessin, source, donnees, tables=[table], note=note)


def _description_par_annee(rapport: Rapport, table: PublishedTable) -> str:
    return typographie(
        " ".join(
            f"{a} : {description(rapport, table.ou(annee=a), 'modalite')}"
            for a in rapport.annees
            if len(table.ou(annee=a))
        )
    )


def _par_acteur(rapport: Rapport, code: str, identifiant: str, titre: str, entete: str) -> Bloc:
    table = rapport.publication[code].ou(annee=rapport.annee, perimetre_type=EPCI)
    titre = sentences.titre_premiere_part(table, rapport.acteurs, sinon=titre)
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


def introduction_des_menages(rapport: Rapport) -> Bloc:
    """Who is compared with whom."""
    phrase = "Ménages logés dans l’année"
    phrase += ", comparés aux demandeurs actifs au 31 décembre." if rapport.a_demandes else "."
    return Bloc(f"<p>{echapper(phrase)}</p>")


def profil(rapport: Rapport, code: str) -> Bloc:
    """A profile of the households housed beside the applicants."""
    loges = rapport.publication[code].ou(annee=rapport.annee, perimetre_type=EPCI)
    demandeurs = rapport.publication[code + "D"].ou(annee=rapport.annee, perimetre_type=EPCI)
    libelles = rapport.modalites(code)
    nom = loges.indicateur.titre.removesuffix(" des ménages logés")
    identifiant = f"profil-{code.lower()}"
    series = {"Ménages logés": loges, "Demandeurs": demandeurs}
    series = {qui: table for qui, table in series.items() if len(table)}
    texte = typographie(" ".join(f"{qui} : {description(rapport, table, 'modalite')}" for qui, table in series.items()))
    titre = sentences.constat_profil(rapport, code)
    dessin = charts.barres_paires(loges, demandeurs, identifiant, titre, texte, libelles=libelles)
    donnees = tableau_croise(series, f"{nom}, {rapport.annee}", "modalite", nom, libelles)
    source, sous_titre = rapport.source(code), f"{nom} : ménages logés en {rapport.annee}, en %"
    if len(demandeurs):
        source = source.replace("extraits des attributions", "extraits des attributions et des demandes")
        sous_titre = f"{nom} : ménages logés en {rapport.annee} et demandeurs actifs au 31 décembre, en %"
    return figure(identifiant, titre, sous_titre, dessin, source, donnees, tables=list(series.values()))
