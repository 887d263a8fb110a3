"""The published figures as an analyst reads them: one indicator, one way of cutting it, labels beside the codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, get_args

import pandas as pd

from cil_analysis.comptage.cadre import CLES, COLONNES
from cil_analysis.disclosure.publication import publier_annee
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.grammaire.indicateur import BAILLEUR, COMMUNE, EPCI, QPV, RESERVATAIRE
from cil_analysis.grammaire.registre import Registre, registre
from cil_analysis.presentation.rapport import Rapport, libelles_de
from cil_analysis.project import Projet
from cil_analysis.reference.ensemble import References

Par = Literal["epci", "commune", "qpv", "en_qpv", "hors_qpv", "bailleur", "reservataire", "modalite"]
MODALITE = "modalite"
_ACTEURS = (BAILLEUR, RESERVATAIRE)
_EFFECTIFS = ("numerateur", "denominateur", "menages_manquants")
# Key of the frame of figures → what cuts by it.
_COUPES = (("perimetre_code", COMMUNE), ("perimetre_code", QPV), *(("acteur_code", a) for a in _ACTEURS))


class Bilans:
    """The bilans that the figures of a project are read in, each counted once.

    A year is read in one bilan alone, the last that covers it: figures of one year that two bilans protect apart could
    be told from one another.
    """

    def __init__(self, projet: Projet, references: References, annees: Sequence[int]) -> None:
        self._projet, self._references, self._annees = projet, references, annees
        self._faits: dict[tuple[int, bool], Rapport] = {}

    @property
    def registre(self) -> Registre:
        """What the project counts."""
        return registre(self._references)

    def de(self, annee: int, *, interne: bool = False) -> Rapport:
        """The bilan in which a year is read. The year must have been imported."""
        dernier = self._annees[-1]
        while annee not in (rapport := self._bilan(dernier, interne)).annees:
            dernier = max(a for a in self._annees if a < rapport.annees[0])
        return rapport

    def _bilan(self, annee: int, interne: bool) -> Rapport:
        if (annee, interne) not in self._faits:
            publication = publier_annee(self._projet, self._references, annee, interne=interne)
            self._faits[annee, interne] = Rapport(self._projet, self._references, publication)
        return self._faits[annee, interne]


def verifier(bilans: Bilans, code: str, par: str | None) -> None:
    """Raise ErreurCIL for an indicator, or a way of cutting one, that does not exist."""
    connus = bilans.registre.par_code
    if code not in connus:
        raise ErreurCIL(
            f"L’indicateur « {code} » n’existe pas. Indicateurs possibles (projet.indicateurs() les "
            f"décrit) : {', '.join(connus)}."
        )
    if par is not None and par not in get_args(Par):
        raise ErreurCIL(f"« {par} » n’est pas une façon de lire un indicateur : choisissez {', '.join(get_args(Par))}.")


def lire_indicateur(
    bilans: Bilans, code: str, par: Par | None, annees: Sequence[int], *, interne: bool
) -> pd.DataFrame:
    """The figures of an indicator over some years; columns: see ``Projet.indicateur``.

    Raises ErreurCIL when the indicator is not published that way, and says which ways it is.
    """
    verifier(bilans, code, par)
    vues = []
    for annee in annees:
        rapport = bilans.de(annee, interne=interne)
        lignes = rapport.publication[code].ou(annee=annee).donnees
        vues.append(_nommer(_choisir(lignes, par or EPCI), rapport, code, par or EPCI))
    lues = [vue for vue in vues if not vue.empty]
    if not lues:
        possibles = _lectures(bilans.de(annees[-1], interne=interne).publication[code].donnees)
        conseil = (
            f"essayez par={' ou '.join(repr(p) for p in possibles)}"
            if possibles
            else "aucun chiffre ces années-là ; choisissez-en d’autres"
        )
        raise ErreurCIL(f"L’indicateur {code} n’est pas publié par {par or EPCI} : {conseil}.")
    table = pd.concat(lues, ignore_index=True)
    for nom in table.columns[table.columns.isin([*_ACTEURS, COMMUNE, QPV, MODALITE])]:
        table[nom] = pd.Categorical(table[nom], categories=list(dict.fromkeys(table[nom])), ordered=True)
    return table.astype(dict.fromkeys(_EFFECTIFS, "Int64"))


def decrire(bilans: Bilans, annee: int) -> pd.DataFrame:
    """One row is one indicator: code, titre, unite, formule, a_objectif, and ``par``, the ways it is published."""
    publication = bilans.de(annee).publication
    return pd.DataFrame(
        {
            "code": i.code,
            "titre": i.titre,
            "unite": i.unite,
            "formule": i.formule,
            "a_objectif": i.a_objectif,
            "par": ", ".join(_lectures(publication[i.code].donnees)),
        }
        for i in bilans.registre.indicateurs
    )


def _choisir(lignes: pd.DataFrame, par: str) -> pd.DataFrame:
    """The rows of a way of cutting: its totals where there are some, otherwise its categories."""
    perimetre = EPCI if par in (*_ACTEURS, MODALITE) else par
    choisies = lignes[lignes["perimetre_type"].eq(perimetre)]
    siennes = choisies[choisies["acteur_type"].eq(par if par in _ACTEURS else "")]
    if perimetre == EPCI or not siennes.empty:  # In a QPV and outside, some are published by actor alone.
        choisies = siennes
    a_modalite = choisies["modalite"].ne("")
    if par == MODALITE:
        return choisies[a_modalite]
    return choisies if a_modalite.all() else choisies[~a_modalite]


def _lectures(donnees: pd.DataFrame) -> list[str]:
    return [par for par in get_args(Par) if not _choisir(donnees, par).empty]


def _nommer(lignes: pd.DataFrame, rapport: Rapport, code: str, par: str) -> pd.DataFrame:
    """Codes and names in the place of the six keys, of which most are always the same here."""
    table = pd.DataFrame({"annee": lignes["annee"]})
    for cle, quoi in (*_COUPES, (MODALITE, MODALITE)):
        genres = lignes["acteur_type"] if quoi in _ACTEURS else lignes["perimetre_type"]
        if (genres.eq(quoi) if quoi != MODALITE else lignes[MODALITE].ne("")).any():
            noms: Mapping[str, str] = libelles_de(rapport, code, cle)
            table["code_insee" if quoi == COMMUNE else f"code_{quoi}"] = lignes[cle]
            table[quoi] = lignes[cle].map(lambda valeur, noms=noms: noms.get(valeur, valeur))
    return table.join(lignes[[nom for nom in COLONNES if nom not in CLES]])
