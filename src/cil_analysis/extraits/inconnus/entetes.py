"""What the headings of a file are, and which canonical columns the unknown ones could be.

A score is the likeness of two headings (0 to 1) × the share of the column's cells that the canonical column can read.
Cells are read to be counted; none of them leaves this module.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits import rapprochement
from cil_analysis.extraits.anomalies import citer_entete, sans_titre
from cil_analysis.extraits.cellules.textes import est_absent
from cil_analysis.extraits.inconnus.codes import PROPOSITIONS_MAXIMALES, Proposition
from cil_analysis.extraits.lecture.sources import Source
from cil_analysis.extraits.lecture.tableau import Brut, lire
from cil_analysis.extraits.rapprochement import PLANCHER, ressemblance
from cil_analysis.extraits.schemas import lisible
from cil_analysis.reference.colonnes import TEXTE, Dictionnaire
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.texte import normaliser

_NUMERO = re.compile(r"\d{9}")
# A column without a cell to read neither confirms nor denies its heading.
_PART_SANS_CELLULE = 0.50
_CELLULES_LUES = 200


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
    propositions: dict[str, list[Proposition]]
    sans_titre: list[str]

    @property
    def manquantes(self) -> list[str]:
        """The required columns that are not found."""
        return rapprochement.manquantes(self.brut.appariement, self.dictionnaire)

    @property
    def facultatives_absentes(self) -> list[str]:
        """The optional columns that are not found, those that stand for a found one left out."""
        trouvees = self.brut.appariement.colonnes
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
    if extrait is None and rapprochement.reconnus(brut.entetes, entetes_connus):
        with suppress(ErreurCIL):
            extrait = rapprochement.reconnaitre(brut.entetes, dictionnaires, brut.nom)
    if extrait is not None:
        return examiner_pour(brut, dictionnaires[extrait], references)
    return max((examiner_pour(brut, d, references, reconnu=False) for d in dictionnaires.values()), key=_proximite)


def examiner_pour(brut: Brut, dictionnaire: Dictionnaire, references: References, *, reconnu: bool = True) -> Examen:
    """Say what the headings of a table are for an extract."""
    appariement = rapprochement.apparier(brut.entetes, dictionnaire)
    brut = replace(brut, appariement=appariement)
    vides = [e for rang, e in enumerate(brut.entetes, 1) if e == sans_titre(rang)]
    vides += [e for e in appariement.inconnues if citer_entete(e) != e]
    examen = Examen(brut, dictionnaire, reconnu, {}, vides)
    examen.propositions.update(_proposer(examen, [e for e in appariement.inconnues if e not in vides], references))
    return examen


def _proximite(examen: Examen) -> float:
    """How near a file is to an extract: the headings that are its own, and those that could be."""
    premieres = (propositions[0].score for propositions in examen.propositions.values() if propositions)
    return len(examen.brut.appariement.colonnes) + sum(premieres)


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


def _proposer(examen: Examen, entetes: Sequence[str], references: References) -> dict[str, list[Proposition]]:
    """For each of these unknown headings, at most three columns, best first."""
    dictionnaire = examen.dictionnaire
    formes = rapprochement.formes_libres(dictionnaire, examen.brut.appariement)
    tester = cache(lambda nom: lisible(dictionnaire.colonnes[nom], dictionnaire, references))

    def part_lue(nom: str, cellules: Sequence[str]) -> float:
        # A text may be anything, somebody’s name included.
        if not cellules or dictionnaire.colonnes[nom].type == TEXTE:
            return _PART_SANS_CELLULE
        return sum(map(tester(nom), cellules)) / len(cellules)

    propositions: dict[str, list[Proposition]] = {}
    for entete in entetes:
        cellules = _echantillon(examen.brut, entete)
        semblables = {nom: ressemblance(entete, connues) for nom, connues in formes.items()}
        proches = [
            (Proposition(nom, round(proximite * part_lue(nom, cellules), 2)), proximite)
            for nom, proximite in semblables.items()
            if proximite >= PLANCHER
        ]
        proches.sort(key=lambda paire: (-paire[0].score, -paire[1], paire[0].nom))
        retenues = [proposition for proposition, _ in proches if proposition.score >= PLANCHER]
        propositions[entete] = retenues[:PROPOSITIONS_MAXIMALES]
    return propositions


def _echantillon(brut: Brut, entete: str) -> list[str]:
    """Cells of a column that say something, taken evenly from the first to the last."""
    dites = [cellule for cellule in brut.colonne(entete) if cellule and not est_absent(cellule)]
    if len(dites) <= _CELLULES_LUES:
        return dites
    return [dites[rang] for rang in np.linspace(0, len(dites) - 1, _CELLULES_LUES).astype("int64")]


# --- Whether the extract is sure -------------------------------------------------------------------------------------


def exiger_connus(examens: Sequence[Examen], references: References, *, nomme: bool) -> None:
    """Raises ErreurCIL for a table whose extract is not known: its headings would go to the wrong dictionary.

    Without its name (``nomme``), one that lacks a required column is only a guess.
    """
    for examen in examens if not nomme else ():
        if not examen.reconnu or examen.manquantes:
            raise ErreurCIL(
                f"{examen.brut.nom} : l’extrait n’est pas reconnu avec certitude, rien n’a été écrit. Précisez-le avec "
                f"--extrait : {', '.join(references.dictionnaires)} (le plus proche : {examen.dictionnaire.extrait})."
            )
