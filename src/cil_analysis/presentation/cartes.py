"""The map of an objective as a figure of the page, and what every map of the report is drawn from."""

from __future__ import annotations

from collections.abc import Sequence

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.presentation import sentences
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.figures import description, figure, note_des_resultats_tus
from cil_analysis.presentation.maps import carte_statique
from cil_analysis.presentation.objectifs import tableau_par_commune
from cil_analysis.presentation.rapport import Rapport


def bornes_des_ecarts(rapport: Rapport) -> Sequence[float]:
    """The bounds of the classes, in points around the objective. Raises ErreurCIL when they are no numbers."""
    bornes = rapport.references.parametres["cartes.bornes_ecart"].valeur(rapport.jour)
    if not isinstance(bornes, tuple) or not all(isinstance(b, int | float) for b in bornes):
        raise ErreurCIL(
            "« bornes_ecart » doit être une liste de nombres, par exemple [-10, 0, 10] : corrigez "
            "data/reference/parameters/cartes.yml."
        )
    return bornes


def parc_social(rapport: Rapport, annee: int) -> dict[str, float]:
    """Social dwellings by INSEE code in a year, where they are known."""
    parc = rapport.references.territoire.parc_social(annee).dropna().to_dict()
    return {str(code): float(n) for code, n in parc.items()}


def source_de_carte(rapport: Rapport, code: str | Sequence[str], periode: str | None = None) -> str:
    """The source line of a figure, and whose boundaries its map draws."""
    credit = rapport.references.territoire.credit_contours()
    return rapport.source(code, periode) + (f" Contours : {credit}." if credit else "")


def carte(rapport: Rapport, code: str, titre_court: str) -> Bloc:
    """The static map of an objective by commune, for the page and for print."""
    table, identifiant = rapport.par_commune(code), f"carte-{code.lower()}"
    titre = sentences.constat_resultats(table, "la commune", "communes").removesuffix(".")
    sous_titre = f"{titre_court}, écart à l’objectif de chaque commune, {rapport.annee}"
    dessin = carte_statique(
        table, rapport.references.territoire.contours(), identifiant=identifiant, titre=titre,
        description=description(rapport, table, "perimetre_code"), bornes=bornes_des_ecarts(rapport),
        parc_social=parc_social(rapport, rapport.annee),
    )  # fmt: skip
    donnees = tableau_par_commune(rapport, table, titre_court)
    return figure(
        identifiant, titre, sous_titre, dessin, source_de_carte(rapport, code), donnees, tables=[table],
        note=note_des_resultats_tus(rapport, {titre_court: table}),
    )  # fmt: skip
