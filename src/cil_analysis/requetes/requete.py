"""The query of an indicator, as an analyst may run it in DuckDB beside the rows of a project: what is counted, in full.

The rows come first, in their classes (:mod:`lignes`), then the figures, one a row: the counts of :mod:`comptage`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pandas as pd

from cil_analysis.blocs import DEFINITIONS
from cil_analysis.comptage.base import cite
from cil_analysis.comptage.cadre import CLES
from cil_analysis.comptage.cibles import par_cible
from cil_analysis.comptage.denombrement import Termes, durees_de, termes_par_annee, ventilations_comptees
from cil_analysis.comptage.enumeration import lieux, manques
from cil_analysis.comptage.exercice import Ensemble, Exercice
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.fichiers import DROITS, remplacer
from cil_analysis.grammaire.dimensions import texte
from cil_analysis.grammaire.indicateur import (
    EPCI,
    EPCI_CONSTANT,
    NOMBRE,
    NON_RENSEIGNE,
    PCT,
    QPV,
    Condition,
    Indicateur,
    Ventilation,
)
from cil_analysis.grammaire.populations import PARC, extrait_de, mesure_de
from cil_analysis.grammaire.termes import ACTEUR, LIEU, MODALITE, Case
from cil_analysis.grammaire.vocabulaire import AGREGATS, ESTIMATIONS, REGLES_DE_COMPTAGE, Estimation
from cil_analysis.projet import Projet
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
# Where the code of a figure is written, by the variable of its case.
_CLES = {LIEU: "perimetre_code", ACTEUR: "acteur_code", MODALITE: "modalite"}


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


def vues(indicateur: Indicateur, ensemble: Ensemble, ventilation: Ventilation) -> Iterator[Vue]:
    """The figures of a ventilation: together, unless a class is a dimension of its own, or rule P8 changes."""
    exercices, constant = ensemble.exercices, ventilation.perimetre == EPCI_CONSTANT
    extrait = extrait_de(indicateur.compte.population)
    ont = [not constant or bool(codes) for codes in lieux(ensemble, extrait, ventilation.perimetre)]
    for vraies, seule, termes in termes_par_annee(indicateur, ensemble, ventilation):
        siennes = [str(exercices[rang].annee) for rang in np.flatnonzero(vraies & ont).tolist()]
        annees = f"annee IN ({', '.join(siennes)})" if constant or not vraies.all() else ""
        fixes = (ventilation.perimetre, exercices[-1].epci, ventilation.acteur, "", seule or "")
        if siennes:
            yield Vue(indicateur, ensemble, ventilation, dict(zip(CLES[2:], fixes, strict=True)), annees, termes)


@dataclass(frozen=True)
class Vue:
    """The figures of a ventilation. ``fixes``: the keys that rows do not say; ``annees``: the only ones, if some."""

    indicateur: Indicateur
    ensemble: Ensemble
    ventilation: Ventilation
    fixes: Mapping[str, str]
    annees: str
    termes: Termes

    def parties(self) -> list[tuple[str, Case]]:
        """What is counted, and the table of rows of each: those of a dimension in columns where a year has them."""
        parties = [partie for case in self.termes if case is not None for partie in case.parties]
        return [(self._table(partie), partie) for partie in parties]

    def _table(self, partie: Case) -> str:
        """« occupation@age » where a year has it, else « occupation »."""
        tables = self.ensemble.tables(extrait := extrait_de(partie.population), partie.dimensions)
        return max(tables, key=len, default=extrait)

    def colonnes(self, partie: Case) -> list[str]:
        """What is read of a row besides its classes, in SQL."""
        colonne, statistique = self.indicateur.compte.mesure
        if statistique in ESTIMATIONS:
            return [nom for nom in ESTIMATIONS[statistique].colonnes if nom != "annee"]
        return [*filter(None, [colonne, mesure_de(partie.population)])]

    def sql(self) -> str:
        """One row a figure."""
        numerateur, denominateur = self.termes
        case = denominateur or numerateur
        if case is None:
            raise ValueError(f"{self.indicateur.code}: neither a count nor a measure")
        comptes = f"{_effectif(case)} AS numerateur, NULL::BIGINT AS denominateur"
        if numerateur is None:
            colonne, statistique = self.indicateur.compte.mesure
            if statistique in ESTIMATIONS:
                return self._estimer(case, ESTIMATIONS[statistique])
            valeur = AGREGATS[statistique].format(colonne)
            comptes = f"NULL::BIGINT AS numerateur, {_effectif(case)} AS denominateur, {valeur} AS valeur"
        elif denominateur is not None:
            en_plus = numerateur.conditions - denominateur.conditions
            egaux = denominateur == numerateur._replace(conditions=numerateur.conditions - en_plus)
            egaux &= numerateur.variables == denominateur.variables
            if not egaux or self._lignes(numerateur) != self._lignes(denominateur):
                return self._a_part(numerateur, denominateur)
            partie = _effectif(case, f" FILTER (WHERE {' AND '.join(_fixes(en_plus))})")
            comptes = f"{partie} AS numerateur, {_effectif(case)} AS denominateur"
        return self._compter(case, self._en_cles(_cles(case)), comptes)

    def _a_part(self, numerateur: Case, denominateur: Case) -> str:
        """Two counts of other rows, or the second of all those that the first distinguishes."""
        cles, communes = _cles(numerateur), _cles(denominateur)
        nombre, dite, jointure = _effectif(denominateur), "coalesce(d.nombre, 0)", "LEFT"
        if denominateur.population == PARC:  # Not known of one commune, it is not of all.
            nombre, dite = "CASE WHEN count(*) = count(logements) THEN sum(logements) END", "d.nombre"
        elif [*cles] == [*communes]:
            jointure = "FULL"
        n = self._compter(numerateur, cles, f"{_effectif(numerateur)} AS nombre")
        d = self._compter(denominateur, communes, f"{nombre} AS nombre")
        return (
            f"  SELECT {_nommer(self._en_cles({nom: nom for nom in cles}))},\n"
            f"    coalesce(n.nombre, 0) AS numerateur, {dite} AS denominateur\n"
            f"  FROM (\n{n}) n\n  {jointure} JOIN (\n{d}) d\n  USING ({', '.join(['annee', *communes])})"
        )

    def _estimer(self, case: Case, estimation: Estimation) -> str:
        """What is estimated of the rows of a case."""
        lues = _cles(case)
        cles = self._en_cles({nom: nom for nom in lues}) | {"modalite": "modalite"}
        nommees = ", ".join([f"{sql} AS {nom}" for nom, sql in lues.items()] + [*estimation.colonnes])
        suivies = f"SELECT {nommees}\n  FROM {self._lignes(case)}{self._ou(case)}"
        estimees = estimation.sql(suivies, ["annee", *lues], durees_de(self.indicateur, self.ensemble))
        comptes = "NULL::BIGINT AS numerateur, nombre AS denominateur, valeur"
        return f"  SELECT {_nommer(cles)}, {comptes} FROM (\n{estimees})"

    def _compter(self, case: Case, cles: Mapping[str, str], comptes: str) -> str:
        return f"  SELECT {_nommer(cles)},\n    {comptes}\n  FROM {self._lignes(case)}{self._ou(case)}\n  GROUP BY ALL"

    def _lignes(self, case: Case) -> str:
        """The rows that a case counts, or those of several populations, one below the other."""
        if case.population == PARC:
            return "parc_social"
        tables = [nom_de(self._table(partie)) for partie in case.parties]
        return tables[0] if len(tables) == 1 else f"({' UNION ALL BY NAME '.join(f'FROM {table}' for table in tables)})"

    def _en_cles(self, lues: Mapping[str, str]) -> dict[str, str]:
        """The keys of the figures: those that are read, and those that are the same for all."""
        return {nom: lues.get(nom, texte(valeur)) for nom, valeur in self.fixes.items()}

    def _ou(self, case: Case) -> str:
        """The conditions that the rows meet; those of no known commune are of no commune of the table."""
        lus = case.variables
        ou = [*filter(None, [self.annees]), *_fixes(case.conditions)]
        if case.population == PARC:
            ou += [] if LIEU in lus else ["est_membre"]
        else:
            if LIEU in lus and lus[LIEU] != QPV:
                ou.append(f"{cite(lus[LIEU])} <> {texte(NON_RENSEIGNE)}")
            if MODALITE in lus:
                dites = f"IN ({', '.join(map(texte, self.ventilation.modalites))})"
                ou.append(f"{cite(lus[MODALITE])} {'IS NOT NULL' if self.ventilation.suit_une_liste else dites}")
        return f"\n  WHERE {' AND '.join(ou)}" if ou else ""


def _effectif(case: Case, filtre: str = "") -> str:
    """How many rows, or what the column that a population adds up comes to."""
    mesure = mesure_de(case.population)
    return f"coalesce(sum({mesure}){filtre}, 0)" if mesure else f"count(*){filtre}"


def _cles(case: Case) -> dict[str, str]:
    """The codes that differ from one figure to the next, and the dimension that says each."""
    return {_CLES[variable]: cite(nom) for variable, nom in case.variables.items()}


def _nommer(cles: Mapping[str, str]) -> str:
    return ", ".join(["annee", *(f"{sql} AS {nom}" for nom, sql in cles.items())])


def _fixes(conditions: Iterable[Condition]) -> list[str]:
    return [f"{cite(nom)} = {texte(valeur)}" for nom, valeur in sorted(conditions) if valeur not in _CLES]
