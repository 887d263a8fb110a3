"""Figures that an analyst typed from a published bilan: their rows, and the codes of what these are called.

One row is one figure, in any usual form of table: ``definitions/chiffres_publies.yml`` says under which headings.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TypeVar

import pandas as pd
from rapidfuzz import fuzz, process

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.saisies.tableau import lire_le_tableau
from cil_analysis.grammaire import libelles
from cil_analysis.grammaire.indicateur import COMMUNE, EN_QPV, EPCI, HORS_QPV, NON_RENSEIGNE, QPV, Indicateur
from cil_analysis.lecture_yaml import lire_du_logiciel
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.texte import normaliser

MOTS = lire_du_logiciel("definitions/chiffres_publies.yml")
ENTETES = tuple(MOTS["entetes"])
OBLIGATOIRES = ("indicateur", "annee", "valeur")
_CHAMPS = {forme: nom for nom, formes in MOTS["entetes"].items() for forme in formes}
_CHAMPS |= {forme: forme for forme in MOTS["precises"]}
_CONSEIL = "« cil comparer --modele MODELE.csv » écrit un fichier à remplir, avec les en-têtes attendus."
# A key of the frame: its type and its code.
Cle = tuple[str, str]
_Nomme = TypeVar("_Nomme", bound=str | Cle)
_PERIMETRES, _ACTEURS, _NON_RENSEIGNES = (MOTS[cle] for cle in ("perimetres", "acteurs", "non_renseignes"))


def lire_chiffres_publies(fichier: Path) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The columns of ``ENTETES`` as text, with ``ligne``, its number in the file; the headings and sheets not read.

    Raises ErreurCIL for a file that cannot be read, without the necessary headings, or without any figure.
    """
    tableau, non_lues = lire_le_tableau(fichier, _CHAMPS, OBLIGATOIRES, _CONSEIL)
    lignes = [{"ligne": numero} | _preciser(champs, numero) for numero, champs in tableau.lignes()]
    if not lignes:
        raise ErreurCIL(f"Le fichier {fichier.name} n’a aucun chiffre sous ses en-têtes : saisissez-en un par ligne.")
    return pd.DataFrame(lignes), non_lues


def _preciser(champs: dict[str, str], numero: int) -> dict[str, str]:
    """A column « Commune » names the perimeter, and says that it is a commune. Raises ErreurCIL for two names."""
    dits = dict.fromkeys(ENTETES, "") | champs
    for titre, (code, genre, nature) in MOTS["precises"].items():
        cellule = dits.pop(titre, "")
        if cellule and dits[code]:
            raise ErreurCIL(
                f"Ligne {numero} : « {cellule} » et l’autre nom de la ligne disent tous deux de qui est le chiffre. "
                "Gardez-en un."
            )
        if cellule:
            dits[code], dits[genre] = cellule, nature
    return dits


class Inconnu(Exception):
    """Nothing goes by that name; the message says what is wrong, in French."""


