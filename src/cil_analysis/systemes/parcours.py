"""The income behind a candidature, which an extract of proposals does not give.

A candidature has that of the rows of its household, in the requests active at 31 December and in the leases of the
year: the lowest, where they give several. Nothing is guessed of the others.
"""

from __future__ import annotations

from cil_analysis.reference.ensemble import References
from cil_analysis.systemes.colonnes import NUMERO, Lignes, du_menage, texte


def preparer(lignes: Lignes, _: References, annee: int) -> Lignes:
    """The rows of a year with the income of the proposals; the frames received are left as they are.

    Without the requests, most households would be of no known income: none is then.
    """
    if (propositions := lignes.get("propositions")) is None:
        return lignes
    tables = [lignes[nom] for nom in ("demandes", "attributions") if nom in lignes and "demandes" in lignes]
    revenus = du_menage(texte(propositions, NUMERO), tables, "revenu_uc_annuel_eur", "min")
    return lignes | {"propositions": propositions.assign(revenu_du_menage_eur=revenus)}
