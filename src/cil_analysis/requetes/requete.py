"""The query of an indicator, as an analyst may run it in DuckDB beside the rows of a project: what is counted, in full.

The terms are those of :mod:`termes`, and the classes those of the base, which the figures are counted by. The rows come
first, in their classes (:mod:`lignes`), then the figures that are counted of them (:mod:`chiffres`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from cil_analysis.comptage.calcul import ventilations_comptees
from cil_analysis.comptage.cibles import par_cible
from cil_analysis.comptage.exercice import Ensemble, Exercice
from cil_analysis.comptage.manques import manques
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.store import DROITS
from cil_analysis.fichiers import remplacer
from cil_analysis.grammaire.bloc import DEFINITIONS
from cil_analysis.grammaire.dimensions import texte
from cil_analysis.grammaire.indicateur import EPCI, NOMBRE, PCT, Indicateur, Ventilation
from cil_analysis.grammaire.populations import PARC, extrait_de
from cil_analysis.grammaire.vocabulaire import REGLES_DE_COMPTAGE
from cil_analysis.projet import Projet
from cil_analysis.requetes.chiffres import Vue, vues
from cil_analysis.requetes.lignes import Fichiers, Lues, le_parc, les_exercices, les_listes, nom_de

_REQUETE = """\
WITH
{lignes},
-- Les chiffres : un lieu, un acteur et une classe par rangée.
chiffres AS (
{chiffres}
)
SELECT *{valeur} FROM chiffres{annees}"""
# The texts of a query: what is said above it, and the whole of that which reads published results.
_TETE, _DES_RESULTATS = (DEFINITIONS / f"{nom}.sql" for nom in ("requete", "objectifs/resultats"))


class Requete(NamedTuple):
    """A query, and the rows that it reads and that no extract has, by the path that it reads them under."""

    texte: str
    preparees: Mapping[str, bytes] = {}

    def enregistrer(self, projet: Projet) -> None:
        """Store the rows, which the next import deletes. Raises ErreurCIL for a folder that cannot be written."""
        for chemin, octets in self.preparees.items():
            (projet.racine / chemin).parent.mkdir(parents=True, exist_ok=True)
            remplacer(projet.racine / chemin, octets, droits=DROITS)


def ecrire_requete(
    indicateur: Indicateur,
    exercices: Sequence[Exercice],
    variantes: Mapping[str, Exercice],
    objectifs: pd.DataFrame,
    fichiers: Fichiers,
) -> Requete:
    """The query of an indicator over some years; of its other rules, over the last year by each (``variantes``).

    Raises ErreurCIL for rows that no year has.
    """
    un = exercices[-1]
    if not indicateur.compte.population:  # The objectives that published figures meet.
        return Requete(_dire(_DES_RESULTATS, indicateur, epci=texte(un.epci), publies=texte(fichiers.publies)))
    base = un.registre.par_code[indicateur.nom]
    if indicateur.modalites == REGLES_DE_COMPTAGE:  # The figure of its base for the EPCI.
        requetes = {nom: _compter(base, [e], [Ventilation(EPCI)], fichiers) for nom, e in variantes.items()}
        parties = [f"SELECT * REPLACE ({texte(nom)} AS modalite) FROM (\n{r.texte}\n)" for nom, r in requetes.items()]
        preparees = {chemin: table for requete in requetes.values() for chemin, table in requete.preparees.items()}
        requete = Requete("\nUNION ALL BY NAME\n".join(parties), preparees)
    else:
        annees = exercices[-1:] if indicateur.derniere_annee else exercices
        ventilations = ventilations_comptees(indicateur, par_cible(objectifs)) or base.ventilations
        requete = _compter(indicateur, annees, ventilations, fichiers)
    return requete._replace(texte=f"{_dire(_TETE, indicateur)}\n{requete.texte} ORDER BY ALL;\n")


def _dire(modele: Path, indicateur: Indicateur, **textes: str) -> str:
    """A text with what the indicator is, on one line each: a comment ends with its line."""
    dits = {nom: " ".join(getattr(indicateur, nom).split()) for nom in ("code", "titre", "formule")}
    return modele.read_text("utf-8").format(**dits, **textes)


def _compter(
    indicateur: Indicateur, exercices: Sequence[Exercice], ventilations: Iterable[Ventilation], fichiers: Fichiers
) -> Requete:
    """The query of some figures over some years, without a heading nor an end."""
    ensemble = Ensemble(exercices)
    siennes = [vue for ventilation in ventilations for vue in vues(indicateur, ensemble, ventilation)]
    lues = _lues(ensemble, siennes)
    mots = frozenset[str]().union(*(lue.mots for lue in lues))
    tables = [
        les_exercices(exercices, mots),
        *les_listes(exercices[-1], mots),
        *([le_parc(exercices)] if any(PARC in dict(vue.parties()) for vue in siennes) else []),
        *(lue.sql(fichiers) for lue in lues),
    ]
    # The years of an extract that does not come every year: the others have no figure.
    annees = " WHERE " + " AND ".join(f"annee IN (SELECT annee FROM {nom_de(lue.table)})" for lue in lues)
    valeur = f", {100.0 if indicateur.unite == PCT else 1.0} * numerateur / nullif(denominateur, 0) AS valeur"
    requete = _REQUETE.format(
        lignes=",\n".join(tables),
        chiffres="\n  UNION ALL\n".join(vue.sql() for vue in siennes),
        valeur="" if indicateur.est_une_mesure or indicateur.unite == NOMBRE else valeur,
        annees=annees if indicateur.periodique else "",
    )
    return Requete(requete, {lue.chemin(fichiers): lue.preparees for lue in lues if lue.est_preparee})


def _lues(ensemble: Ensemble, siennes: Iterable[Vue]) -> list[Lues]:
    """The tables of rows that figures are counted in, and what is read of them."""
    dimensions, colonnes = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    for vue in siennes:
        for table, partie in vue.parties():
            if partie.population == PARC:
                continue
            if not ensemble.tables(extrait_de(partie.population), partie.dimensions):
                absentes, annees = manques(ensemble, partie)[-1], [str(e.annee) for e in ensemble.exercices]
                raise ErreurCIL(
                    f"{vue.indicateur.code} n’a pas de requête, faute de lignes ({', '.join(annees)}) : "
                    f"{', '.join(absentes)}. Importez l’extrait de ces années, ou remplissez la table, puis relancez."
                )
            dimensions[table] |= partie.dimensions
            colonnes[table] |= {*vue.colonnes(partie)}
    requetes = {
        nom: ensemble.base.requete(nom, siennes, ["annee", *sorted(colonnes[nom])])
        for nom, siennes in dimensions.items()
    }
    return [Lues(table, requetes[table], ensemble) for table in sorted(requetes)]
