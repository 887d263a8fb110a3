"""What the headings of a file are, and which canonical columns the unknown ones could be.

No cell leaves this module.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits import rapprochement
from cil_analysis.extraits.anomalies import citer_entete
from cil_analysis.extraits.inconnus.propositions import Proposition, proposer
from cil_analysis.extraits.lecture.sources import Source
from cil_analysis.extraits.lecture.tableau import Brut, lire
from cil_analysis.extraits.rapprochement import Appariement
from cil_analysis.reference.colonnes import PERSONNELLE, Dictionnaire
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.texte import normaliser

_NUMERO = re.compile(r"\d{9}")


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
    propositions = proposer(inconnues, brut, dictionnaire, references)
    return Examen(brut, dictionnaire, reconnu, appariement, propositions, sans_titre)


def _reconnaitre(brut: Brut, dictionnaires: Mapping[str, Dictionnaire]) -> str | None:
    if not rapprochement.reconnus(brut.entetes, [frozenset(d.entetes) for d in dictionnaires.values()]):
        return None
    try:
        return rapprochement.reconnaitre(brut.entetes, dictionnaires, brut.nom)
    except ErreurCIL:
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
    valeurs = sum(map(_est_une_valeur, inconnues))
    # A landlord or a commune stands again in the rows below.
    repetees = sum(bool(brut.colonne(entete).eq(entete).any()) for entete in inconnues)
    if 2 * valeurs + repetees >= 2:
        raise ErreurCIL(
            f"{brut.nom}, ligne {brut.ligne_d_entete + 1} : cette ligne semble porter des données, et non des "
            "en-têtes. Donnez un en-tête à chaque colonne du fichier, sans case vide, puis relancez."
        )


def _est_une_valeur(entete: str) -> bool:
    """An address, a number, a date or a N° unique."""
    return "@" in entete or not any(signe.isalpha() for signe in entete) or _NUMERO.search(entete) is not None
