"""From what people call an indicator, a perimeter, an actor or a category, to the codes of the frame of figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cached_property

from cil_analysis.grammaire import libelles
from cil_analysis.grammaire.indicateur import (
    BAILLEUR,
    COMMUNE,
    EN_QPV,
    EPCI,
    HORS_QPV,
    NON_RENSEIGNE,
    QPV,
    RESERVATAIRE,
    Indicateur,
)
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.texte import normaliser

# A key of the frame: its type and its code.
Cle = tuple[str, str]
_PERIMETRES: Mapping[str, tuple[str, ...]] = {
    EPCI: ("epci", "intercommunalite", "ensemble", "total", "ensemble de l epci", "ensemble de l intercommunalite"),
    COMMUNE: ("commune", "communes"),
    QPV: ("qpv", "quartier", "quartiers", "quartier prioritaire"),
    EN_QPV: ("en qpv", "dans les qpv", "en quartier prioritaire", "ensemble des quartiers prioritaires"),
    HORS_QPV: ("hors qpv", "hors quartier", "hors quartier prioritaire"),
}
_ACTEURS: Mapping[str, tuple[str, ...]] = {
    BAILLEUR: ("bailleur", "bailleurs", "organisme"),
    RESERVATAIRE: ("reservataire", "reservataires", "contingent"),
}
_LISTES = {BAILLEUR: "bailleurs", RESERVATAIRE: "reservataires"}
_NON_RENSEIGNES = (
    "nr", "non renseigne", "non renseigne ou illisible", "non renseigne ou non reconnu", "quartier non renseigne",
    "quartier non renseigne ou illisible",
)  # fmt: skip


class Inconnu(Exception):
    """Nothing goes by that name; the message says what is wrong, in French."""


def _proche(texte: str, formes: Mapping[str, set[str]]) -> str:
    """The code of the closest name, to be added to a message; empty when none is close."""
    proches = get_close_matches(normaliser(texte), formes, n=1, cutoff=0.75)
    return f" (le plus proche : « {proches[0]} », code {', '.join(sorted(formes[proches[0]]))})" if proches else ""


@dataclass(frozen=True)
class Designations:
    """The names of a project. Every method gives all the codes that a text may mean, and raises Inconnu for none."""

    references: References
    indicateurs: Mapping[str, Indicateur]

    def indicateur(self, texte: str) -> set[str]:
        """The indicators of a code (« O01 »), a title, or both."""
        trouves = self._titres.get(normaliser(texte))
        if trouves:
            return trouves
        suite = _proche(texte, self._titres)
        raise Inconnu(f"indicateur inconnu : « {texte} »{suite}" if texte else "indicateur non précisé")

    def perimetre(self, genre: str, texte: str, annee: int) -> set[Cle]:
        """The perimeters of a type and a name or code; both empty: the whole EPCI."""
        if not genre and not texte:
            return {(EPCI, self._siren)}
        if not genre:
            seul = _type(texte, _PERIMETRES)
            trouves = {(seul, self._siren)} if seul in (EPCI, EN_QPV, HORS_QPV) else self._lieux(texte, annee)
        else:
            type_ = _type(genre, _PERIMETRES)
            if type_ is None:
                raise Inconnu(f"type de périmètre inconnu : « {genre} »")
            if not texte and type_ in (COMMUNE, QPV):
                raise Inconnu(f"{'commune non précisée' if type_ == COMMUNE else 'quartier non précisé'}")
            if type_ in (EN_QPV, HORS_QPV) or not texte:
                return {(type_, self._siren)}
            trouves = {cle for cle in self._lieux(texte, annee) if cle[0] == type_}
        if not trouves:
            formes = {forme: {code} for forme, code in self._communes.items()}
            raise Inconnu(f"périmètre inconnu : « {texte} »{_proche(texte, formes)}")
        return trouves

    def acteur(self, genre: str, texte: str) -> set[Cle]:
        """The actors of a type and a name or code; both empty: none."""
        if not genre and not texte:
            return {("", "")}
        type_ = _type(genre, _ACTEURS)
        if genre and type_ is None:
            raise Inconnu(f"type d’acteur inconnu : « {genre} »")
        if not texte:
            raise Inconnu(f"{'bailleur' if type_ == BAILLEUR else 'réservataire'} non précisé")
        types = [type_] if type_ else list(_ACTEURS)
        if normaliser(texte) in _NON_RENSEIGNES:
            return {(t, NON_RENSEIGNE) for t in types}
        listes = {t: self.references.nomenclatures[_LISTES[t]].vers_code() for t in types}
        trouves = {(t, codes[normaliser(texte)]) for t, codes in listes.items() if normaliser(texte) in codes}
        if not trouves:
            formes = {forme: {code} for codes in listes.values() for forme, code in codes.items()}
            raise Inconnu(f"acteur inconnu : « {texte} »{_proche(texte, formes)}")
        return trouves

    def modalite(self, indicateur: str, texte: str) -> set[str]:
        """The categories of an indicator that a label or code names; empty: none."""
        if not texte:
            return {""}
        defini = self.indicateurs[indicateur]
        codes = libelles.modalites(self.references, defini)
        formes = _regrouper((forme, code) for code, libelle in codes.items() for forme in (code, libelle))
        nomenclature = self.references.nomenclatures.get(defini.modalites)
        if nomenclature is not None:
            formes |= {mot: {code} for mot, code in nomenclature.vers_code().items() if mot not in formes}
        mot = normaliser(texte)
        if mot in formes:
            return formes[mot]
        if mot in _NON_RENSEIGNES:
            return {NON_RENSEIGNE}
        raise Inconnu(f"modalité inconnue de {indicateur} : « {texte} »{_proche(texte, formes)}")

    @property
    def _siren(self) -> str:
        return self.references.projet.epci_siren

    @cached_property
    def _titres(self) -> dict[str, set[str]]:
        return _regrouper(
            (forme, i.code) for i in self.indicateurs.values() for forme in (i.code, i.titre, f"{i.code} {i.titre}")
        )

    @cached_property
    def _communes(self) -> dict[str, str]:
        return self.references.territoire.vers_commune()

    def _lieux(self, texte: str, annee: int) -> set[Cle]:
        """The EPCI, communes and QPV in force that a name or code may mean."""
        projet, mot = self.references.projet, normaliser(texte)
        noms = {normaliser(nom) for nom in (projet.epci_siren, projet.epci_nom, projet.epci_nom_court)}
        trouves = {(EPCI, self._siren)} if mot in noms | set(_PERIMETRES[EPCI]) else set()
        if mot in self._communes:
            trouves.add((COMMUNE, self._communes[mot]))
        quartiers = self.references.territoire.vers_qpv(date(annee, 12, 31))
        if mot in quartiers:
            trouves.add((QPV, quartiers[mot]))
        if mot in _NON_RENSEIGNES:
            trouves.add((QPV, NON_RENSEIGNE))
        return trouves


def _type(texte: str, formes: Mapping[str, tuple[str, ...]]) -> str | None:
    mot = normaliser(texte)
    return next((code for code, mots in formes.items() if mot in mots), None)


def _regrouper(paires: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    """Comparison form → every code that goes by it."""
    codes: defaultdict[str, set[str]] = defaultdict(set)
    for forme, code in paires:
        codes[normaliser(forme)].add(code)
    return dict(codes)
