"""The income thresholds of a year, from the State's yearly table of quartiles, a table of ours, or the command line.

In the State's, a row is an EPCI in a département (an EPCI over two of them has two rows, with the same figures), and
nothing depends on the name of a sheet: the year is a cell of the row. Domain, §1.3.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.cellules.codes import lire_oui_non
from cil_analysis.extraits.cellules.textes import est_absent
from cil_analysis.extraits.cellules.valeurs import lire_entier, lire_nombre
from cil_analysis.extraits.lecture.sources import CLASSEURS
from cil_analysis.extraits.saisies.tableau import Tableau, lire_le_tableau, lire_tableaux
from cil_analysis.lecture_yaml import lire_du_logiciel
from cil_analysis.reference.ecriture.retouches import ecrire_nombre
from cil_analysis.reference.lecture import Faute, lire_cellule
from cil_analysis.reference.seuils import NOMS, TABLE, SeuilsDeLAnnee, triplet
from cil_analysis.reference.tables import schemas
from cil_analysis.reference.texte import normaliser

# Heading in comparison form → field: of the State's table, and of one that somebody typed.
_DITS: Mapping[str, dict[str, list[str]]] = lire_du_logiciel("extraits/saisies/entetes.yml")
_ENTETES, _SAISIS = (
    {normaliser(titre): champ for champ, titres in siens.items() for titre in titres}
    for siens in (_DITS["etat"] | _DITS["facultatif"], _DITS["saisi"])
)
# The fields that are necessary in the former, each with the heading that a message quotes.
_ETAT = {champ: titres[0] for champ, titres in _DITS["etat"].items()}
# A threshold is known the year before it applies at the earliest; no year so far back is looked at by a bilan.
_ANNEES_AVANT, _ANNEES_APRES = 30, 1


def lire_quartiles(
    fichier: Path, siren: str, source: str | None = None
) -> tuple[tuple[SeuilsDeLAnnee, ...], list[str], list[str]]:
    """What a workbook holds about an EPCI, by year; the sheets without it; those that are no table of quartiles.

    ``source``: where it is from, in words, with its address.
    A file alone does not prove whose it is: its figures are « L » (likely); a named source vouches for them, « C ».
    """
    if fichier.is_file() and fichier.suffix.lower() not in CLASSEURS:
        raise ErreurCIL(
            f"{fichier.name} n’est pas un classeur : le tableau des quartiles de l’État en est un (.xlsx). Donnez le "
            "fichier d’origine, ou enregistrez-le sous ce format ; un tableau à vous se lit par --importer."
        )
    tableaux = lire_tableaux(fichier, _ENTETES)
    par_feuille = {t.feuille: [*_quartiles_de(t, siren, fichier.name, source)] for t in tableaux if t.champs}
    if not par_feuille:
        raise ErreurCIL(
            f"{fichier.name} n’est pas le tableau des quartiles de l’État : aucune feuille n’a les en-têtes "
            f"{', '.join(f'« {titre} »' for titre in _ETAT.values())}. Vérifiez le fichier."
        )
    trouves = _un_par_annee(lus for siens in par_feuille.values() for lus in siens)
    if not trouves:
        raise ErreurCIL(
            f"L’EPCI {siren} n’est dans aucune feuille de {fichier.name} (colonne « {_ETAT['epci_siren']} »). Vérifiez "
            "« epci_siren » dans data/reference/projet.yml, et que le tableau est celui de toute la France. "
            "Si cette colonne est calculée, ouvrez le classeur dans un tableur, enregistrez-le, puis relancez."
        )
    sans = [feuille for feuille, siens in par_feuille.items() if not siens]
    return trouves, sans, [t.feuille for t in tableaux if not t.champs]


def _quartiles_de(
    tableau: Tableau, siren: str, fichier: str, source: str | None
) -> Iterator[tuple[str, SeuilsDeLAnnee]]:
    """The rows of an EPCI in one sheet, after where each is."""
    manquants = [f"« {titre} »" for champ, titre in _ETAT.items() if champ not in tableau.champs]
    if manquants:
        raise ErreurCIL(
            f"{tableau.ou} : il manque {', '.join(manquants)} sur la ligne d’en-têtes (ligne {tableau.entete}). "
            "Rétablissez ces en-têtes, ou supprimez cette feuille si elle n’est pas un tableau de quartiles, puis "
            "relancez."
        )
    defaut = f"Tableau des quartiles par EPCI, {fichier}, feuille {tableau.feuille}"
    dite, confiance = citer(source, defaut, "--source"), "C" if (source or "").strip() else "L"
    for numero, champs in tableau.lignes():
        if _lire_siren(champs["epci_siren"]) == siren:
            ou = f"Feuille « {tableau.feuille} », ligne {numero}"
            annee, valeurs = int(_lire(champs, "annee", ou, _ETAT)), _valeurs(champs, ou, _ETAT, NOMS)
            concerne = None
            with suppress(ValueError):
                concerne = lire_oui_non(champs.get("concerne", ""))
            yield ou, SeuilsDeLAnnee(annee, valeurs, dite, confiance, siren, tableau.feuille, concerne)


def lire_seuils(fichier: Path, source: str | None, siren: str) -> tuple[SeuilsDeLAnnee, ...]:
    """The thresholds of a table, a row a year; ``source`` and ``siren`` where a row does not say its own."""
    conseil = "Écrivez sur une ligne : annee, q1 (et q2, q3, source si vous les avez)."
    tableau, _ = lire_le_tableau(fichier, _SAISIS, ("annee",), conseil)
    defauts = {"source": source or "", "epci_siren": siren}
    lus = _un_par_annee(
        (ou := f"{fichier.name}, ligne {numero}", lire_saisie(defauts | {nom: c for nom, c in champs.items() if c}, ou))
        for numero, champs in tableau.lignes()
    )
    if not lus:
        raise ErreurCIL(f"{fichier.name} n’a aucune ligne sous ses en-têtes : saisissez-y une année par ligne.")
    return lus


def lire_saisie(champs: Mapping[str, str], ou: str) -> SeuilsDeLAnnee:
    """One year, from texts: annee, q1, q2, q3 (blank: not given), source, epci_siren. ``ou``: where they stand."""
    annee, cette_annee = int(_lire(champs, "annee", ou, {})), date.today().year
    if not cette_annee - _ANNEES_AVANT <= annee <= cette_annee + _ANNEES_APRES:
        raise ErreurCIL(
            f"{ou} : l’année « {annee} » n’est pas plausible. Donnez une année de {cette_annee - _ANNEES_AVANT} à "
            f"{cette_annee + _ANNEES_APRES}, en quatre chiffres."
        )
    donnes = [nom for nom in NOMS if not est_absent(champs.get(nom, ""))]
    if not donnes:
        raise ErreurCIL(f"{ou} : aucun seuil n’est donné pour {annee}. Donnez q1, q2 ou q3.")
    if not champs.get("source", "").strip():
        raise ErreurCIL(
            f"{ou} : la source manque. Dites d’où viennent ces seuils (arrêté, tableau, adresse), dans une colonne "
            "« source » ou par --source."
        )
    valeurs, source = _valeurs(champs, ou, {}, donnes), citer(champs["source"], f"Seuils de {annee}", ou)
    return SeuilsDeLAnnee(annee, valeurs, source, "C", champs.get("epci_siren", ""))


# --- Of whichever table ---------------------------------------------------------------------------------------------


def _un_par_annee(lus: Iterable[tuple[str, SeuilsDeLAnnee]]) -> tuple[SeuilsDeLAnnee, ...]:
    """What was read, after where it stands, once for each EPCI and year. Raises ErreurCIL for two that differ."""
    uniques: dict[tuple[str, int], tuple[str, SeuilsDeLAnnee]] = {}
    for ou, lu in lus:
        la, deja = uniques.setdefault((lu.siren, lu.annee), (ou, lu))
        if deja.valeurs != lu.valeurs:
            raise ErreurCIL(
                f"{ou} : les seuils de {lu.annee} ne sont pas ceux de l’autre ligne de cette année ({la}) : "
                f"{triplet(lu.valeurs)}, et {triplet(deja.valeurs)}. Ne gardez que les bons, puis relancez."
            )
    return tuple(sorted((lu for _, lu in uniques.values()), key=lambda lu: lu.annee))


def citer(source: str | None, defaut: str, ou: str) -> str:
    """A source in words (else ``defaut``), then its address. Raises ErreurCIL, saying ``ou``, for one cut short."""
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


def _valeurs(
    champs: Mapping[str, str], ou: str, titres: Mapping[str, str], donnes: Iterable[str]
) -> tuple[float | None, float | None, float | None]:
    """Q1, Q2 and Q3 of a row, of which some are given, to the cent. Raises ErreurCIL as :func:`_lire` does."""
    lues = {nom: round(_lire(champs, nom, ou, titres), 2) for nom in donnes}
    if [*lues.values()] != sorted(lues.values()):
        dits = triplet([lues.get(nom) for nom in NOMS])
        raise ErreurCIL(f"{ou} : les quartiles de {champs['annee']} ne sont pas croissants ({dits}). Vérifiez-les.")
    return lues.get("q1"), lues.get("q2"), lues.get("q3")


def _lire(champs: Mapping[str, str], nom: str, ou: str, titres: Mapping[str, str]) -> Any:
    """A cell in the type of its column of seuils_quartiles.csv. Raises ErreurCIL, a blank included."""
    texte, champ = champs.get(nom, ""), replace(schemas()[TABLE].colonnes[nom], obligatoire="oui")
    with suppress(ValueError):  # « 8 908,00 € » is a number, which the reference writes otherwise.
        texte = texte if (nombre := lire_nombre(texte)) is None else ecrire_nombre(nombre)
    try:
        return lire_cellule(texte, champ)
    except Faute as faute:
        raise ErreurCIL(
            f"{ou}, « {titres.get(nom, nom)} » : {faute.quoi}. {faute.remede}. Un seuil est en euros par an et par "
            "unité de consommation ; si c’est une formule, ouvrez le classeur dans un tableur et enregistrez-le."
        ) from None