@dataclass(frozen=True)
class Designations:
    """The names of a project. Every method gives all the codes that a text may mean, and raises Inconnu for none."""

    references: References
    indicateurs: Mapping[str, Indicateur]

    def indicateur(self, texte: str) -> set[str]:
        """The indicators of a code (« O01 »), a title, or both."""
        return _chercher("indicateur inconnu", texte, self._titres)

    def perimetre(self, genre: str, texte: str) -> set[Cle]:
        """The perimeters of a type and a name or code, of any year; both empty: the whole EPCI."""
        type_ = _type(genre, _PERIMETRES, "de périmètre")
        if type_ in (EN_QPV, HORS_QPV) or (not texte and type_ in ("", EPCI)):
            return {(type_ or EPCI, self.references.projet.epci_siren)}
        return _chercher("périmètre inconnu", texte, self._lieux, type_)

    def acteur(self, genre: str, texte: str) -> set[Cle]:
        """The actors of a type and a name or code; both empty: none."""
        type_ = _type(genre, _ACTEURS, "d’acteur")
        return _chercher("acteur inconnu", texte, self._acteurs, type_) if type_ or texte else {("", "")}

    def modalite(self, indicateur: str, texte: str) -> set[str]:
        """The categories of an indicator that a label or code names; empty: none."""
        if not texte:
            return {""}
        defini = self.indicateurs[indicateur]
        codes = libelles.modalites(self.references, defini)
        formes = _regrouper((forme, code) for code, libelle in codes.items() for forme in (code, libelle))
        if defini.modalites in self.references.nomenclatures:
            formes = _regrouper(self.references.nomenclatures[defini.modalites].vers_code.items()) | formes
        sans_reponse = {mot: {NON_RENSEIGNE} for mot in _NON_RENSEIGNES}
        return _chercher(f"modalité inconnue de {indicateur}", texte, sans_reponse | formes)

    @cached_property
    def _titres(self) -> dict[str, set[str]]:
        return _regrouper(
            (forme, i.code) for i in self.indicateurs.values() for forme in (i.code, i.titre, f"{i.code} {i.titre}")
        )

    @cached_property
    def _lieux(self) -> dict[str, set[Cle]]:
        """The EPCI, its parts, communes and QPV."""
        projet, territoire = self.references.projet, self.references.territoire
        siren, quartiers = projet.epci_siren, territoire.formes_des_qpv
        paires = [(nom, (EPCI, siren)) for nom in (siren, projet.epci_nom, projet.epci_nom_court)]
        paires += [(mot, (zone, siren)) for zone in (EPCI, EN_QPV, HORS_QPV) for mot in _PERIMETRES[zone]]
        paires += [(nom, (COMMUNE, code)) for nom, code in territoire.vers_commune.items()]
        paires += [(nom, (QPV, code)) for nom, code in zip(quartiers["forme"], quartiers["code"], strict=True)]
        return _regrouper([*paires, *((mot, (QPV, NON_RENSEIGNE)) for mot in _NON_RENSEIGNES)])

    @cached_property
    def _acteurs(self) -> dict[str, set[Cle]]:
        listes = {type_: self.references.nomenclatures[f"{type_}s"].vers_code for type_ in _ACTEURS}
        codes = {t: {**liste, **dict.fromkeys(_NON_RENSEIGNES, NON_RENSEIGNE)} for t, liste in listes.items()}
        return _regrouper((nom, (type_, code)) for type_, liste in codes.items() for nom, code in liste.items())


def _type(texte: str, formes: Mapping[str, Sequence[str]], de_quoi: str) -> str:
    """The type of a perimeter or of an actor; empty: any. Raises Inconnu."""
    trouve = next((code for code, mots in formes.items() if normaliser(texte) in mots), "")
    if texte and not trouve:
        raise Inconnu(f"type {de_quoi} inconnu : « {texte} »")
    return trouve


def _regrouper(paires: Iterable[tuple[str, _Nomme]]) -> dict[str, set[_Nomme]]:
    """Comparison form → all that goes by it."""
    nommes: defaultdict[str, set[_Nomme]] = defaultdict(set)
    for forme, nomme in paires:
        nommes[normaliser(forme)].add(nomme)
    return dict(nommes)


def _chercher(refus: str, texte: str, formes: Mapping[str, set[_Nomme]], type_: str = "") -> set[_Nomme]:
    """What goes by a name, and is of a type. Raises Inconnu, with the code of the closest name when one is close."""
    if not texte:
        raise Inconnu(MOTS["non_precises"][type_])
    mot = normaliser(texte)
    if trouves := {nomme for nomme in formes.get(mot, ()) if type_ in ("", nomme[0])}:
        return trouves
    possibles = [forme for forme, nommes in formes.items() if any(type_ in ("", nomme[0]) for nomme in nommes)]
    suite = ""
    for parmi in (possibles, [*formes]):
        if not suite and (trouve := process.extractOne(mot, parmi, scorer=fuzz.ratio, score_cutoff=75)):
            codes = sorted(nomme if isinstance(nomme, str) else nomme[1] for nomme in formes[trouve[0]])
            suite = f" (le plus proche : « {trouve[0]} », code {', '.join(codes)})"
    raise Inconnu(f"{refus} : « {texte} »{suite}")
