"""Where the households housed come from: provenance (T03, T03R) and mutations (M01)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from cil_analysis.comptage.cadre import NON_CALCULABLE, PUBLIE, SECRET
from cil_analysis.grammaire.indicateur import BAILLEUR, COMMUNE, NON_RENSEIGNE
from cil_analysis.grammaire.termes import HORS_EPCI
from cil_analysis.presentation import charts, series
from cil_analysis.presentation import sentences_attributions as phrases
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.chapitres import descriptions, illustration
from cil_analysis.presentation.figures import description
from cil_analysis.presentation.lecture import Chiffre, lire_une_annee
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.tables import Colonne, tableau, tableau_croise
from cil_analysis.reference.texte import typographie

MEME, AUTRES = "meme", "autres"
CLASSES = {
    MEME: "Même commune",
    AUTRES: "Autre commune de l’intercommunalité",
    HORS_EPCI: "Hors de l’intercommunalité",
    NON_RENSEIGNE: "Non renseignée",
}


def regrouper(chiffres: Sequence[Chiffre], destination: str) -> dict[str, Chiffre]:
    """The origins of a destination in four classes, from published figures alone.

    A class that holds a masked figure is masked, whatever its others are: it is never the rest of a sum.
    """
    groupes: dict[str, list[Chiffre]] = {}
    for c in chiffres:
        classe = c.cle if c.cle in (HORS_EPCI, NON_RENSEIGNE) else MEME if c.cle == destination else AUTRES
        groupes.setdefault(classe, []).append(c)
    return {classe: sommer(classe, groupes[classe]) for classe in CLASSES if classe in groupes}


def sommer(classe: str, chiffres: Sequence[Chiffre]) -> Chiffre:
    """Several figures of one whole as one, « s » or « nd » as soon as one of them is."""
    for statut in (SECRET, NON_CALCULABLE):
        absents = [c for c in chiffres if c.statut == statut]
        if absents:
            return replace(absents[0], cle=classe)
    valeur, numerateur = sum(c.valeur for c in chiffres), sum(c.numerateur for c in chiffres)
    return replace(chiffres[0], cle=classe, valeur=valeur, numerateur=numerateur, statut=PUBLIE)


def provenances(rapport: Rapport) -> Bloc:
    """T03: for each commune, the origins of the households housed there; every crossing in the table."""
    table = rapport.classes("T03", perimetre_type=COMMUNE)
    destinations = list(dict.fromkeys(table.donnees["perimetre_code"]))
    barres = {d: regrouper(lire_une_annee(table.ou(perimetre_code=d), "modalite"), d) for d in destinations}
    titre = phrases.titre_provenance(rapport)
    dessin = charts.empiler(
        barres, "provenances", titre, _description(rapport, barres), libelles={**rapport.perimetres, **_noms(rapport)},
        modalites=list(CLASSES), ordonnees=False,
    )  # fmt: skip
    colonnes: dict[str, Colonne] = {
        rapport.perimetres[d]: (table.ou(perimetre_code=d), "numerateur") for d in destinations
    }
    colonnes[rapport.projet.epci_nom_court] = (rapport.classes("T03"), "numerateur")
    donnees = tableau_croise(
        colonnes,
        f"Nombre d’attributions selon l’origine (lignes) et la commune du logement (colonnes), {rapport.annee}",
        "modalite", "Commune d’origine", rapport.modalites("T03"),
    )  # fmt: skip
    sous_titre = f"Attributions de chaque commune selon l’origine des ménages, en %, {rapport.annee}"
    return illustration(rapport, "provenances", titre, sous_titre, dessin, donnees, [table])


def _noms(rapport: Rapport) -> dict[str, str]:
    return CLASSES | {NON_RENSEIGNE: rapport.non_renseigne("T03", CLASSES[NON_RENSEIGNE])}


def _description(rapport: Rapport, barres: Mapping[str, Mapping[str, Chiffre]]) -> str:
    """The text alternative: the classes of every commune."""
    noms = _noms(rapport)
    morceaux = []
    for destination, chiffres in barres.items():
        parts = ", ".join(f"{noms[m]} {'secret' if c.est_secret else c.texte}" for m, c in chiffres.items())
        morceaux.append(f"{rapport.perimetres[destination]} : {parts}")
    return typographie(" ; ".join(morceaux) + ".") if morceaux else "Aucun chiffre publié."


def retention(rapport: Rapport) -> Bloc:
    """T03R: of the households that come from each commune, those housed there."""
    table = rapport.par_commune("T03R")
    titre = phrases.titre_retention(rapport)
    texte = description(rapport, table, "perimetre_code")
    dessin = charts.barres_communes(table, "retention", titre, texte, libelles=rapport.perimetres)
    donnees = tableau(
        rapport.publication["T03R"].ou(annee=rapport.annee), f"Ménages logés dans leur commune, {rapport.annee}",
        "perimetre_code", "Commune d’origine", rapport.perimetres, ["numerateur", "denominateur", "valeur"],
        total=rapport.projet.epci_siren,
        noms={"numerateur": "Logés dans leur commune", "denominateur": "Venus de la commune"},
    )  # fmt: skip
    sous_titre = f"Part des ménages venus de chaque commune qui y ont été logés, en %, {rapport.annee}"
    return illustration(rapport, "retention", titre, sous_titre, dessin, donnees, [table])


def mutations(rapport: Rapport) -> Bloc:
    """M01 over the years; by commune and landlord in the tables."""
    table = rapport.epci("M01", modalite=["INTERNE", "HLM"])
    libelles = rapport.modalites("M01")
    par_classe = {libelles[m]: table.ou(modalite=m) for m in ("INTERNE", "HLM")}
    titre = phrases.titre_mutations(rapport)
    ruptures = series.ruptures_de(rapport, table.indicateur)
    texte = series.decrire_ruptures(descriptions(rapport, par_classe, "annee"), ruptures)
    dessin = charts.courbes_annees(table, "mutations", titre, texte, libelles=libelles, ruptures=ruptures)
    donnees = tableau_croise(par_classe, f"Mutations, en %, {rapport.periode}", "annee", "Année", {})
    for cle, entete, interne in (
        ("perimetre_code", "Commune", rapport.par_commune("M01", modalite="INTERNE")),
        ("acteur_code", "Bailleur", rapport.epci("M01", annee=rapport.annee, acteur_type=BAILLEUR, modalite="INTERNE")),
    ):
        noms = {**rapport.perimetres, **rapport.acteurs}
        donnees += tableau(
            interne, f"Mutations internes par {entete.lower()}, {rapport.annee}", cle, entete, noms,
            ["numerateur", "denominateur", "valeur"],
            noms={"numerateur": "Mutations internes", "denominateur": "Attributions"},
        )  # fmt: skip
    sous_titre = f"Part des attributions à des ménages déjà locataires du parc social, en %, {rapport.periode}"
    note = series.note_des_ruptures(ruptures)
    return illustration(
        rapport, "mutations", titre, sous_titre, dessin, donnees, [table], periode=rapport.periode, note=note
    )
