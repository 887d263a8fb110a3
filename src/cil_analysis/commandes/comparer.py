"""« cil comparer »: the figures of a bilan already published, as an analyst typed them, beside those counted today.

One row is one figure, under the keys of indicateurs.csv: ``--modele`` writes the rows, to be filled in. A figure has
the precision of its decimals: « 25,3 » is any value from 25.25 to 25.35, both included, however its author rounded. A
count has no tolerance.
"""

import argparse
import re
from collections.abc import Iterator, Mapping
from math import isnan
from pathlib import Path
from typing import Any

import pandas as pd

from cil_analysis.commandes.commun import USAGE_INTERNE, exiger_hors_des_rapports, exiger_un_autre_modele
from cil_analysis.commandes.reponses import repondre
from cil_analysis.comptage.cadre import CLES, COLONNES, SANS_OBJET, cadre_vide
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits.agregats import stockage
from cil_analysis.extraits.cellules.textes import est_absent, serrer
from cil_analysis.extraits.cellules.valeurs import lire_nombre
from cil_analysis.extraits.saisies.tableau import lire_le_tableau
from cil_analysis.fichiers import remplacer
from cil_analysis.grammaire import libelles
from cil_analysis.grammaire.indicateur import COMMUNE, EN_QPV, EPCI, HORS_QPV, NOMBRE, QPV
from cil_analysis.grammaire.registre import registre
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.texte import normaliser, une_ligne
from cil_analysis.secret.memes_entrees import MemesEntrees
from cil_analysis.secret.publication import derniere_annee, publier_annee
from cil_analysis.secret.table_publiee import OBJECTIFS_TENUS
from cil_analysis.typographie import nombre, typographie

_TERMES = {"valeur": "", "numerateur": " (numérateur)", "denominateur": " (dénominateur)"}
_MODELE = (*CLES, "libelle", "unite", *_TERMES)
_ENTETES = {normaliser(nom): nom for nom in (*COLONNES, "libelle", "note")}
_OBLIGATOIRES = ("indicateur", "annee", "valeur")
_CONSEIL = "« cil comparer --modele MODELE.csv » écrit un fichier à remplir, avec les en-têtes attendus."
_ZONES = {EN_QPV: "en quartier prioritaire", HORS_QPV: "hors quartier prioritaire"}
_MARGE = 1e-9  # what binary fractions add or take: an exact tie is equal
_ANNEE = re.compile(r"([12]\d{3})(?:[.,]0+)?")
_UNITE_ECRITE = re.compile(r"\s*(?:%|mois|ménages?)$", re.IGNORECASE)
_DECIMALES = re.compile(r"([.,])(\d+)(?:[eE]([-+]?\d+))?$")
_PREMIERS_ZEROS = re.compile(r"^0+(?=\d)")
_SIGNE_DU_SECRET = "s"
# A row of figures: what was typed, or what is counted.
Ligne = Mapping[Any, Any]


class Incomparable(Exception):
    """Why there is nothing to compare a published figure with, in French."""


def executer(options: argparse.Namespace) -> None:
    """Run the command."""
    references, fichier = References(options.projet), options.fichier
    if options.modele is not None:
        _ecrire_le_modele(references, options.modele, options.annee or derniere_annee(options.projet))
        return
    exiger_hors_des_rapports(references.projet)
    lignes, non_lus = lire_chiffres_publies(fichier, references.projet.epci_siren)
    # A year that cannot be read is not another one: the row is said.
    voulues = [ligne for ligne in lignes if options.annee is None or ligne["annee"] in (options.annee, None)]
    if not voulues:
        raise ErreurCIL(f"Le fichier {fichier.name} n’a aucun chiffre de {options.annee} : vérifiez --annee.")
    comptes, importees = _recalculer(references, {ligne["annee"] for ligne in voulues if ligne["annee"]})
    ecarts, non_recalcules = [], []
    for ligne in voulues:
        try:
            recalcul = _trouver(ligne, comptes, importees)
            if (trouve := comparer(ligne, recalcul)) is not None:
                ecarts.append(_dire(ligne, recalcul, *trouve))
        except Incomparable as pourquoi:
            non_recalcules.append((_nommer(ligne), str(pourquoi)))
    repondre(
        "comparer",
        fichier=fichier.name,
        usage=USAGE_INTERNE,
        ecarts=ecarts,
        non_recalcules=non_recalcules,
        total=len(voulues),
        ecartees=len(lignes) - len(voulues),
        non_lus=non_lus,
    )


