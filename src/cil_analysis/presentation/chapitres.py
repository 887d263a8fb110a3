"""What the chapters of the bilan share: a section's finding, a figure drawn from published tables, a yearly series."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from cil_analysis.comptage.cadre import PUBLIE, SECRET
from cil_analysis.disclosure.published import PublishedTable
from cil_analysis.grammaire.indicateur import EN_QPV, HORS_QPV
from cil_analysis.presentation import charts, series
from cil_analysis.presentation.bloc import Bloc
from cil_analysis.presentation.figures import a_des_chiffres, description, figure
from cil_analysis.presentation.formats import echapper
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.tables import Colonne, tableau
from cil_analysis.reference.texte import typographie

ZONES = {HORS_QPV: "Hors quartier prioritaire", EN_QPV: "En quartier prioritaire"}


def constat(phrase: str) -> Bloc:
    """A section's finding, in one sentence."""
    return _paragraphe(phrase, ' class="constat"')


def precision(phrase: str) -> Bloc:
    """What completes a finding, in the size of the text."""
    return _paragraphe(phrase, "")


def _paragraphe(phrase: str, classe: str) -> Bloc:
    return Bloc(f"<p{classe}>{echapper(typographie(phrase))}</p>" if phrase else "")


def annees(table: PublishedTable) -> str:
    """« 2018-2022 », the years of a table, or the only one."""
    lues = table.donnees["annee"]
    return f"{lues.min()}-{lues.max()}" if lues.nunique() > 1 else str(lues.min())


def avec_chiffres(colonnes: Mapping[str, Colonne]) -> dict[str, Colonne]:
    """The columns of a crossed table that have figures."""
    return {nom: c for nom, c in colonnes.items() if a_des_chiffres(c[0] if isinstance(c, tuple) else c)}


def dessinees(*tables: PublishedTable) -> list[PublishedTable]:
    """The categories worth drawing: those that one of the tables does not say to be empty. The data table has all."""
    pleines = dict.fromkeys(
        str(ligne["modalite"])
        for table in tables
        for ligne in table.lignes()
        if ligne["statut"] == SECRET or (ligne["statut"] == PUBLIE and ligne["valeur"] > 0)
    )
    return [table.ou(modalite=list(pleines)) for table in tables]


def descriptions(rapport: Rapport, tables: Mapping[str, PublishedTable], cle: str) -> str:
    """The text alternative of a drawing of several series, each behind its name."""
    morceaux = [f"{nom} : {description(rapport, table, cle)}" for nom, table in tables.items() if len(table)]
    return typographie(" ".join(morceaux))


def illustration(
    rapport: Rapport,
    identifiant: str,
    titre: str,
    sous_titre: str,
    dessin: str,
    donnees: str,
    tables: Sequence[PublishedTable],
    *,
    periode: str | None = None,
    note: str = "",
    racine: str = "",
) -> Bloc:
    """A figure drawn from ``tables``, which name its source; without figures, the line that says why."""
    codes = list(dict.fromkeys(table.indicateur.code for table in tables if a_des_chiffres(table)))
    tous = list(dict.fromkeys(table.indicateur.code for table in tables))
    return figure(
        identifiant,
        titre,
        sous_titre,
        dessin,
        rapport.source(codes or tous, periode),
        donnees,
        tables=[table for table in tables if a_des_chiffres(table)] or tables,
        note=note,
        manques=rapport.manques(*tous),
        racine=racine,
    )


def serie(
    rapport: Rapport, code: str, identifiant: str, titre: str, sous_titre: str, *,
    colonnes: Sequence[str] = ("valeur",), noms: Mapping[str, str] | None = None,
) -> Bloc:  # fmt: skip
    """The counts or figures of the EPCI, year by year; ``colonnes`` and ``noms``: of its data table."""
    table, constante = rapport.epci(code), series.constante(rapport, code)
    ruptures = series.ruptures_de(rapport, table.indicateur)
    texte = series.decrire(rapport, table, constante, ruptures)
    dessin = charts.barres_annees(
        table, identifiant, titre, texte, accent=rapport.annee, ruptures=ruptures, constante=constante
    )
    donnees = tableau(
        table, f"{table.indicateur.titre}, {annees(table)}", "annee", "Année", {}, colonnes,
        noms=noms, ajouts=series.colonne_constante(table, constante),
    )  # fmt: skip
    note = series.note(rapport, constante, ruptures)
    return illustration(
        rapport, identifiant, titre, sous_titre, dessin, donnees, [table], periode=annees(table), note=note
    )
