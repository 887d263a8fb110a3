"""The State's yearly table of quartiles: the Q1, Q2 and Q3 of one EPCI, from every sheet of the workbook.

A row is an EPCI in a département (an EPCI over two of them has two rows, with the same figures). Nothing depends on the
name of a sheet: the year is a cell of the row. Domain, §1.3.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from math import inf
from pathlib import Path

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.cellules.codes import lire_oui_non
from cil_analysis.extraits.cellules.textes import est_absent
from cil_analysis.extraits.cellules.valeurs import lire_entier, lire_nombre
from cil_analysis.extraits.lecture.sources import CLASSEURS
from cil_analysis.extraits.saisies.tableau import Tableau, lire_le_tableau, lire_tableaux
from cil_analysis.reference.seuils import NOMS, SeuilsDeLAnnee, montant, triplet
from cil_analysis.reference.tables import schemas
from cil_analysis.reference.texte import normaliser

_SIREN, _ANNEE, _CONCERNE = "SIRET de l’EPCI", "Année de référence", "EPCI concerné par l’obligation"
_Q = ("Q1 annuel", "Q2 annuel", "Q3 annuel")
_NECESSAIRES = (_SIREN, _ANNEE, *_Q)
_AUTRES_FORMES = {"siren de l epci": _SIREN, "siret epci": _SIREN, "siren epci": _SIREN}
_ENTETES = {normaliser(titre): titre for titre in (*_NECESSAIRES, _CONCERNE)} | _AUTRES_FORMES
# Heading in comparison form → field.
_SAISIS = {
    "annee": "annee", "exercice": "annee", "source": "source", "epci siren": "epci_siren", "siren": "epci_siren",
    "siren epci": "epci_siren", "epci": "epci_siren",
    **{forme: nom for nom in NOMS for forme in (nom, f"{nom} annuel", f"seuil {nom}")},
}  # fmt: skip
# A threshold is known the year before it applies at the earliest; no year so far back is looked at by a bilan.
_ANNEES_AVANT, _ANNEES_APRES = 30, 1


@dataclass(frozen=True)
class Quartiles(SeuilsDeLAnnee):
    """One year of the EPCI, as a sheet has it. ``concerne`` None: the table does not say."""

    feuille: str = ""
    concerne: bool | None = None


@dataclass(frozen=True)
class Lecture:
    """What a workbook holds about an EPCI, by ascending year; the sheets without it; those that are no such table."""

    quartiles: tuple[Quartiles, ...]
    feuilles_sans_l_epci: tuple[str, ...]
    autres_feuilles: tuple[str, ...]


def lire_quartiles(fichier: Path, siren: str, source: str | None = None) -> Lecture:
    """Read every sheet that is a table of quartiles. ``source``: where it is from, in words, with its address.

    A file alone does not prove whose it is: its figures are « L » (likely); a named source vouches for them, « C ».
    Raises ErreurCIL: no workbook, no such table or a column missing in one, the EPCI in none of them, a cell that is
    empty or no plausible figure, quartiles out of order, two different triplets for one year.
    """
    if fichier.is_file() and fichier.suffix.lower() not in CLASSEURS:
        raise ErreurCIL(
            f"{fichier.name} n’est pas un classeur : le tableau des quartiles de l’État en est un (.xlsx). Donnez le "
            "fichier d’origine, ou enregistrez-le sous ce format ; un tableau à vous se lit par --importer."
        )
    tableaux = lire_tableaux(fichier, _ENTETES)
    quartiles = [tableau for tableau in tableaux if tableau.champs]
    if not quartiles:
        raise ErreurCIL(
            f"{fichier.name} n’est pas le tableau des quartiles de l’État : aucune feuille n’a les en-têtes "
            f"{', '.join(f'« {titre} »' for titre in _NECESSAIRES)}. Vérifiez le fichier."
        )
    par_feuille = {tableau.feuille: _quartiles_de(tableau, siren, fichier.name, source) for tableau in quartiles}
    trouves = _un_par_annee([lus for siens in par_feuille.values() for lus in siens], fichier.name, siren)
    if not trouves:
        raise ErreurCIL(
            f"L’EPCI {siren} n’est dans aucune feuille de {fichier.name} (colonne « {_SIREN} »). Vérifiez "
            "« epci_siren » dans data/reference/projet.yml, et que le tableau est celui de toute la France. "
            "Si cette colonne est calculée, ouvrez le classeur dans un tableur, enregistrez-le, puis relancez."
        )
    return Lecture(
        quartiles=trouves,
        feuilles_sans_l_epci=tuple(feuille for feuille, siens in par_feuille.items() if not siens),
        autres_feuilles=tuple(tableau.feuille for tableau in tableaux if not tableau.champs),
    )


def _un_par_annee(trouves: list[Quartiles], fichier: str, siren: str) -> tuple[Quartiles, ...]:
    par_annee: dict[int, Quartiles] = {}
    for lus in trouves:
        deja = par_annee.setdefault(lus.annee, lus)
        if deja.valeurs != lus.valeurs:
            raise ErreurCIL(
                f"{fichier} donne deux fois les seuils de {lus.annee} pour l’EPCI {siren}, et ils diffèrent : "
                f"{triplet(deja.valeurs)} (feuille « {deja.feuille} ») et {triplet(lus.valeurs)} (feuille "
                f"« {lus.feuille} »). Ne gardez que les bons dans le classeur, puis relancez."
            )
    return tuple(par_annee[annee] for annee in sorted(par_annee))


def citer(source: str | None, defaut: str, ou: str) -> str:
    """A source in words, then its address if it has one; ``defaut`` where there are no words.

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
    return f"{dit or defaut} {href}".strip()


