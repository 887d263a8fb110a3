"""From what people call an indicator, a perimeter, an actor or a category, to the codes of the frame of figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cached_property
from typing import NoReturn

from cil_analysis.extraits.saisies.chiffres_publies import MOTS
from cil_analysis.grammaire import libelles
from cil_analysis.grammaire.indicateur import (
    COMMUNE,
    EN_QPV,
    EPCI,
    HORS_QPV,
    NON_RENSEIGNE,
    QPV,
    Indicateur,
)
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.texte import normaliser

# A key of the frame: its type and its code.
Cle = tuple[str, str]
_PERIMETRES, _ACTEURS, _NON_RENSEIGNES = (MOTS[cle] for cle in ("perimetres", "acteurs", "non_renseignes"))


class Inconnu(Exception):
    """Nothing goes by that name; the message says what is wrong, in French."""


@dataclass(frozen=True)
class Designations:
    """The names of a project. Every method gives all the codes that a text may mean, and raises Inconnu for none."""

    references: References
    indicateurs: Mapping[str, Indicateur]

    def indicateur(self, texte: str) -> set[str]:
        """The indicators of a code (« O01 »), a title, or both."""
        if not texte:
            raise Inconnu("indicateur non précisé")
        return self._titres.get(normaliser(texte)) or _refuser("indicateur inconnu", texte, self._titres)

    def perimetre(self, genre: str, texte: str, annee: int) -> set[Cle]:
        """The perimeters of a type and a name or code; both empty: the whole EPCI."""
        type_ = _type(genre, _PERIMETRES, "de périmètre")
        siren = self.references.projet.epci_siren
        if type_ in (EN_QPV, HORS_QPV):
            return {(type_, siren)}
        if not texte:
            if type_ in MOTS["non_precises"]:
                raise Inconnu(MOTS["non_precises"][type_])
            return {(EPCI, siren)}
        trouves = {cle for cle in self._lieux(texte, annee) if type_ in ("", cle[0])}
        return trouves or _refuser("périmètre inconnu", texte, self._communes)

    def acteur(self, genre: str, texte: str) -> set[Cle]:
        """The actors of a type and a name or code; both empty: none."""
        type_ = _type(genre, _ACTEURS, "d’acteur")
        if not texte:
            if type_:
                raise Inconnu(MOTS["non_precises"][type_])
            return {("", "")}
        types = [type_] if type_ else list(_ACTEURS)
        if normaliser(texte) in _NON_RENSEIGNES:
            return {(t, NON_RENSEIGNE) for t in types}
        listes = {t: self.references.nomenclatures[f"{t}s"].vers_code for t in types}
        trouves = {(t, codes[normaliser(texte)]) for t, codes in listes.items() if normaliser(texte) in codes}
        formes = _regrouper(paire for codes in listes.values() for paire in codes.items())
        return trouves or _refuser("acteur inconnu", texte, formes)

    def modalite(self, indicateur: str, texte: str) -> set[str]:
        """The categories of an indicator that a label or code names; empty: none."""
        if not texte:
            return {""}
        defini = self.indicateurs[indicateur]
        codes = libelles.modalites(self.references, defini)
        formes = _regrouper((forme, code) for code, libelle in codes.items() for forme in (code, libelle))
        nomenclature = self.references.nomenclatures.get(defini.modalites)
        if nomenclature is not None:
            formes = _regrouper(nomenclature.vers_code.items()) | formes
        mot = normaliser(texte)
        if mot in _NON_RENSEIGNES and mot not in formes:
            return {NON_RENSEIGNE}
        return formes.get(mot) or _refuser(f"modalité inconnue de {indicateur}", texte, formes)

    @cached_property
    def _titres(self) -> dict[str, set[str]]:
        return _regrouper(
            (forme, i.code) for i in self.indicateurs.values() for forme in (i.code, i.titre, f"{i.code} {i.titre}")
        )

    @cached_property
    def _communes(self) -> dict[str, set[str]]:
        return _regrouper(self.references.territoire.vers_commune.items())

    def _lieux(self, texte: str, annee: int) -> set[Cle]:
        """The EPCI, its parts, communes and QPV in force that a name or code may mean."""
        projet, mot = self.references.projet, normaliser(texte)
        noms = {normaliser(nom) for nom in (projet.epci_siren, projet.epci_nom, projet.epci_nom_court)}
        trouves = {(zone, projet.epci_siren) for zone in (EPCI, EN_QPV, HORS_QPV) if mot in _PERIMETRES[zone]}
        if mot in noms:
            trouves.add((EPCI, projet.epci_siren))
        trouves |= {(COMMUNE, code) for code in self._communes.get(mot, ())}
        quartiers = self.references.territoire.vers_qpv(date(annee, 12, 31))
        if mot in quartiers:
            trouves.add((QPV, quartiers[mot]))
        if mot in _NON_RENSEIGNES:
            trouves.add((QPV, NON_RENSEIGNE))
        return trouves


def _type(texte: str, formes: Mapping[str, Sequence[str]], de_quoi: str) -> str:
    """The type of a perimeter or of an actor; empty: any. Raises Inconnu."""
    if not texte:
        return ""
    trouve = next((code for code, mots in formes.items() if normaliser(texte) in mots), "")
    if not trouve:
        raise Inconnu(f"type {de_quoi} inconnu : « {texte} »")
    return trouve


def _regrouper(paires: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Comparison form → every code that goes by it."""
    codes: defaultdict[str, set[str]] = defaultdict(set)
    for forme, code in paires:
        codes[normaliser(forme)].add(code)
    return dict(codes)


def _refuser(quoi: str, texte: str, formes: Mapping[str, set[str]]) -> NoReturn:
    """Raise Inconnu, with the code of the closest name when one is close."""
    proches = get_close_matches(normaliser(texte), formes, n=1, cutoff=0.75)
    suite = f" (le plus proche : « {proches[0]} », code {', '.join(sorted(formes[proches[0]]))})" if proches else ""
    raise Inconnu(f"{quoi} : « {texte} »{suite}")
