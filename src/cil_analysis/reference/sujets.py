"""Whom a sheet is about, a commune, a landlord or a réservataire: those of a year, and how one is recognised."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd
from rapidfuzz import fuzz, process

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.texte import normaliser

GENRES: Mapping[str, str] = {
    "commune": "Aucune commune membre", "bailleur": "Aucun bailleur", "reservataire": "Aucun réservataire",
}  # fmt: skip
"""What a sheet may be about, and what is said when there is none of a name."""
# A dwelling that nobody reserves has no réservataire to be told of.
_HORS_CONTINGENT = "reservataire", "AUCUN"


@dataclass(frozen=True)
class Sujet:
    """Whom a sheet is about. ``genre``: commune, bailleur or reservataire."""

    genre: str
    code: str
    nom: str


def sujets(references: References, annee: int, genre: str) -> dict[str, str]:
    """Code → name of those that have a sheet: the members on 31 December, or whoever existed in the year; in order."""
    if genre == "commune":
        membres = references.territoire.membres(date(annee, 12, 31))
        return dict(zip(membres["code_insee"], membres["nom"], strict=True))
    liste = references.nomenclatures[f"{genre}s"]
    debut, fin = liste.table["valide_du"], liste.table["valide_au"]
    existants = liste.table[~(debut > pd.Timestamp(annee, 12, 31)) & ~(fin < pd.Timestamp(annee, 1, 1))]
    codes = dict.fromkeys(existants["code"].astype(str))
    return {code: liste.libelle(code) for code in codes if (genre, code) != _HORS_CONTINGENT}


def trouver(references: References, annee: int, genre: str, texte: str | None) -> Sujet:
    """The subject of a code or name, the first one by default. Raises ErreurCIL for an unknown one."""
    connus = sujets(references, annee, genre)
    if genre == "commune" and texte is not None:
        exiger_membre(references, annee, str(texte))
    code = reconnaitre(next(iter(connus), "") if texte is None else str(texte), connus, genre)
    return Sujet(genre, code, connus[code])


def exiger_membre(references: References, annee: int, texte: str) -> None:
    """Raises ErreurCIL for the code or the name of a commune that is no member on 31 December, and was or will be."""
    membres, fin_d_annee = sujets(references, annee, "commune"), pd.Timestamp(annee, 12, 31)
    periodes = references.territoire.communes[["code_insee", "nom", "membre_du", "membre_au"]]
    for code, nom, debut, fin in periodes.itertuples(index=False):
        if code not in membres and normaliser(texte) in (normaliser(code), normaliser(nom)):
            dit = f"à partir du {debut:%d/%m/%Y}" if debut > fin_d_annee else f"jusqu’au {fin:%d/%m/%Y}"
            raise ErreurCIL(
                f"{nom} ({code}) n’est pas membre au 31 décembre {annee}, mais {dit} : demander une commune membre, ou "
                "une autre année."
            )


def reconnaitre(texte: str, connus: Mapping[str, str], genre: str) -> str:
    """The code of a name or of a code. Raises ErreurCIL, with the closest one, for what is neither."""
    formes: dict[str, str] = {}
    for code, nom in connus.items():
        formes.setdefault(normaliser(nom), code)
    formes |= {normaliser(code): code for code in connus}
    forme = normaliser(texte)
    if forme in formes:
        return formes[forme]
    suite = ", ".join(f"{code} ({nom})" for code, nom in connus.items()) or "la liste est vide"
    if proche := process.extractOne(forme, [*formes], scorer=fuzz.ratio, score_cutoff=50):
        code = formes[proche[0]]
        raise ErreurCIL(f"{GENRES[genre]} ne répond à « {texte} ». Le plus proche : {code} ({connus[code]}).")
    raise ErreurCIL(f"{GENRES[genre]} ne répond à « {texte} ». Noms possibles : {suite}.")