def _quartiles_de(tableau: Tableau, siren: str, fichier: str, source: str | None) -> list[Quartiles]:
    """The rows of an EPCI in one sheet."""
    manquants = [titre for titre in _NECESSAIRES if titre not in tableau.champs]
    if manquants:
        raise ErreurCIL(
            f"{tableau.ou} : il manque {', '.join(f'« {titre} »' for titre in manquants)} sur la ligne d’en-têtes "
            f"(ligne {tableau.entete}). Rétablissez ces en-têtes, ou supprimez cette feuille si elle n’est pas un "
            "tableau de quartiles, puis relancez."
        )
    defaut = f"Tableau des quartiles par EPCI, {fichier}, feuille {tableau.feuille}"
    dite, confiance = citer(source, defaut, "--source"), "C" if (source or "").strip() else "L"
    trouves = []
    for numero, cellules in tableau.lignes:
        champs = tableau.lire(numero, cellules)
        if _lire_siren(champs[_SIREN]) != siren:
            continue
        ou = f"Feuille « {tableau.feuille} », ligne {numero}"
        annee = re.fullmatch(r"([12]\d{3})(?:[.,]0+)?", champs[_ANNEE])
        if annee is None:
            raise ErreurCIL(
                f"{ou}, « {_ANNEE} » : « {champs[_ANNEE]} » n’est pas une année. Corrigez cette cellule dans le "
                "classeur, puis relancez."
            )
        q1, q2, q3 = (_montant(champs[titre], f"{ou}, « {titre} »") for titre in _Q)
        concerne = None
        with suppress(ValueError):
            concerne = lire_oui_non(champs.get(_CONCERNE, ""))
        lus = Quartiles(int(annee[1]), (q1, q2, q3), dite, confiance, siren, tableau.feuille, concerne)
        if not q1 <= q2 <= q3:
            raise ErreurCIL(
                f"{ou} : les quartiles ne sont pas croissants ({triplet(lus.valeurs)}). Vérifiez ces cellules dans le "
                "classeur."
            )
        trouves.append(lus)
    return trouves


def _lire_siren(texte: str) -> str | None:
    """The SIREN of a cell called SIRET, typed as text or as a number.

    >>> [_lire_siren(t) for t in ("123456789", "123456789.0", "123 456 789", "1.23456789E8", "12345678900017", "Siège")]
    ['123456789', '123456789', '123456789', '123456789', '123456789', None]
    """
    try:
        chiffres = str(lire_entier("".join(texte.split())) or "")
    except ValueError:
        return None
    return chiffres[:9] if len(chiffres) == 14 else chiffres.zfill(9)


