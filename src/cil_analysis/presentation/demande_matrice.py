"""Where applicants live and where they ask for a dwelling: the matrix of communes (D07), and who wants to stay."""

from __future__ import annotations

from collections.abc import Mapping

from cil_analysis.comptage.cadre import PUBLIE, SECRET
from cil_analysis.disclosure.published import PublishedTable
from cil_analysis.grammaire.indicateur import COMMUNE, NON_RENSEIGNE
from cil_analysis.grammaire.termes import HORS_EPCI
from cil_analysis.presentation import charts, theme
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.chapitres import illustration
from cil_analysis.presentation.definitions import definitions
from cil_analysis.presentation.figures import (
    a_des_chiffres,
    assembler,
    description,
    lien_du_classeur,
    non_calculable,
    note_de_secret,
)
from cil_analysis.presentation.formats import RIEN, SECRET_COURT, accorder, echapper, nombre, pourcentage
from cil_analysis.presentation.lecture import Chiffre, lire_une_annee
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.sentences_classes import etendue
from cil_analysis.presentation.signes import LEGENDE
from cil_analysis.presentation.tables import tableau
from cil_analysis.reference.texte import typographie

# The first letters of a commune before which « de » is elided.
_VOYELLES = frozenset("AEÉÈÊIÎOÔUY")
# Lower bounds of the classes of the shading, in percent of the requests for a commune, and their colours.
_CLASSES = tuple(zip((40.0, 20.0, 10.0, 5.0), theme.SEQUENTIELLE, strict=False))


def matrice(rapport: Rapport) -> Bloc:
    """D07 as a heat table: rows are communes of residence, columns the communes asked for, cells counts of requests.

    The darker a cell, the greater its part of the requests for the commune.
    """
    table = rapport.classes("D07", perimetre_type=COMMUNE)
    if not a_des_chiffres(table):
        return non_calculable("matrice", [table], rapport.manques("D07"))
    destinations = list(dict.fromkeys(table.donnees["perimetre_code"]))
    colonnes = {d: {c.cle: c for c in lire_une_annee(table.ou(perimetre_code=d), "modalite")} for d in destinations}
    noms = {**rapport.perimetres, **rapport.modalites("D07")}
    residences = list(dict.fromkeys(table.donnees["modalite"]))
    legende = f"Demandes selon la commune de résidence (lignes) et la commune demandée (colonnes), {rapport.annee}"
    haut = "".join(f'<th scope="col">{echapper(typographie(noms[d]))}</th>' for d in destinations)
    corps = "".join(
        f'<tr><th scope="row">{echapper(typographie(noms[r]))}</th>'
        + "".join(_cellule(colonnes[d].get(r), sur_place=d == r) for d in destinations)
        + "</tr>"
        for r in residences
    )
    legende = echapper(typographie(legende))
    dessin = (
        f'<div class="tableau-defilant" tabindex="0" role="group" aria-label="{legende}">'
        f'<table class="donnees"><caption>{legende}</caption>'
        f'<thead><tr><th scope="col">Résidence</th>{haut}</tr></thead><tbody>{corps}</tbody></table></div>'
    )
    titre = _titre_de_la_matrice(table, noms)
    sous_titre = f"Nombre de demandes actives au 31 décembre, premier choix, {rapport.annee}"
    notes = [_legende_des_teintes(), LEGENDE, note_de_secret([table], hachures=False)]
    replis = lien_du_classeur([table.indicateur]) + definitions([table.indicateur], titre)
    # Nineteen columns are not read from the back of a room.
    return assembler(
        "matrice", titre, sous_titre, dessin, rapport.source("D07"), [n for n in notes if n], replis, projete=False
    )  # fmt: skip


def _titre_de_la_matrice(table: PublishedTable, noms: Mapping[str, str]) -> str:
    """The greatest number of requests from one commune for another, among those published."""
    lignes = table.donnees[
        table.donnees["statut"].eq(PUBLIE)
        & ~table.donnees["modalite"].isin([HORS_EPCI, NON_RENSEIGNE])
        & table.donnees["modalite"].ne(table.donnees["perimetre_code"])
    ].sort_values("numerateur", ascending=False)
    if lignes.empty or lignes.iloc[0]["numerateur"] == 0:
        return "Où habitent les demandeurs de chaque commune"
    premier = lignes.iloc[0]
    flux = accorder(premier["numerateur"], "demande", "demandes")
    depuis = noms[str(premier["modalite"])]
    vers = f"{'D’' if depuis[0] in _VOYELLES else 'De '}{depuis} vers {noms[str(premier['perimetre_code'])]}"
    return f"{vers} : {flux}, le plus d’une commune à une autre"


def _cellule(c: Chiffre | None, *, sur_place: bool) -> str:
    if c is None or c.est_secret:
        return f'<td class="secret">{SECRET_COURT}</td>' if c is not None else f'<td class="absent">{RIEN}</td>'
    if not c.est_publie:
        return f'<td class="absent">{echapper(c.texte)}</td>'
    contour = f"outline:2px solid {theme.ENCRE};outline-offset:-2px;" if sur_place else ""
    fond = next((couleur for borne, couleur in _CLASSES if c.valeur >= borne), theme.BLANC)
    style = f"{contour}background:{fond};color:{theme.encre_sur(fond)}"
    return f'<td style="{style}">{nombre(c.numerateur)}</td>'


def _legende_des_teintes() -> str:
    bornes = ", ".join(pourcentage(borne, 0) for borne, _ in reversed(_CLASSES))
    return (
        f"Plus la case est foncée, plus sa part des demandes de la commune (colonne) est grande : à partir de "
        f"{bornes}. Case encadrée : demandeurs qui souhaitent rester dans leur commune."
    )


def rester(rapport: Rapport) -> Bloc:
    """D07R: of the applicants who live in each commune, those who ask for it first."""
    table = rapport.par_commune("D07R")
    titre = _titre_rester(rapport, table)
    texte = description(rapport, table, "perimetre_code")
    dessin = charts.barres_communes(table, "rester", titre, texte, libelles=rapport.perimetres)
    donnees = tableau(
        rapport.publication["D07R"].ou(annee=rapport.annee),
        f"Demandeurs qui souhaitent rester dans leur commune, {rapport.annee}", "perimetre_code",
        "Commune de résidence", rapport.perimetres, ["numerateur", "denominateur", "valeur"],
        total=rapport.projet.epci_siren,
        noms={"numerateur": "Demandent leur commune", "denominateur": "Demandeurs de la commune"},
    )  # fmt: skip
    sous_titre = f"Part des demandeurs de chaque commune qui la demandent en premier choix, en %, {rapport.annee}"
    return illustration(rapport, "rester", titre, sous_titre, dessin, donnees, [table])


def _titre_rester(rapport: Rapport, table: PublishedTable) -> str:
    bornes = etendue(table, rapport.perimetres, "perimetre_code", pourcentage)
    if bornes is None or table.donnees["statut"].eq(SECRET).all():
        return "Demandeurs qui demandent leur propre commune, selon la commune de résidence"
    return f"De {bornes[0]} à {bornes[1]} des demandeurs veulent rester dans leur commune"