def _ecrire_le_modele(references: References, chemin: Path, annee: int) -> None:
    """The rows of the bilan of a year, in words too, as a French spreadsheet opens them, without a figure."""
    exiger_un_autre_modele(chemin)
    comptes, _ = _recalculer(references, {annee})
    if not comptes:
        raise ErreurCIL(f"Aucun chiffre de {annee} : importez ses attributions, ou nommez une autre année par --annee.")
    lignes = []
    lieux, acteurs = libelles.perimetres(references), libelles.acteurs(references)
    for indicateur in registre(references).du_bilan:
        classes = libelles.modalites(references, indicateur)
        for ligne in (ligne for ligne in comptes.values() if ligne["indicateur"] == indicateur.code):
            lieu = _ZONES.get(ligne["perimetre_type"]) or lieux[ligne["perimetre_code"]]
            qui, quoi = acteurs.get(ligne["acteur_code"]), classes.get(ligne["modalite"])
            dits = typographie(" · ".join(filter(None, (indicateur.titre, lieu, qui, quoi))))
            lignes.append({**ligne, "libelle": dits} | dict.fromkeys(_TERMES, ""))
    table = pd.DataFrame(lignes, columns=_MODELE)
    remplacer(chemin, table.to_csv(sep=";", index=False, lineterminator="\r\n").encode("utf-8-sig"))
    print(chemin)


def lire_chiffres_publies(fichier: Path, siren: str) -> tuple[list[Ligne], tuple[str, ...]]:
    """The rows that have a figure, by key, with ``ligne``, their number; the sheets that are not read.

    Without a perimeter, a row is of the whole EPCI. Raises ErreurCIL for a file without figures, or that is no table.
    """
    tableau, non_lues = lire_le_tableau(fichier, _ENTETES, _OBLIGATOIRES, _CONSEIL)
    # It may say of whom the figures are: they would be taken for those of the EPCI.
    if inconnu := next((titre for titre in tableau.titres if titre and normaliser(titre) not in _ENTETES), None):
        raise ErreurCIL(
            f"{tableau.ou} : la colonne « {inconnu} » n’est pas lue. Retirez-la, ou nommez-la « note » ; un lieu, un "
            f"acteur ou une modalité se disent par leurs codes. {_CONSEIL}"
        )
    lignes: list[Ligne] = []
    for numero, champs in tableau.lignes():
        if any(champs.get(nom) and not _est_vide(champs[nom]) for nom in _TERMES):
            ligne: dict[str, Any] = dict.fromkeys((*CLES, *_TERMES), "") | champs | {"ligne": numero}
            lue = _ANNEE.fullmatch(ligne["annee"].strip())
            ligne["annee"], ligne["perimetre_type"] = int(lue[1]) if lue else None, ligne["perimetre_type"] or EPCI
            if ligne["perimetre_type"] not in (COMMUNE, QPV):
                ligne["perimetre_code"] = ligne["perimetre_code"] or siren
            lignes.append(ligne)
    if not lignes:
        raise ErreurCIL(f"Le fichier {fichier.name} n’a aucun chiffre sous ses en-têtes : saisissez-en un par ligne.")
    return lignes, non_lues


def _recalculer(references: References, annees: set[int]) -> tuple[dict[tuple[Any, ...], Ligne], set[int]]:
    """The unmasked figures of the years by key, and those imported; one count serves all the years of its series."""
    projet = references.projet
    importees = annees & set(stockage.annees(projet, "attributions"))
    cadres, restantes = [cadre_vide()], set(importees)
    while restantes:
        with MemesEntrees(projet, max(restantes)):
            publication = publier_annee(references, max(restantes), interne=True)
        cadre = publication.en_table()
        cadres.append(cadre[cadre["annee"].isin(restantes) & cadre["indicateur"].ne(OBJECTIFS_TENUS)])
        restantes -= set(publication.annees)
    lignes = pd.concat(cadres, ignore_index=True).to_dict("records")
    return {cle_de(ligne): ligne for ligne in lignes}, importees


def cle_de(ligne: Ligne) -> tuple[Any, ...]:
    """What a row is of; a spreadsheet that takes a code for a number drops its first zeros."""
    return (ligne["annee"], *(_PREMIERS_ZEROS.sub("", ligne[nom]) for nom in CLES if nom != "annee"))


