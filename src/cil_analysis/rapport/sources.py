"""The source line of a figure: which extracts its indicators count, and which of their cells could not be read."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

from cil_analysis.grammaire.indicateur import NON_RENSEIGNE, Compte
from cil_analysis.grammaire.populations import AUTRES_EXTRAITS, EXTRAITS, PARC, POPULATIONS, source_de
from cil_analysis.reference.texte import enumerer

if TYPE_CHECKING:
    from cil_analysis.rapport.rapport import Rapport


def source(rapport: Rapport, codes: Sequence[str], periode: str) -> str:
    """« Source : extraits des attributions et des demandes 2018-2022, Val Métropole. »."""
    comptes = [rapport.registre.par_code[code].compte for code in codes]
    extraits = list(dict.fromkeys(e for compte in comptes for e in _populations(compte)))
    liste = enumerer([f"des {extrait}" for extrait in extraits if extrait in EXTRAITS])
    noms = [f"extraits {liste}"] if liste else []
    noms += dict.fromkeys(_nom(rapport, extrait) for extrait in extraits if extrait not in (*EXTRAITS, PARC))
    parc = ", parc social" if PARC in extraits else ""
    texte = f"Source : {', '.join(noms)} {periode}{parc}, {rapport.projet.epci_nom_court}."
    return " ".join(filter(None, (texte, _illisibles(rapport, codes), rapport.mention)))


def avec_les_illisibles(rapport: Rapport, code: str, libelles: dict[str, str]) -> dict[str, str]:
    """The labels of the classes of an indicator: what could not be read is not « non renseigné » (D18)."""
    utiles = rapport.registre.par_code[code].colonnes_de_l_axe
    if NON_RENSEIGNE not in libelles or not _colonnes_illisibles(rapport, code, utiles):
        return libelles
    return libelles | {NON_RENSEIGNE: ou_illisible(libelles[NON_RENSEIGNE])}


def ou_illisible(nom: str) -> str:
    """« Non renseigné ou illisible », « Non renseignés ou illisibles »."""
    return f"{nom} ou {'illisibles' if nom.endswith('s') else 'illisible'}"


def _illisibles(rapport: Rapport, codes: Sequence[str]) -> str:
    """What indicators count without, for want of a label that can be read; how many cells is said in no figure."""
    noms = dict.fromkeys(
        f"« {nom} »"
        for code in codes
        for nom in _colonnes_illisibles(rapport, code, rapport.registre.par_code[code].colonnes)
    )
    return f"Cellules illisibles, comptées comme si elles étaient vides : {', '.join(noms)}." if noms else ""


def _colonnes_illisibles(rapport: Rapport, code: str, utiles: Collection[str]) -> list[str]:
    """The names of the columns, among those of an indicator, that have unreadable cells this year."""
    dictionnaires = rapport.references.dictionnaires
    extraits = [e for e in _populations(rapport.registre.par_code[code].compte) if e in dictionnaires]
    return [dictionnaires[e].colonnes[n].libelle for e in extraits for n in rapport.illisibles(e) if n in utiles]


def _populations(compte: Compte) -> list[str]:
    """The populations that an indicator counts, in the order of its terms."""
    population = compte.population or "attributions"
    populations = [*population.split("+"), *compte.rapporte_a.split("+")]
    return list(dict.fromkeys(source_de(p) for p in populations if p))


def _nom(rapport: Rapport, population: str) -> str:
    """« bilan de la gestion en flux »."""
    if population not in AUTRES_EXTRAITS:
        return POPULATIONS[population].source
    libelle = rapport.references.dictionnaires[AUTRES_EXTRAITS[population]].libelle
    return libelle[0].lower() + libelle[1:]
