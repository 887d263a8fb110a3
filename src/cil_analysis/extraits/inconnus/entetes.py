"""What the headings of a file are, and which canonical columns the unknown ones could be.

A score is the likeness of two headings (0 to 1) × the share of the column's cells that the canonical column can read.
Cells are read to be counted; none of them leaves this module.
"""

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import cache, cached_property, partial

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits import rapprochement
from cil_analysis.extraits.anomalies import citer_entete, sans_titre
from cil_analysis.extraits.cellules.textes import est_absent
from cil_analysis.extraits.inconnus.questions import MARGE, Inconnu, Proposition, Question, proposer, sans_rivale
from cil_analysis.extraits.lecture.sources import Source
from cil_analysis.extraits.lecture.tableau import Brut, lire
from cil_analysis.extraits.schemas import lisible
from cil_analysis.reference.colonnes import IGNOREE, PERSONNELLE, TEXTE, Dictionnaire
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.texte import normaliser

_NUMERO = re.compile(r"\d{9}")
# What « --accepter » alone writes. « Nombre de pièces » is at 0,80 of « Nombre de personnes », and both hold small
# whole numbers: a score is trusted above that, and only where no other column comes near.
SEUIL = 0.82
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

    @cached_property
    def question(self) -> Question:
        """The headings of the table, and what each may be."""
        gardes = [entete for entete in self.brut.entetes if entete not in self.sans_titre]
        noms = {c.nom: c.libelle for c in self.dictionnaire.colonnes.values() if c.conservation != "derivee"}
        autres = {IGNOREE: "colonne sans usage, écartée", PERSONNELLE: "colonne personnelle, écartée"}
        formes = {*map(normaliser, gardes)}
        return Question(
            self.dictionnaire.extrait, None, self.brut.nom, noms, autres, self.dictionnaire.entetes, gardes, formes
        )

    @cached_property
    def inconnus(self) -> list[Inconnu]:
        """The headings that nothing knows; sure is the proposal of which there is no doubt."""
        doutes = {entete: self._douter(entete, p) for entete, p in self.propositions.items()}
        premieres = {entete: self.propositions[entete][0] for entete, doute in doutes.items() if not doute}
        for entete, (nom, score) in premieres.items():
            rivaux = [p.score for autre, p in premieres.items() if autre != entete and p.nom == nom]
            if any(round(score - rival, 2) <= MARGE for rival in rivaux):
                doutes[entete] = f"un autre en-tête convient aussi à {nom}"
        return [
            Inconnu(self.question, entete, p, "" if doutes[entete] else p[0].nom, doute=doutes[entete])
            for entete, p in self.propositions.items()
        ]

    def _douter(self, entete: str, propositions: Sequence[Proposition]) -> str:
        """Why the best proposal of a heading is not sure by itself, or empty."""
        if not propositions:
            return "aucune colonne proche"
        if propositions[0].score < SEUIL:
            return f"score trop faible ({propositions[0].score_ecrit} pour {propositions[0].nom})"
        if not sans_rivale(propositions):
            premiers = " et ".join(f"{p.nom} ({p.score_ecrit})" for p in propositions[:2])
            return f"deux colonnes proches : {premiers}"
        if [*map(normaliser, self.brut.entetes)].count(normaliser(entete)) > 1:
            return "deux colonnes du fichier portent cet en-tête"
        return ""


def examiner(source: Source, references: References, extrait: str | None) -> Examen:
    """Read a table and say what its headings are. ``extrait``: its extract, if the user names it."""
    dictionnaires = references.dictionnaires
    entetes_connus = [frozenset(d.entetes) for d in references.dictionnaires_de(extrait).values()]
    brut = lire(source, entetes_connus, entete_inconnu=True)
    _refuser_si_donnees(brut, frozenset[str]().union(*entetes_connus))
    if extrait is None and rapprochement.reconnus(brut.entetes, entetes_connus):
        with suppress(ErreurCIL):
            extrait = rapprochement.reconnaitre(brut.entetes, dictionnaires, brut.nom)
    if extrait is not None:
        return examiner_pour(brut, dictionnaires[extrait], references)
    possibles = [examiner_pour(brut, d, references, reconnu=False) for d in dictionnaires.values()]
    # The nearest: the headings that are its own, and those that could be.
    return max(
        possibles,
        key=lambda x: len(x.brut.appariement.colonnes) + sum(p[0].score for p in x.propositions.values() if p),
    )


def examiner_pour(brut: Brut, dictionnaire: Dictionnaire, references: References, *, reconnu: bool = True) -> Examen:
    """Say what the headings of a table are for an extract."""
    appariement = rapprochement.apparier(brut.entetes, dictionnaire)
    brut = replace(brut, appariement=appariement)
    vides = [e for rang, e in enumerate(brut.entetes, 1) if e == sans_titre(rang)]
    vides += [e for e in appariement.inconnues if citer_entete(e) != e]
    formes = rapprochement.formes_libres(dictionnaire, appariement)
    tester = cache(lambda nom: lisible(dictionnaire.colonnes[nom], dictionnaire, references))

    def part_lue(cellules: Sequence[str], nom: str) -> float:
        # A text may be anything, somebody’s name included.
        if not cellules or dictionnaire.colonnes[nom].type == TEXTE:
            return _PART_SANS_CELLULE
        return sum(map(tester(nom), cellules)) / len(cellules)

    inconnues = [e for e in appariement.inconnues if e not in vides]
    propositions = {e: proposer(e, formes, partial(part_lue, _echantillon(brut, e))) for e in inconnues}
    return Examen(brut, dictionnaire, reconnu, propositions, vides)


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


def _echantillon(brut: Brut, entete: str) -> list[str]:
    """Cells of a column that say something, taken evenly from the first to the last."""
    dites = [cellule for cellule in brut.colonne(entete) if cellule and not est_absent(cellule)]
    return dites[:: len(dites) // _CELLULES_LUES + 1]


# --- Whether the extract is sure -------------------------------------------------------------------------------------


def exiger_connus(examens: Sequence[Examen], references: References, *, nomme: bool) -> None:
    """Refuse a table that is not named and whose extract is only a guess: its headings would go astray."""
    for examen in examens if not nomme else ():
        if not examen.reconnu or examen.manquantes:
            raise ErreurCIL(
                f"{examen.brut.nom} : l’extrait n’est pas reconnu avec certitude, rien n’a été écrit. Précisez-le avec "
                f"--extrait : {', '.join(references.dictionnaires)} (le plus proche : {examen.dictionnaire.extrait})."
            )
