"""What the headings of a file are, and which canonical columns the unknown ones could be.

A score is the likeness of two headings (0 to 1) × the share of the column's cells that the canonical column can read.
Cells are read to be counted; none of them leaves this module.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field

import numpy as np

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits import rapprochement
from cil_analysis.extraits.anomalies import citer_entete
from cil_analysis.extraits.cellules.textes import est_absent
from cil_analysis.extraits.lecteurs import lisible
from cil_analysis.extraits.lecture.sources import Source
from cil_analysis.extraits.lecture.tableau import Brut, lire
from cil_analysis.extraits.rapprochement import PLANCHER, Appariement, ressemblance
from cil_analysis.reference.colonnes import CLE, PERSONNELLE, TEXTE, Dictionnaire
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.texte import francais, normaliser

_NUMERO = re.compile(r"\d{9}")
PROPOSITIONS_MAXIMALES = 3
# No cell is read against a personal heading: its likeness has to say more.
_PLANCHER_PERSONNEL = 0.65
# A column without a cell to read neither confirms nor denies its heading.
_PART_SANS_CELLULE = 0.50
# A missing column that reads so many of the cells may be what an importer looks for: they are not to be set aside.
_PART_LUE = 0.80
_CELLULES_LUES = 200
Test = Callable[[str], bool]


@dataclass(frozen=True)
class Examen:
    """One table of a file, against the dictionary of one extract.

    ``reconnu``: the headings, or the user, name this extract; otherwise it is only the nearest. ``propositions``: for
    each unknown heading, what it could be, best first. ``sans_titre``: what stands for headings that
    are blank, and those that are not to be quoted.
    """

    brut: Brut
    dictionnaire: Dictionnaire
    reconnu: bool
    appariement: Appariement
    propositions: dict[str, list[Proposition]]
    sans_titre: list[str]

    @property
    def manquantes(self) -> list[str]:
        """The required columns that are not found."""
        return rapprochement.manquantes(self.appariement, self.dictionnaire)

    @property
    def facultatives_absentes(self) -> list[str]:
        """The optional columns that are not found, those that stand for a found one left out."""
        trouvees = self.appariement.colonnes
        return [
            c.nom
            for c in self.dictionnaire.colonnes.values()
            if not c.obligatoire
            and c.conservation != "derivee"
            and not any(nom in trouvees for nom in self.dictionnaire.alternatives(c.alternative_de or c.nom))
            and not (c.alternative_de and self.dictionnaire.colonnes[c.alternative_de].obligatoire)
        ]


def examiner(source: Source, references: References, extrait: str | None) -> Examen:
    """Read a table and say what its headings are. ``extrait``: its extract, if the user names it.

    Raises ErreurCIL for an unknown extract, a file that cannot be read, or one that seems to have no headings.
    """
    dictionnaires = references.dictionnaires
    entetes_connus = [frozenset(d.entetes) for d in references.dictionnaires_de(extrait).values()]
    brut = lire(source, entetes_connus, entete_inconnu=True)
    _refuser_si_donnees(brut, frozenset[str]().union(*entetes_connus))
    nom = extrait or _reconnaitre(brut, dictionnaires)
    if nom is not None:
        return examiner_pour(brut, dictionnaires[nom], references)
    return max((examiner_pour(brut, d, references, reconnu=False) for d in dictionnaires.values()), key=_proximite)


def examiner_pour(brut: Brut, dictionnaire: Dictionnaire, references: References, *, reconnu: bool = True) -> Examen:
    """Say what the headings of a table are for an extract."""
    appariement = rapprochement.apparier(brut.entetes, dictionnaire)
    sans_titre = [e for rang, e in enumerate(brut.entetes, 1) if e == f"(sans en-tête {rang})"]
    sans_titre += [e for e in appariement.inconnues if citer_entete(e) != e]
    inconnues = [entete for entete in appariement.inconnues if entete not in sans_titre]
    propositions = proposer(inconnues, brut, appariement, dictionnaire, references)
    return Examen(brut, dictionnaire, reconnu, appariement, propositions, sans_titre)


def _reconnaitre(brut: Brut, dictionnaires: Mapping[str, Dictionnaire]) -> str | None:
    if rapprochement.reconnus(brut.entetes, [frozenset(d.entetes) for d in dictionnaires.values()]):
        with suppress(ErreurCIL):
            return rapprochement.reconnaitre(brut.entetes, dictionnaires, brut.nom)
    return None


def _proximite(examen: Examen) -> tuple[float, float]:
    """How near a file is to an extract: the share of its required columns that it has or could have, then all."""
    meilleures = dict.fromkeys(examen.appariement.colonnes, 1.0)
    for propositions in examen.propositions.values():
        for proposition in propositions[:1]:
            if proposition.nom != PERSONNELLE:
                meilleures[proposition.nom] = max(proposition.score, meilleures.get(proposition.nom, 0.0))
    obligatoires = examen.dictionnaire.obligatoires()
    couvertes = [max(meilleures.get(nom, 0.0) for nom in examen.dictionnaire.alternatives(c.nom)) for c in obligatoires]
    return sum(couvertes) / max(len(couvertes), 1), sum(meilleures.values())


def _refuser_si_donnees(brut: Brut, connus: frozenset[str]) -> None:
    """A file without headings: one of its rows would be shown, and written, as if it were theirs."""
    inconnues = [entete for entete in brut.entetes if normaliser(entete) not in connus]
    if 2 * len(inconnues) < len(brut.entetes):
        return
    # An address, a number, a date or a N° unique.
    valeurs = sum("@" in e or not any(map(str.isalpha, e)) or _NUMERO.search(e) is not None for e in inconnues)
    # A landlord or a commune stands again in the rows below.
    repetees = sum(bool(brut.colonne(entete).eq(entete).any()) for entete in inconnues)
    if 2 * valeurs + repetees >= 2:
        raise ErreurCIL(
            f"{brut.nom}, ligne {brut.ligne_d_entete + 1} : cette ligne semble porter des données, et non des "
            "en-têtes. Donnez un en-tête à chaque colonne du fichier, sans case vide, puis relancez."
        )


@dataclass(frozen=True)
class Proposition:
    """A canonical column, or « personnelle », that an unknown heading could be. ``score``: 0 to 1, two decimals.

    ``rivale``: for « personnelle », the missing column that reads the cells; empty: there is none.
    """

    nom: str
    score: float
    rivale: str = ""

    @property
    def score_ecrit(self) -> str:
        """The score as the user reads it."""
        return francais(f"{self.score:.2f}")


def proposer(
    entetes: Sequence[str], brut: Brut, appariement: Appariement, dictionnaire: Dictionnaire, references: References
) -> dict[str, list[Proposition]]:
    """For each of these unknown headings of a table, at most three columns, best first; see :func:`_reserver`."""
    personnelles = [entete for entete, nom in dictionnaire.entetes.items() if nom == PERSONNELLE]
    manquantes = rapprochement.manquantes(appariement, dictionnaire)
    recherche = _Recherche(
        dictionnaire=dictionnaire,
        references=references,
        formes=rapprochement.formes_libres(dictionnaire, appariement) | {PERSONNELLE: sorted(personnelles)},
        exigees={autre for nom in manquantes for autre in dictionnaire.alternatives(nom)},
    )
    return {entete: recherche.proposer(entete, _echantillon(brut, entete)) for entete in entetes}


@dataclass(frozen=True)
class _Recherche:
    """The columns that the headings of a table could be: ``formes``, those of each column; ``exigees``: required.

    ``tests``: whether a cell is a value of a column, for those that were tried.
    """

    dictionnaire: Dictionnaire
    references: References
    formes: Mapping[str, Sequence[str]]
    exigees: set[str]
    tests: dict[str, Test] = field(default_factory=dict)

    def proposer(self, entete: str, cellules: Sequence[str]) -> list[Proposition]:
        """The columns of one heading."""
        proximites = {nom: ressemblance(entete, connues) for nom, connues in self.formes.items()}
        candidates = [
            Proposition(nom, round(proximite * self.part_lisible(nom, cellules), 2))
            for nom, proximite in proximites.items()
            if proximite >= (_PLANCHER_PERSONNEL if nom == PERSONNELLE else PLANCHER)
        ]
        candidates.sort(key=lambda p: (-p.score, -proximites[p.nom], p.nom))
        trouvees = [p for p in candidates if p.score >= PLANCHER][:PROPOSITIONS_MAXIMALES]
        if cellules and any(p.nom == PERSONNELLE for p in trouvees):
            return _reserver(trouvees, self.rivales(cellules, proximites))
        return trouvees

    def rivales(self, cellules: Sequence[str], proximites: Mapping[str, float]) -> list[Proposition]:
        """The missing columns that read the cells, best first: those the heading resembles, and any that is required.

        A key, or a text, reads any cell: its likeness alone counts.
        """
        rivales = []
        for nom, proximite in proximites.items():
            exigee = nom in self.exigees and self.dictionnaire.colonnes[nom].type not in (CLE, TEXTE)
            if nom == PERSONNELLE or not (proximite >= PLANCHER or exigee):
                continue
            if (part := self.part_lisible(nom, cellules)) >= _PART_LUE:
                rivales.append(Proposition(nom, round(proximite * part, 2)))
        return sorted(rivales, key=lambda p: (-p.score, p.nom not in self.exigees, p.nom))

    def part_lisible(self, nom: str, cellules: Sequence[str]) -> float:
        """How many of the cells are values of a column, from 0 to 1."""
        if not cellules or (nom != PERSONNELLE and self.dictionnaire.colonnes[nom].type == TEXTE):
            return _PART_SANS_CELLULE  # A text may be anything, somebody’s name included.
        if nom == PERSONNELLE:
            return 1.0  # There is nothing to read them against.
        if nom not in self.tests:
            self.tests[nom] = lisible(self.dictionnaire.colonnes[nom], self.dictionnaire, self.references)
        return sum(map(self.tests[nom], cellules)) / len(cellules)


def _reserver(trouvees: Sequence[Proposition], rivales: Sequence[Proposition]) -> list[Proposition]:
    """« personnelle » never comes before a missing column that reads the cells, whatever its score, and names it."""
    if not rivales:
        return list(trouvees)
    rivale = rivales[0]
    dites = [Proposition(p.nom, p.score, rivale.nom if p.nom == PERSONNELLE else "") for p in trouvees]
    if dites[0].nom == PERSONNELLE:
        dites = [rivale, dites[0], *(p for p in dites[1:] if p.nom != rivale.nom)]
    return dites[:PROPOSITIONS_MAXIMALES]


def _echantillon(brut: Brut, entete: str) -> list[str]:
    """Cells of a column that say something, taken evenly from the first to the last."""
    dites = [cellule for cellule in brut.colonne(entete) if cellule and not est_absent(cellule)]
    if len(dites) <= _CELLULES_LUES:
        return dites
    return [dites[rang] for rang in np.linspace(0, len(dites) - 1, _CELLULES_LUES).astype("int64")]