def _montant(texte: str, ou: str) -> float:
    """A yearly threshold in euros, to the cent. Raises ErreurCIL for what is not plausible, a blank included."""
    champ = schemas()["parameters/seuils_quartiles"].colonnes["q1"]
    bas, haut = champ.minimum or 0, champ.maximum or inf
    lu = None
    with suppress(ValueError):
        lu = lire_nombre(texte)
    if lu is None or not bas <= lu <= haut:
        raise ErreurCIL(
            f"{ou} : « {texte or '(vide)'} » n’est pas un seuil annuel plausible (attendu entre {montant(bas)} et "
            f"{montant(haut)} par an et par unité de consommation). Vérifiez la colonne et l’unité ; si c’est une "
            "formule, ouvrez le classeur dans un tableur et enregistrez-le, pour que son résultat y soit."
        )
    return round(lu, 2)


# --- Thresholds that an analyst types, on the command line or in a table: one year, its quartiles, their source -------


def lire_seuils(fichier: Path, source: str | None, siren: str) -> list[SeuilsDeLAnnee]:
    """The thresholds of a table, a row a year; ``source`` and ``siren`` where a row does not say its own.

    Raises ErreurCIL, naming the line, for a file that is no such table, a field that cannot be read, a row twice.
    """
    conseil = "Écrivez sur une ligne : annee, q1 (et q2, q3, source si vous les avez)."
    lus: dict[tuple[str, int], SeuilsDeLAnnee] = {}
    for numero, champs in lire_le_tableau(fichier, _SAISIS, ("annee",), conseil).lignes.items():
        ou = f"{fichier.name}, ligne {numero}"
        dits = {"source": source or "", "epci_siren": siren} | {nom: c for nom, c in champs.items() if c}
        saisie = lire_saisie(dits, ou)
        cle = saisie.siren, saisie.annee
        if cle in lus:
            raise ErreurCIL(f"{ou} : {cle[1]} a déjà une ligne. N’en gardez qu’une, puis relancez.")
        lus[cle] = saisie
    if not lus:
        raise ErreurCIL(f"{fichier.name} n’a aucune ligne sous ses en-têtes : saisissez-y une année par ligne.")
    return list(lus.values())


def lire_saisie(champs: Mapping[str, str], ou: str) -> SeuilsDeLAnnee:
    """One year, from texts: annee, q1, q2, q3 (blank: not given), source, epci_siren. ``ou``: where they stand.

    Raises ErreurCIL for a year or an amount that is not plausible, no amount at all, or no source.
    """
    annee = _annee(champs.get("annee", ""), ou)
    textes = {nom: champs.get(nom, "") for nom in NOMS}
    q1, q2, q3 = (None if est_absent(t) else _montant(t, f"{ou}, {nom}") for nom, t in textes.items())
    if q1 is q2 is q3 is None:
        raise ErreurCIL(f"{ou} : aucun seuil n’est donné pour {annee}. Donnez q1, q2 ou q3.")
    if not champs.get("source", "").strip():
        raise ErreurCIL(
            f"{ou} : la source manque. Dites d’où viennent ces seuils (arrêté, tableau, adresse), dans une colonne "
            "« source » ou par --source."
        )
    source = citer(champs["source"], f"Seuils de {annee}", ou)
    return SeuilsDeLAnnee(annee, (q1, q2, q3), source, "C", champs.get("epci_siren", ""))


def _annee(texte: str, ou: str) -> int:
    cette_annee = date.today().year
    annee = int(texte[:4]) if re.fullmatch(r"[0-9]{4}(?:[.,]0+)?", texte.strip()) else 0
    if not cette_annee - _ANNEES_AVANT <= annee <= cette_annee + _ANNEES_APRES:
        raise ErreurCIL(
            f"{ou} : l’année « {texte} » n’est pas plausible. Donnez une année de {cette_annee - _ANNEES_AVANT} à "
            f"{cette_annee + _ANNEES_APRES}, en quatre chiffres."
        )
    return annee
