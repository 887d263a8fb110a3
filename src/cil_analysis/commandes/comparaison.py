"""Published figures against those recomputed today: the same, another, or nothing to compare with.

A figure has the precision of its decimals: « 25,3 » is any value from 25.25 to 25.35, both included, however its author
rounded. A count has no tolerance.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import product
from math import isnan
from typing import Any

import pandas as pd

from cil_analysis.commandes.designations import Designations, Inconnu
from cil_analysis.comptage.cadre import CLES, SANS_OBJET
from cil_analysis.extraits.cellules.textes import est_absent, serrer
from cil_analysis.extraits.cellules.valeurs import lire_nombre
from cil_analysis.grammaire.indicateur import NOMBRE

# « sans_chiffre »: a row that publishes no figure, where there is one: masked, or left blank.
IDENTIQUE, ECART, NON_RECALCULABLE, AMBIGU = "identique", "ecart", "non_recalculable", "ambigu"
SANS_CHIFFRE = "sans_chiffre"
_TERMES = ("valeur", "numerateur", "denominateur")
_PRECISIONS = ("indicateur", "perimetre_type", "perimetre_code", "acteur_type", "acteur_code", "modalite")
_MARGE = 1e-9  # what binary fractions add or take: an exact tie is equal
_UNITE_ECRITE = re.compile(r"\s*(?:%|mois|ménages?)$", re.IGNORECASE)
_DECIMALES = re.compile(r"([.,])(\d+)(?:[eE]([-+]?\d+))?$")
_SIGNE_DU_SECRET = "s"

Ligne = Mapping[Any, Any]


class _Ambigu(Inconnu):
    """A row names several figures; the message says what tells them apart."""


@dataclass(frozen=True)
class Comparaison:
    """What became of one published figure. ``terme``: the column that is compared; NaN is no figure.

    ``motif``: why there is nothing to compare.
    """

    resultat: str
    terme: str = "valeur"
    unite: str = ""
    publie: float = float("nan")
    decimales: int = 0
    recalcule: float = float("nan")
    motif: str = ""

    @property
    def difference(self) -> float:
        """Recomputed minus published."""
        return self.recalcule - self.publie

    def est_le_meme(self, recalcule: float) -> bool:
        """Whether a recomputed figure may have been printed as the published one."""
        tolerance = 0.0 if self.unite == NOMBRE else 0.5 * 10.0**-self.decimales
        return abs(recalcule - self.publie) <= tolerance + _MARGE


def lire_annee(texte: str) -> int | None:
    """The year of a row, or None when it cannot be read."""
    trouve = re.fullmatch(r"([12]\d{3})(?:[.,]0+)?", texte.strip())
    return int(trouve[1]) if trouve else None


def lire_publie(texte: str) -> tuple[float, int] | None:
    """A figure as it was typed, and how many decimals it has; None where there is none. ValueError when unreadable.

    >>> lire_publie("25,3 %"), lire_publie("1 234"), lire_publie("1.234,50"), lire_publie("nd")
    ((25.3, 1), (1234.0, 0), (1234.5, 2), None)
    """
    if est_absent(texte) or texte.strip() == _SIGNE_DU_SECRET:
        return None
    net = _UNITE_ECRITE.sub("", serrer(texte))
    nombre = lire_nombre(net)
    if nombre is None:
        return None
    trouve = _DECIMALES.search(net)
    if trouve is None or net.count(trouve[1]) > 1:
        return nombre, 0
    return nombre, max(0, len(trouve[2]) - int(trouve[3] or 0))


def comparer(
    publies: pd.DataFrame, cadre: pd.DataFrame, designations: Designations, annees_importees: Set[int]
) -> list[Comparaison]:
    """Compare each row of published figures (text, ``saisies.chiffres_publies``) with the unmasked frame."""
    recalculs, comparaisons = _Recalculs(cadre, designations, annees_importees), []
    for ligne in publies.to_dict("records"):
        try:
            comparaisons.append(recalculs.comparer(ligne))
        except Inconnu as erreur:
            resultat = AMBIGU if isinstance(erreur, _Ambigu) else NON_RECALCULABLE
            comparaisons.append(Comparaison(resultat, motif=str(erreur)))
    return comparaisons


class _Recalculs:
    """The unmasked figures by indicator, year and perimeter."""

    def __init__(self, cadre: pd.DataFrame, designations: Designations, annees: Set[int]) -> None:
        self._par_lieu: defaultdict[tuple[Any, ...], list[Ligne]] = defaultdict(list)
        for ligne in cadre.to_dict("records"):
            self._par_lieu[tuple(ligne[c] for c in CLES[:4])].append(ligne)
        self._lieux = {cle[1:] for cle in self._par_lieu}
        self._designations, self._annees = designations, annees

    def comparer(self, ligne: Ligne) -> Comparaison:
        """A published row against the recomputed one that it names. Raises Inconnu or _Ambigu, which say why not."""
        annee = lire_annee(ligne["annee"])
        if annee is None:
            raise Inconnu(f"année illisible : « {ligne['annee']} »")
        termes = _lire_termes(ligne)
        recalcul = self._trouver(ligne, annee)
        compares = {nom: lu for nom, lu in termes.items() if not isnan(recalcul[nom])}
        if compares and ("valeur" in compares or "valeur" not in termes):
            return self._juger(recalcul, compares)
        if termes:
            raise Inconnu(_absence(recalcul))
        if isnan(recalcul["valeur"]):  # Two blanks are the same.
            return Comparaison(IDENTIQUE, unite=recalcul["unite"])
        return Comparaison(SANS_CHIFFRE, motif="aucun chiffre publié à comparer")

    def _trouver(self, ligne: Ligne, annee: int) -> Ligne:
        """The recomputed row that a published one names. Raises Inconnu or _Ambigu when there is none, or several."""
        noms, codes = self._designations, sorted(self._designations.indicateur(ligne["indicateur"]))
        if annee not in self._annees:
            raise Inconnu(f"année {annee} non importée")
        lieux = noms.perimetre(ligne["perimetre_type"], ligne["perimetre_code"])
        acteurs = noms.acteur(ligne["acteur_type"], ligne["acteur_code"])
        modalites, inconnue = set[tuple[str, str]](), None
        for code in codes:
            try:
                modalites |= {(code, modalite) for modalite in noms.modalite(code, ligne["modalite"])}
            except Inconnu as erreur:  # None of that name: another indicator of the row may have one.
                inconnue = erreur
        places = [(code, annee, *lieu) for code, lieu in product(codes, sorted(lieux))]
        # Whether each is of the actor, and of the category, that the row names.
        possibles = [
            (c, (c["acteur_type"], c["acteur_code"]) in acteurs, (c["indicateur"], c["modalite"]) in modalites)
            for place in places
            for c in self._par_lieu.get(place, ())
        ]
        exactes = [c for c, est_de, est_a in possibles if est_de and est_a]
        if len(exactes) == 1:
            return exactes[0]
        if exactes:
            raise _Ambigu(f"{len(exactes)} chiffres portent ce nom : {_differences(exactes)}")
        if inconnue is not None:
            raise inconnue
        if not any(place[1:] in self._lieux for place in places):
            raise Inconnu(f"« {ligne['perimetre_code']} » n’est pas dans l’intercommunalité en {annee}")
        # What a row leaves blank it may have forgotten to say.
        tout_acteur, toute_modalite = ("", "") in acteurs, not ligne["modalite"]
        if proches := [c for c, est_de, est_a in possibles if (est_de or tout_acteur) and (est_a or toute_modalite)]:
            raise _Ambigu(f"à préciser : {_differences(proches)}")
        raise Inconnu(f"{', '.join(codes)} n’est pas calculé pour ce périmètre, cet acteur et cette modalité")

    def _juger(self, recalcul: Ligne, termes: Mapping[str, tuple[float, int]]) -> Comparaison:
        """The first figure of a row that differs, or its first one."""
        lus = [
            Comparaison(IDENTIQUE, nom, recalcul["unite"] if nom == "valeur" else NOMBRE, *lu, recalcul[nom])
            for nom, lu in termes.items()
        ]
        faux = next((lu for lu in lus if not lu.est_le_meme(lu.recalcule)), None)
        return replace(faux, resultat=ECART) if faux else lus[0]


def _lire_termes(ligne: Ligne) -> dict[str, tuple[float, int]]:
    """The figures of a published row, by term. Raises Inconnu for one that is no number."""
    termes = {}
    for nom in _TERMES:
        try:
            lu = lire_publie(ligne[nom])
        except (ValueError, OverflowError):
            raise Inconnu(f"{nom} illisible : « {ligne[nom]} »") from None
        if lu is not None:
            termes[nom] = lu
    return termes


def _absence(recalcul: Ligne) -> str:
    if recalcul["statut"] == SANS_OBJET:
        return "sans objet : rien à mesurer ici"
    if recalcul["denominateur"] == 0:
        return "aucun effectif à ce dénominateur"
    return "donnée absente des extraits de l’année (colonne absente ou vide, seuil à renseigner)"


def _differences(lignes: Sequence[Ligne]) -> str:
    """What tells several rows apart, column by column: « modalite (QPV, HORS_QPV) »."""
    valeurs: dict[str, list[str]] = {}
    for cle in _PRECISIONS:
        distinctes = list(dict.fromkeys(str(ligne[cle]) for ligne in lignes))
        if len(distinctes) > 1 or (cle in ("acteur_code", "modalite") and distinctes != [""]):
            valeurs[cle] = distinctes
    return ", ".join(
        f"{cle} ({', '.join(v or 'vide' for v in vs[:8])}{', …' if len(vs) > 8 else ''})" for cle, vs in valeurs.items()
    )
