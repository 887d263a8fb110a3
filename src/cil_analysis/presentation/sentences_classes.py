"""Sentences on classes and places: the first one, the range between them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from cil_analysis.comptage.cadre import PUBLIE
from cil_analysis.disclosure.published import PublishedTable
from cil_analysis.grammaire.indicateur import NON_RENSEIGNE
from cil_analysis.presentation.formats import pourcentage
from cil_analysis.presentation.sentences import STABLE_POINTS
from cil_analysis.reference.texte import typographie

# Two shares closer than this are not told apart.
PROCHES = 2 * STABLE_POINTS


def titre_premiere_part(
    table: PublishedTable, libelles: Mapping[str, str], *, sinon: str, cle: str = "acteur_code",
    de: str = "des attributions", rang: str = "la part la plus élevée",
) -> str:  # fmt: skip
    """« Action Logement : 45,1 % des attributions, la part la plus élevée »; ``table``: the parts of one whole.

    Otherwise ``sinon``: when the first two are close, or when what is masked could be the first.
    """
    publiees = table.donnees[table.donnees["statut"].eq(PUBLIE)]
    nommees = publiees[publiees[cle].ne(NON_RENSEIGNE)].sort_values("valeur", ascending=False)
    if nommees.empty:
        return sinon
    premiere = nommees.iloc[0]
    autres = [float(nommees.iloc[1]["valeur"])] if len(nommees) > 1 else []
    if table.nb_secrets:
        autres.append(100 - float(publiees["valeur"].sum()))
    if any(float(premiere["valeur"]) - autre < PROCHES for autre in autres):
        return sinon
    nom = libelles.get(str(premiere[cle]), str(premiere[cle]))
    return typographie(f"{nom} : {pourcentage(premiere['valeur'])} {de}, {rang}")


def etendue(
    table: PublishedTable, libelles: Mapping[str, str], cle: str, ecrire: Callable[[float], str]
) -> tuple[str, str] | None:
    """« 2,1 (Rezé) » and « 7,4 (Orvault) », the ends of the published figures; None when they are not two."""
    publiees = table.donnees[table.donnees["statut"].eq(PUBLIE) & table.donnees[cle].ne(NON_RENSEIGNE)]
    if len(publiees) < 2:
        return None
    bas, haut = (publiees.iloc[int(rang)] for rang in (publiees["valeur"].argmin(), publiees["valeur"].argmax()))
    bornes = [f"{ecrire(float(x['valeur']))} ({libelles.get(str(x[cle]), str(x[cle]))})" for x in (bas, haut)]
    return None if ecrire(float(bas["valeur"])) == ecrire(float(haut["valeur"])) else (bornes[0], bornes[1])
