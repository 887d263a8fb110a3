"""The sheet of a commune: its finding, its key figures, where its households come from."""

from __future__ import annotations

from cil_analysis.comptage.cadre import PUBLIE, SECRET
from cil_analysis.grammaire.indicateur import COMMUNE
from cil_analysis.presentation import charts
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.fiche_blocs import barres, carte, cartes, figure_de_fiche, vide
from cil_analysis.presentation.fiche_sujet import Sujet
from cil_analysis.presentation.figures import description
from cil_analysis.presentation.formats import accorder, mois, pourcentage
from cil_analysis.presentation.sentences import evolution
from cil_analysis.presentation.signes import MASQUE
from cil_analysis.presentation.tables import tableau_croise
from cil_analysis.reference.texte import typographie

PROVENANCES = 6


def constat(sujet: Sujet) -> str:
    """How many allocations, their change, their share; plainly when there are none."""
    rapport, annee = sujet.rapport, sujet.rapport.annee
    if sujet.est_masque("V01"):
        return f"Le nombre d’attributions de la commune en {annee} est {MASQUE}."
    volume = sujet.chiffre("V01")
    if volume is None:
        return f"Le nombre d’attributions de la commune en {annee} n’est pas disponible."
    if volume == 0:
        return typographie(f"Aucun logement social n’a été attribué dans la commune en {annee}{_pourquoi(sujet)}.")
    attribues = accorder(volume, "logement social a été attribué", "logements sociaux ont été attribués")
    phrase = f"{attribues} dans la commune en {annee}"
    tendance = evolution(sujet.chiffre("V01", annee - 1), volume) if annee - 1 in rapport.annees else ""
    if tendance:
        phrase += f", un nombre {tendance} sur un an" if tendance == "stable" else f", {tendance} sur un an"
    part = sujet.chiffre("T01")
    if part is not None:
        phrase += f" ; c’est {pourcentage(part)} des attributions de {rapport.projet.epci_nom_court}"
    return typographie(phrase + ".")


def _pourquoi(sujet: Sujet) -> str:
    parc = sujet.rapport.references.territoire.parc_social(sujet.rapport.annee).get(sujet.code)
    return " : elle ne compte aucun logement social" if parc == 0 else ""


def chiffres_cles(sujet: Sujet) -> Bloc:
    """Six cards at most; a commune without any allocation has only what it can have."""
    if sujet.chiffre("V01") == 0:
        codes = [("V01", "Attributions de l’année", "chiffres"), ("V02", "Demandes actives au 31 décembre", "chiffres")]
        return cartes([carte(sujet, *c) for c in codes if c[0] == "V01" or sujet.rapport.a_demandes])
    return cartes(
        [
            carte(sujet, "V01", "Attributions de l’année", "evolution"),
            carte(sujet, "V03", "Demandes pour une attribution", "chiffres") if sujet.rapport.a_demandes else "",
            carte(sujet, "V06", "Délai médian d’attribution", "chiffres"),
            carte(sujet, "O01", "Premier quartile hors quartier prioritaire", "objectifs"),
            carte(sujet, "O02", "Autres quartiles en quartier prioritaire", "objectifs"),
            carte(sujet, "O04", "Attributions à des ménages prioritaires", "objectifs"),
            carte(sujet, "T01R", "Attributions pour 100 logements sociaux", "chiffres"),
        ]
    )


def attributions_par_annee(sujet: Sujet) -> Bloc:
    """V01 of the commune over the years, or the line that says why there is nothing to draw."""
    rapport = sujet.rapport
    figure = barres(sujet, "V01", _titre(sujet), f"Nombre de baux signés dans la commune, {rapport.periode}")
    return figure if figure.html else vide(f"Aucune attribution dans la commune, {rapport.periode}.")


def _titre(sujet: Sujet) -> str:
    bouts = sujet.bouts("V01")
    mots = evolution(bouts[0]["valeur"], bouts[1]["valeur"]) if bouts else ""
    if not bouts or not mots:
        return "Les attributions par année"
    return f"Les attributions sont {'stables' if mots == 'stable' else mots} depuis {bouts[0]['annee']}"


def constat_des_menages(sujet: Sujet) -> str:
    """How many of the households housed already lived in the commune, and how long half of them have waited."""
    meme, delai = sujet.chiffre("T03", modalite=sujet.code), sujet.chiffre("V06")
    if meme is None and delai is None:
        return f"Aucun chiffre sur les ménages logés en {sujet.rapport.annee} n’est publié pour la commune."
    faits = []
    if meme is not None:
        faits.append(f"{pourcentage(meme)} des ménages logés en {sujet.rapport.annee} habitaient déjà la commune")
    if delai is not None:
        faits.append(f"la moitié des ménages ont attendu {mois(delai)} ou moins")
    phrase = " ; ".join(faits)
    return typographie(f"{phrase[0].upper()}{phrase[1:]}.")


def provenances(sujet: Sujet) -> Bloc:
    """Where the households housed in the commune come from: the origins published, the most frequent first."""
    rapport = sujet.rapport
    table = rapport.classes("T03", perimetre_type=COMMUNE, perimetre_code=sujet.code)
    donnees = table.donnees
    publiees = donnees[donnees["statut"].eq(PUBLIE) & donnees["valeur"].gt(0)]
    masquees = int(donnees["statut"].eq(SECRET).sum())
    if publiees.empty:
        return vide("Les origines des ménages logés sont masquées par le secret statistique." if masquees else "")
    premieres = publiees.sort_values("valeur", ascending=False, kind="stable")["modalite"].tolist()[:PROVENANCES]
    dessinee = table.ou(modalite=premieres)
    libelles = rapport.modalites("T03")
    titre = "D’où viennent les ménages logés"
    dessin = charts.barres_communes(
        dessinee, "provenances", titre, description(rapport, dessinee, "modalite"), libelles=libelles, rang=True,
        par="modalite", accent=sujet.code if sujet.code in premieres else None,
    )  # fmt: skip
    tableau = tableau_croise(
        {"Ménages": (table, "numerateur"), "Part": table, rapport.projet.epci_nom_court: rapport.classes("T03")},
        f"Origine des ménages logés, {rapport.annee}", "modalite", "Origine", libelles,
    )  # fmt: skip
    note = ""
    if masquees:
        note = "Les autres origines sont masquées par le secret."
    return figure_de_fiche(
        "provenances", titre, f"Part des attributions selon la commune d’origine, en %, {rapport.annee}", dessin,
        [dessinee], tableau, note,
    )  # fmt: skip
