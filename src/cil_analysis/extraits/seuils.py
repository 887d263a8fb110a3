"""The State's yearly table of quartiles: the Q1, Q2 and Q3 of one EPCI, from every sheet of the workbook.

A row is an EPCI in a département (an EPCI over two of them has two rows, with the same figures). Nothing depends on the
name of a sheet: the year is a cell of the row. Domain, §1.3.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.cleaning import lire_nombre, lire_oui_non
from cil_analysis.extraits.lecture.classeurs import lire_classeur
from cil_analysis.extraits.lecture.sources import ouvrir
from cil_analysis.reference.parameters import Reference
from cil_analysis.reference.seuils import SeuilsDeLAnnee, montant
from cil_analysis.reference.texte import normaliser

_SIREN, _ANNEE, _CONCERNE = "SIRET de l’EPCI", "Année de référence", "EPCI concerné par l’obligation"
_Q = ("Q1 annuel", "Q2 annuel", "Q3 annuel")
_NECESSAIRES = (_SIREN, _ANNEE, *_Q)
_AUTRES_FORMES = {"siren de l epci": _SIREN, "siret epci": _SIREN, "siren epci": _SIREN}
_ENTETES = {normaliser(titre): titre for titre in (*_NECESSAIRES, _CONCERNE)} | _AUTRES_FORMES
_LIGNES_D_ENTETE = 60
# Far on either side of every yearly quartile of France, and above a monthly one: a slip of column or unit is seen.
PLAUSIBLE = (2_500, 100_000)


class Quartiles(NamedTuple):
    """One year of one EPCI, in euros a year per unité de consommation. ``concerne`` None: the table does not say."""

    annee: int
    valeurs: tuple[float, float, float]
    feuille: str
    concerne: bool | None


@dataclass(frozen=True)
class Lecture:
    """What a workbook holds about an EPCI, by ascending year; the sheets without it; those that are no such table."""

    fichier: str
    quartiles: tuple[Quartiles, ...]
    feuilles_sans_l_epci: tuple[str, ...]
    autres_feuilles: tuple[str, ...]


def lire_quartiles(fichier: Path, siren: str) -> Lecture:
    """Read every sheet that is a table of quartiles.

    Raises:
        ErreurCIL: no workbook, no such table or a column missing in one, the EPCI in none of them, a cell that is empty
            or no plausible figure, quartiles out of order, two different triplets for one year.
    """
    feuilles = _ouvrir(fichier)
    par_annee: dict[int, Quartiles] = {}
    sans_l_epci, autres = [], []
    for nom, table in feuilles.items():
        lignes = _lignes(table)
        entete = _trouver_entete(lignes, f"{fichier.name}, feuille « {nom} »")
        if entete is None:
            autres.append(nom)
            continue
        trouves = _quartiles_de(lignes, entete, nom, siren)
        if not trouves:
            sans_l_epci.append(nom)
        for lus in trouves:
            deja = par_annee.setdefault(lus.annee, lus)
            if deja.valeurs != lus.valeurs:
                raise ErreurCIL(
                    f"{fichier.name} donne deux fois les seuils de {lus.annee} pour l’EPCI {siren}, et ils diffèrent : "
                    f"{_triplet(deja)} (feuille « {deja.feuille} ») et {_triplet(lus)} (feuille « {lus.feuille} »). "
                    "Ne gardez que les bons dans le classeur, puis relancez."
                )
    if len(autres) == len(feuilles):
        raise ErreurCIL(
            f"{fichier.name} n’est pas le tableau des quartiles de l’État : aucune feuille n’a les en-têtes "
            f"{', '.join(f'« {titre} »' for titre in _NECESSAIRES)}. Vérifiez le fichier."
        )
    if not par_annee:
        raise ErreurCIL(
            f"L’EPCI {siren} n’est dans aucune feuille de {fichier.name} (colonne « {_SIREN} »). Vérifiez "
            "« epci_siren » dans data/reference/projet.yml, et que le tableau est celui de toute la France. "
            "Si cette colonne est calculée, ouvrez le classeur dans un tableur, enregistrez-le, puis relancez."
        )
    return Lecture(
        fichier=fichier.name,
        quartiles=tuple(par_annee[annee] for annee in sorted(par_annee)),
        feuilles_sans_l_epci=tuple(sans_l_epci),
        autres_feuilles=tuple(autres),
    )


def seuils_sources(lecture: Lecture, source: str | None = None) -> list[SeuilsDeLAnnee]:
    """The thresholds with where they were read: the file and its sheet, or the words (and address) of ``source``.

    A file alone does not prove whose it is: its figures are « L » (likely); a named source vouches for them, « C ».
    """
    return [
        SeuilsDeLAnnee(
            annee=lus.annee,
            valeurs=lus.valeurs,
            reference=citer(
                source, f"Tableau des quartiles par EPCI, {lecture.fichier}, feuille {lus.feuille}", "--source"
            ),
            confiance="C" if source and source.strip() else "L",
        )
        for lus in lecture.quartiles
    ]


def citer(source: str | None, defaut: str, ou: str) -> Reference:
    """A source in words, and its address if it has one; ``defaut`` where there are no words.

    Raises ErreurCIL, saying where (``ou``), for one that is cut short.
    """
    dit = " ".join((source or "").split())
    if re.search(r"…|\.\.\.", dit):
        raise ErreurCIL(
            f"{ou} : la source est incomplète (« … »). Écrivez-la en entier, sans points de suspension : titre, date, "
            "adresse."
        )
    adresse = re.search(r"https?://[^\s,;()«»]+", dit)
    href = adresse.group().rstrip(".") if adresse else ""
    dit = dit.replace(href, "").strip(" ,;:().") if href else dit
    return Reference(dit or defaut, href)


def _ouvrir(fichier: Path) -> Mapping[str, pa.Table]:
    sources = [source for source in ouvrir(fichier) if source.est_classeur]
    if len(sources) != 1:
        raise ErreurCIL(
            f"{fichier.name} n’est pas un classeur : le tableau des quartiles de l’État en est un (.xlsx). Donnez le "
            "fichier d’origine, ou enregistrez-le sous ce format ; un tableau à vous se lit par --importer."
        )
    return lire_classeur(sources[0]).feuilles


def _lignes(table: pa.Table) -> list[list[str]]:
    colonnes = [[str(cellule or "").strip() for cellule in colonne.to_pylist()] for colonne in table.columns]
    return [list(ligne) for ligne in zip(*colonnes, strict=True)]


class _Entete(NamedTuple):
    """Where the header is (a rank from 0), and the rank of each column that is used."""

    rang: int
    colonnes: dict[str, int]


def _trouver_entete(lignes: list[list[str]], ou: str) -> _Entete | None:
    """The line with the most headings; None when a sheet is something else; some without the others: refused."""
    meilleure = _Entete(0, {})
    for rang, ligne in enumerate(lignes[:_LIGNES_D_ENTETE]):
        titres = [_ENTETES.get(normaliser(cellule)) for cellule in ligne]
        colonnes = {titre: titres.index(titre) for titre in titres if titre is not None}
        if len(colonnes) > len(meilleure.colonnes):
            meilleure = _Entete(rang, colonnes)
            doubles = [titre for titre in colonnes if titres.count(titre) > 1]
    if len(meilleure.colonnes) < 2:
        return None
    manquants = [titre for titre in _NECESSAIRES if titre not in meilleure.colonnes]
    if manquants:
        raise ErreurCIL(
            f"{ou} : il manque {', '.join(f'« {titre} »' for titre in manquants)} sur la ligne d’en-têtes "
            f"(ligne {meilleure.rang + 1}). Rétablissez ces en-têtes, ou supprimez cette feuille si elle n’est pas un "
            "tableau de quartiles, puis relancez."
        )
    if doubles:
        raise ErreurCIL(f"{ou} : deux colonnes s’appellent « {doubles[0]} ». N’en gardez qu’une, puis relancez.")
    return meilleure


def _quartiles_de(lignes: list[list[str]], entete: _Entete, feuille: str, siren: str) -> list[Quartiles]:
    trouves = []
    for numero, ligne in enumerate(lignes[entete.rang + 1 :], start=entete.rang + 2):
        if _lire_siren(ligne[entete.colonnes[_SIREN]]) != siren:
            continue

        def nombre(titre: str, ligne: list[str] = ligne, numero: int = numero) -> float:
            return _lire_cellule(ligne[entete.colonnes[titre]], f"Feuille « {feuille} », ligne {numero}, « {titre} »")

        annee = nombre(_ANNEE)
        if not 1_900 <= annee <= 2_999 or annee != int(annee):
            raise ErreurCIL(
                f"Feuille « {feuille} », ligne {numero}, « {_ANNEE} » : {annee:g} n’est pas une année. Corrigez cette "
                "cellule dans le classeur, puis relancez."
            )
        lus = Quartiles(
            annee=int(annee),
            valeurs=(nombre(_Q[0]), nombre(_Q[1]), nombre(_Q[2])),
            feuille=feuille,
            concerne=_est_concerne(ligne[entete.colonnes[_CONCERNE]]) if _CONCERNE in entete.colonnes else None,
        )
        _refuser_invraisemblable(lus, numero)
        trouves.append(lus)
    return trouves


def _lire_siren(texte: str) -> str | None:
    """The SIREN of a cell called SIRET, typed as text or as a number.

    >>> [_lire_siren(t) for t in ("123456789", "123456789.0", "123 456 789", "1.23456789E8", "12345678900017", "Siège")]
    ['123456789', '123456789', '123456789', '123456789', '123456789', None]
    """
    try:
        nombre = Decimal("".join(texte.split()))
    except InvalidOperation:
        return None
    if not nombre.is_finite() or not 0 < nombre < 10**14 or nombre != int(nombre):
        return None
    chiffres = str(int(nombre))
    return chiffres[:9] if len(chiffres) == 14 else chiffres.zfill(9)


def _lire_cellule(texte: str, ou: str) -> float:
    """A figure, to the cent. Raises ErreurCIL naming the cell."""
    try:
        nombre = lire_nombre(texte)
    except ValueError:
        raise ErreurCIL(
            f"{ou} : cette cellule n’est pas un nombre. Corrigez-la dans le classeur, puis relancez."
        ) from None
    if nombre is None:
        raise ErreurCIL(
            f"{ou} : aucune valeur dans cette cellule. Si c’est une formule, son résultat n’est pas dans le fichier : "
            "ouvrez le classeur dans un tableur, vérifiez qu’elle y affiche un nombre, enregistrez-le, puis relancez."
        )
    return round(nombre, 2)


def _est_concerne(texte: str) -> bool | None:
    try:
        return lire_oui_non(texte)
    except ValueError:
        return None


def _refuser_invraisemblable(lus: Quartiles, numero: int) -> None:
    ou = f"Feuille « {lus.feuille} », ligne {numero}"
    for titre, valeur in zip(_Q, lus.valeurs, strict=True):
        if not PLAUSIBLE[0] <= valeur <= PLAUSIBLE[1]:
            raise ErreurCIL(
                f"{ou}, « {titre} » : {montant(valeur)} n’est pas un seuil annuel plausible (attendu entre "
                f"{montant(PLAUSIBLE[0])} et {montant(PLAUSIBLE[1])} par unité de consommation). Vérifiez la colonne "
                "et l’unité dans le classeur."
            )
    if list(lus.valeurs) != sorted(lus.valeurs):
        raise ErreurCIL(
            f"{ou} : les quartiles ne sont pas croissants ({_triplet(lus)}). Vérifiez ces cellules dans le classeur."
        )


def _triplet(lus: Quartiles) -> str:
    return ", ".join(f"Q{rang} {montant(valeur)}" for rang, valeur in enumerate(lus.valeurs, start=1))
