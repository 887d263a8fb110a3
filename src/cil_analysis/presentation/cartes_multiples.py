"""The small multiples of the report: an objective over the years, the objectives of the year."""

from __future__ import annotations

from collections.abc import Mapping

from cil_analysis.disclosure.published import LignePubliee, PublishedTable
from cil_analysis.grammaire.indicateur import PCT
from cil_analysis.grammaire.libelles import titre_seul
from cil_analysis.presentation import sentences_cartes as phrases
from cil_analysis.presentation import series
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.cartes import bornes_des_ecarts, parc_social, source_de_carte
from cil_analysis.presentation.comparaison_epci import signer
from cil_analysis.presentation.figures import a_des_chiffres, description, figure, note_des_resultats_tus
from cil_analysis.presentation.formats import INSECABLE, RIEN, SECRET_COURT
from cil_analysis.presentation.objectifs import champ
from cil_analysis.presentation.petites_cartes import PetiteCarte, petites_cartes
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.signes import MARQUES, signe, verdict
from cil_analysis.presentation.tables import Cellule, tableau_croise, tableau_libre


def cartes_par_annee(rapport: Rapport, code: str, titre_court: str) -> Bloc:
    """One small map for each year of an objective, in the same classes; nothing when a single year has figures."""
    par_annee = {
        annee: table for annee in rapport.annees if a_des_chiffres(table := rapport.par_commune(code, annee=annee))
    }
    if len(par_annee) < 2:
        return Bloc("")
    sous_titre = f"{titre_court}, écart à l’objectif de chaque commune, {rapport.periode}"
    tables = {str(annee): table for annee, table in par_annee.items()}
    ruptures = series.ruptures_de(rapport, rapport.publication[code].indicateur)
    return _figure(
        rapport, f"annees-{code.lower()}", phrases.titre_par_annee(par_annee), sous_titre, tables,
        f"{titre_court}, par commune", rapport.periode,
        series.joindre(champ(rapport), series.note_des_ruptures(ruptures)),
    )  # fmt: skip


def objectifs_des_communes(rapport: Rapport) -> dict[str, PublishedTable]:
    """By name, the objectives in percentage that communes have in the year, masked or not: their gaps compare."""
    return {
        titre_seul(table.indicateur): table.ou(**_D_UNE_COMMUNE, annee=rapport.annee)
        for table in rapport.publication.values()
        if table.indicateur.unite == PCT and a_des_objectifs(table.ou(**_D_UNE_COMMUNE, annee=rapport.annee))
    }


_D_UNE_COMMUNE: dict[str, object] = {"perimetre_type": "commune", "acteur_type": "", "modalite": ""}


def a_des_objectifs(table: PublishedTable) -> bool:
    """Whether a row of a table has a target; a masked one has lost it, but not that it has a result."""
    return a_des_chiffres(table.ou(resultat=[r for r in set(table.valeurs("resultat")) if r]))


def _figure(
    rapport: Rapport, identifiant: str, titre: str, sous_titre: str, tables: Mapping[str, PublishedTable],
    legende: str, periode: str, note: str,
) -> Bloc:  # fmt: skip
    cartes = [
        PetiteCarte(
            nom, table, phrases.bilan_court(table), description(rapport, table, "perimetre_code", resultats=True),
            parc_social(rapport, int(table.valeurs("annee")[0])),
        )
        for nom, table in tables.items()
    ]  # fmt: skip
    contours = rapport.references.territoire.contours()
    dessin = petites_cartes(cartes, contours, identifiant=identifiant, bornes=bornes_des_ecarts(rapport))
    ecarts = f"{legende}, écart à l’objectif en points (✓ atteint, ✗ non atteint), {periode}"
    parts = tableau_croise(tables, f"{legende}, en %, {periode}", "perimetre_code", "Commune", rapport.perimetres)
    codes = list(dict.fromkeys(table.indicateur.code for table in tables.values()))
    return figure(
        identifiant, titre, sous_titre, dessin, source_de_carte(rapport, codes, periode),
        parts + _ecarts(rapport, tables, ecarts), tables=list(tables.values()),
        note=series.joindre(note, note_des_resultats_tus(rapport, tables)),
    )  # fmt: skip


def _ecarts(rapport: Rapport, tables: Mapping[str, PublishedTable], legende: str) -> str:
    """What the colours say: the gap of each commune to its objective, and whether it is met."""
    par_table = [{str(ligne["perimetre_code"]): ligne for ligne in table.lignes()} for table in tables.values()]
    codes = list(dict.fromkeys(code for lignes in par_table for code in lignes))
    rangees: list[list[str | Cellule]] = [
        [rapport.perimetres.get(code, code), *(_ecart(lignes.get(code)) for lignes in par_table)] for code in codes
    ]
    return tableau_libre(legende, ["Commune", *tables], rangees, [])


def _ecart(ligne: LignePubliee | None) -> Cellule:
    absence = RIEN if ligne is None else signe(ligne, "ecart")
    if ligne is None or absence:
        dit = MARQUES.get(verdict(str(ligne["statut"]), str(ligne["resultat"])) if ligne else "", "")
        return Cellule(f"{dit}{INSECABLE}{absence}".strip(), "secret" if absence == SECRET_COURT else "absent")
    return Cellule(f"{MARQUES.get(str(ligne['resultat']), '')}{INSECABLE}{signer(float(ligne['ecart']))}")
