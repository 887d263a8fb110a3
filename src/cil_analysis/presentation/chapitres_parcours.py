"""What becomes of requests and proposals: radiations (R01), refusals (R02, R02M)."""

from __future__ import annotations

from cil_analysis.grammaire.indicateur import BAILLEUR, RESERVATAIRE
from cil_analysis.presentation import charts
from cil_analysis.presentation import sentences_parcours as phrases
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.chapitres import dessinees, illustration
from cil_analysis.presentation.figures import description
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.tables import tableau


def radiations(rapport: Rapport) -> Bloc:
    """R01 by motive."""
    titre = phrases.titre_radiations(rapport.classes("R01"), rapport.modalites("R01"))
    sous_titre = f"Part des radiations de l’année selon leur motif, en %, {rapport.annee}"
    return _motifs(rapport, "R01", "radiations", titre, sous_titre, "Radiations")


def motifs_de_refus(rapport: Rapport) -> Bloc:
    """R02M by motive."""
    titre = phrases.titre_motifs_de_refus(rapport.classes("R02M"), rapport.modalites("R02M"))
    sous_titre = f"Part des propositions refusées par le demandeur selon le motif, en %, {rapport.annee}"
    return _motifs(rapport, "R02M", "motifs-refus", titre, sous_titre, "Refus")


def _motifs(rapport: Rapport, code: str, identifiant: str, titre: str, sous_titre: str, quoi: str) -> Bloc:
    table = rapport.classes(code)
    libelles = rapport.modalites(code)
    texte = description(rapport, table, "modalite")
    [dessinee] = dessinees(table)
    dessin = charts.barres_communes(dessinee, identifiant, titre, texte, libelles=libelles, par="modalite", rang=True)
    donnees = tableau(
        table, f"{table.indicateur.titre}, {rapport.annee}", "modalite", "Motif", libelles, ["numerateur", "valeur"],
        noms={"numerateur": quoi},
    )  # fmt: skip
    return illustration(rapport, identifiant, titre, sous_titre, dessin, donnees, [table])


def refus(rapport: Rapport) -> Bloc:
    """R02 by landlord; by réservataire and by commune in the tables."""
    bailleurs = rapport.epci("R02", annee=rapport.annee, acteur_type=BAILLEUR)
    titre = phrases.titre_refus(rapport)
    texte = description(rapport, bailleurs, "acteur_code")
    dessin = charts.barres_communes(
        bailleurs, "refus", titre, texte, libelles=rapport.acteurs, par="acteur_code", rang=True
    )
    reservataires = rapport.epci("R02", annee=rapport.annee, acteur_type=RESERVATAIRE)
    donnees = "".join(
        tableau(
            table, f"Propositions refusées, par {entete.lower()}, {rapport.annee}", cle, entete,
            {**rapport.perimetres, **rapport.acteurs}, ["numerateur", "denominateur", "valeur"],
            noms={"numerateur": "Refusées", "denominateur": "Propositions attribuées"},
        )
        for table, cle, entete in (
            (bailleurs, "acteur_code", "Bailleur"),
            (reservataires, "acteur_code", "Réservataire"),
            (rapport.par_commune("R02"), "perimetre_code", "Commune"),
        )
        if len(table)
    )  # fmt: skip
    sous_titre = f"Part des propositions attribuées que le demandeur refuse, par bailleur, en %, {rapport.annee}"
    return illustration(rapport, "refus", titre, sous_titre, dessin, donnees, [bailleurs])
