"""What the chapters of the bilan share: a section's finding, a figure drawn from published tables."""

from __future__ import annotations

from collections.abc import Sequence

from cil_analysis.rapport.bloc import Bloc
from cil_analysis.rapport.figures import a_des_chiffres, figure
from cil_analysis.rapport.mots.formats import echapper
from cil_analysis.rapport.publie import Rapport
from cil_analysis.reference.texte import typographie
from cil_analysis.secret.table_publiee import PublishedTable


def constat(phrase: str) -> Bloc:
    """A section's finding, in one sentence."""
    return Bloc(f'<p class="constat">{echapper(typographie(phrase))}</p>' if phrase else "")


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
    source: str = "",
) -> Bloc:
    """A figure drawn from ``tables``, which name its source; without figures, the line that says why.

    ``source``: of what is drawn beside them.
    """
    codes = list(dict.fromkeys(table.indicateur.code for table in tables if a_des_chiffres(table)))
    tous = list(dict.fromkeys(table.indicateur.code for table in tables))
    return figure(
        identifiant,
        titre,
        sous_titre,
        dessin,
        " ".join(filter(None, (rapport.source(codes or tous, periode), source))),
        donnees,
        tables=[table for table in tables if a_des_chiffres(table)] or tables,
        note=note,
        manques=rapport.manques(*tous),
        racine=racine,
    )