def _trouver(ligne: Ligne, comptes: Mapping[tuple[Any, ...], Ligne], importees: set[int]) -> Ligne:
    """The counted row that a published one names. Raises Incomparable."""
    if ligne["annee"] is None:
        raise Incomparable("année illisible, à écrire en quatre chiffres")
    if ligne["annee"] not in importees:
        raise Incomparable(f"année {ligne['annee']} non importée")
    if ligne["indicateur"] == OBJECTIFS_TENUS:  # It counts no rows, and what is published is not counted here.
        raise Incomparable("compte des résultats publiés, et non des lignes : comparez les objectifs eux-mêmes")
    if (cle := cle_de(ligne)) not in comptes:
        raise Incomparable("aucun chiffre n’a ces codes ; reprenez la ligne du modèle (--modele)")
    return comptes[cle]


def comparer(ligne: Ligne, recalcul: Ligne) -> tuple[str, float, int] | None:
    """The first term of a published row that is not what is counted, its value and decimals. Raises Incomparable."""
    lus = dict(_lire_termes(ligne))
    comparables = {nom: lu for nom, lu in lus.items() if not isnan(recalcul[nom])}
    if not comparables or ("valeur" in lus and "valeur" not in comparables):
        raise Incomparable(_absence(recalcul))
    for nom, (publie, decimales) in comparables.items():
        est_un_compte = nom != "valeur" or recalcul["unite"] == NOMBRE
        if est_un_compte and publie % 1 and not recalcul[nom] % 1:  # « 13.681 » may be thousands.
            raise Incomparable(
                f"un effectif n’a pas de décimales : « {ligne[nom]} » est à écrire sans point ni virgule"
            )
        tolerance = 0.0 if est_un_compte else 0.5 * 10.0**-decimales
        if abs(recalcul[nom] - publie) > tolerance + _MARGE:
            return nom, publie, decimales
    return None


def _lire_termes(ligne: Ligne) -> Iterator[tuple[str, tuple[float, int]]]:
    for nom in _TERMES:
        try:
            lu = lire_publie(ligne[nom])
        except (ValueError, OverflowError):
            raise Incomparable(f"{nom} illisible : « {ligne[nom]} »") from None
        if lu is not None:
            yield nom, lu


def _est_vide(texte: str) -> bool:
    return est_absent(texte) or texte.strip() == _SIGNE_DU_SECRET


def lire_publie(texte: str) -> tuple[float, int] | None:
    """A figure as it was typed, and how many decimals it has; None where there is none. ValueError when unreadable.

    >>> lire_publie("25,3 %"), lire_publie("1 234"), lire_publie("1.234,50"), lire_publie("nd")
    ((25.3, 1), (1234.0, 0), (1234.5, 2), None)
    """
    net = _UNITE_ECRITE.sub("", serrer(texte))
    if _est_vide(texte) or (lu := lire_nombre(net)) is None:
        return None
    trouve = _DECIMALES.search(net)
    if trouve is None or net.count(trouve[1]) > 1:
        return lu, 0
    return lu, max(0, len(trouve[2]) - int(trouve[3] or 0))


def _absence(recalcul: Ligne) -> str:
    if recalcul["statut"] == SANS_OBJET:
        return "sans objet : rien à mesurer ici"
    if recalcul["denominateur"] == 0:
        return "aucun effectif à ce dénominateur"
    return "donnée absente des extraits de l’année (colonne absente ou vide, seuil à renseigner)"


def _dire(ligne: Ligne, recalcul: Ligne, terme: str, publie: float, decimales: int) -> list[str]:
    fines = decimales + (recalcul["unite"] != NOMBRE and terme == "valeur")
    dits = nombre(publie, decimales), nombre(recalcul[terme], fines), nombre(recalcul[terme] - publie, fines)
    return [f"{_nommer(ligne)}{_TERMES[terme]}", *dits]


def _nommer(ligne: Ligne) -> str:
    """The line of a figure, and its codes."""
    lieu = ligne["perimetre_code"] if ligne["perimetre_type"] in (COMMUNE, QPV) else ligne["perimetre_type"]
    mots = (ligne["indicateur"], ligne["annee"], lieu, ligne["acteur_code"], ligne["modalite"])
    return f"ligne {ligne['ligne']} · {une_ligne(' · '.join(str(mot) for mot in mots if mot), 90)}"
