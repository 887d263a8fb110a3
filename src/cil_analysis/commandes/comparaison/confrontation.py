"""Published figures against those recomputed today: the same, another, or nothing to compare with.

What is the same is said by the decimals that were typed (``chiffres_ecrits``).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import pandas as pd

from cil_analysis.commandes.comparaison.chiffres_ecrits import egaux, lire_annee, lire_publie
from cil_analysis.commandes.comparaison.designations import Designations, Inconnu
from cil_analysis.comptage.cadre import CLES, SANS_OBJET
from cil_analysis.grammaire.indicateur import NOMBRE, PCT

IDENTIQUE, ECART, NON_RECALCULABLE, AMBIGU = "identique", "ecart", "non_recalculable", "ambigu"
# A row that publishes no figure, where there is one: masked, or left blank.
SANS_CHIFFRE = "sans_chiffre"
TERMES = ("valeur", "numerateur", "denominateur")

Ligne = Mapping[Any, Any]


@dataclass(frozen=True)
class Comparaison:
    """What became of one published figure. ``terme``: which of ``TERMES`` is compared; NaN is no figure.

    ``motif``: why there is nothing to compare; ``indice``: what may explain a gap.
    """

    resultat: str
    terme: str = "valeur"
    unite: str = ""
    publie: float = float("nan")
    decimales: int = 0
    recalcule: float = float("nan")
    motif: str = ""
    indice: str = ""

    @property
    def difference(self) -> float:
        """Recomputed minus published."""
        return self.recalcule - self.publie

    @property
    def difference_pct(self) -> float:
        """The difference as a percentage of what was published."""
        return 100 * self.difference / abs(self.publie) if self.publie else float("nan")


def comparer(
    publies: pd.DataFrame, cadre: pd.DataFrame, designations: Designations, annees_importees: Set[int]
) -> list[Comparaison]:
    """Compare each row of published figures (text, ``extracts.chiffres_publies``) with the unmasked frame."""
    recalculs = _Recalculs(cadre, designations, annees_importees)
    return [recalculs.comparer(ligne) for ligne in publies.to_dict("records")]


class _Recalculs:
    """The unmasked figures by key."""

    def __init__(self, cadre: pd.DataFrame, designations: Designations, annees: Set[int]) -> None:
        lignes = cadre.to_dict("records")
        self._par_cle: dict[tuple[Any, ...], Ligne] = {tuple(ligne[c] for c in CLES): ligne for ligne in lignes}
        self._par_lieu: defaultdict[tuple[Any, ...], list[Ligne]] = defaultdict(list)
        for ligne in lignes:
            self._par_lieu[tuple(ligne[c] for c in CLES[:4])].append(ligne)
        self._lieux = {(ligne["annee"], ligne["perimetre_type"], ligne["perimetre_code"]) for ligne in lignes}
        self._designations, self._annees = designations, annees

    def comparer(self, ligne: Ligne) -> Comparaison:
        annee = lire_annee(ligne["annee"])
        if annee is None:
            return _sans(f"année illisible : « {ligne['annee']} »")
        try:
            termes = _lire_termes(ligne)
            recalcul = self._trouver(ligne, annee)
        except Inconnu as erreur:
            return _sans(str(erreur))
        if isinstance(recalcul, Comparaison):
            return recalcul
        compares = {nom: lu for nom, lu in termes.items() if _est_connu(recalcul[nom])}
        if not compares or ("valeur" in termes and "valeur" not in compares):
            return _sans_terme(recalcul, bool(termes))
        return self._juger(recalcul, compares)

    def _trouver(self, ligne: Ligne, annee: int) -> Ligne | Comparaison:
        """The recomputed row that a published one names; a comparison that says why when there is none, or several."""
        noms = self._designations
        codes = noms.indicateur(ligne["indicateur"])
        if annee not in self._annees:
            return _sans(f"année {annee} non importée")
        perimetres = noms.perimetre(ligne["perimetre_type"], ligne["perimetre_code"], annee)
        acteurs = noms.acteur(ligne["acteur_type"], ligne["acteur_code"])
        modalites, inconnue = self._modalites(codes, ligne["modalite"])
        cles = [
            (code, annee, *lieu, *acteur, modalite)
            for code, lieu, acteur in product(sorted(codes), sorted(perimetres), sorted(acteurs))
            for modalite in sorted(modalites[code])
        ]
        trouvees = [self._par_cle[cle] for cle in cles if cle in self._par_cle]
        if len(trouvees) == 1:
            return trouvees[0]
        if trouvees:
            return Comparaison(AMBIGU, motif=f"{len(trouvees)} chiffres portent ce nom : {_differences(trouvees)}")
        if inconnue:
            raise inconnue
        if not any((annee, *lieu) in self._lieux for lieu in perimetres):
            return _sans(f"« {ligne['perimetre_code']} » n’est pas dans l’intercommunalité en {annee}")
        libre_d_acteur, libre_de_modalite = acteurs == {("", "")}, not ligne["modalite"]
        candidats = [
            candidat
            for code, lieu in product(sorted(codes), sorted(perimetres))
            for candidat in self._par_lieu[(code, annee, *lieu)]
            if (libre_d_acteur or (candidat["acteur_type"], candidat["acteur_code"]) in acteurs)
            and (libre_de_modalite or candidat["modalite"] in modalites[code])
        ]
        if candidats:
            return Comparaison(AMBIGU, motif=f"à préciser : {_differences(candidats)}")
        return _sans(f"{', '.join(sorted(codes))} n’est pas calculé pour ce périmètre, cet acteur et cette modalité")

    def _modalites(self, codes: Set[str], texte: str) -> tuple[dict[str, set[str]], Inconnu | None]:
        """The categories that a text names, by indicator; and why not, for one that has none of that name."""
        modalites, inconnue = {}, None
        for code in sorted(codes):
            try:
                modalites[code] = self._designations.modalite(code, texte)
            except Inconnu as erreur:
                modalites[code], inconnue = set(), erreur
        return modalites, inconnue

    def _juger(self, recalcul: Ligne, termes: Mapping[str, tuple[float, int]]) -> Comparaison:
        jugements = []
        for nom, (publie, decimales) in termes.items():
            unite = recalcul["unite"] if nom == "valeur" else NOMBRE
            pareil = egaux(publie, decimales, recalcul[nom], unite)
            resultat = IDENTIQUE if pareil else ECART
            jugements.append(Comparaison(resultat, nom, unite, publie, decimales, recalcul[nom]))
        pire = next((j for j in jugements if j.resultat == ECART), jugements[0])
        return replace(pire, indice=self._indice(pire, recalcul)) if pire.resultat == ECART else pire

    def _indice(self, ecart: Comparaison, recalcul: Ligne) -> str:
        """What the published figure happens to be, when it is not what its row says."""
        if not self._designations.indicateurs[recalcul["indicateur"]].compte.population:
            return (
                "recalculé sur tous les résultats, quand un bilan compte ceux que le secret statistique laisse publier"
            )
        if ecart.terme != "valeur":
            return ""
        cle = tuple(recalcul[c] for c in CLES)

        def pareil(x: float) -> bool:
            return egaux(ecart.publie, ecart.decimales, x, ecart.unite)

        if ecart.unite == PCT and pareil(recalcul["valeur"] / 100):
            return "la part semble saisie en fraction : 0,25 pour 25 %"
        if ecart.publie == recalcul["numerateur"]:
            return "c’est le numérateur recalculé"
        if ecart.unite == PCT and pareil(100 - recalcul["valeur"]):
            return "c’est le complément à 100 %"
        for annee in sorted(self._annees - {recalcul["annee"]}):
            autre = self._par_cle.get((cle[0], annee, *cle[2:]))
            if autre is not None and pareil(autre["valeur"]):
                return f"c’est le chiffre recalculé de {annee}"
        return ""


def _lire_termes(ligne: Ligne) -> dict[str, tuple[float, int]]:
    """The figures of a published row, by term. Raises Inconnu for one that is no number."""
    termes = {}
    for nom in TERMES:
        try:
            lu = lire_publie(ligne[nom])
        except (ValueError, OverflowError):
            raise Inconnu(f"{nom} illisible : « {ligne[nom]} »") from None
        if lu is not None:
            termes[nom] = lu
    return termes


def _est_connu(x: float) -> bool:
    return bool(pd.notna(x))


def _sans(motif: str) -> Comparaison:
    return Comparaison(NON_RECALCULABLE, motif=motif)


def _sans_terme(recalcul: Ligne, publie: bool) -> Comparaison:
    """Nothing on one side at least: two blanks are the same."""
    if not publie:
        calcule = _est_connu(recalcul["valeur"])
        sans_chiffre = Comparaison(SANS_CHIFFRE, motif="aucun chiffre publié à comparer")
        return sans_chiffre if calcule else Comparaison(IDENTIQUE, unite=recalcul["unite"])
    if recalcul["statut"] == SANS_OBJET:
        return _sans("sans objet : rien à mesurer ici")
    if recalcul["denominateur"] == 0:
        return _sans("aucun effectif à ce dénominateur")
    return _sans("donnée absente des extraits de l’année (colonne absente ou vide, seuil à renseigner)")


def _differences(lignes: Sequence[Ligne]) -> str:
    """What tells several rows apart, column by column: « modalite (QPV, HORS_QPV) »."""
    valeurs: dict[str, list[str]] = {}
    for cle in ("indicateur", "perimetre_type", "perimetre_code", "acteur_type", "acteur_code", "modalite"):
        distinctes = list(dict.fromkeys(str(ligne[cle]) for ligne in lignes))
        if len(distinctes) > 1 or (cle in ("acteur_code", "modalite") and distinctes != [""]):
            valeurs[cle] = distinctes
    return ", ".join(
        f"{cle} ({', '.join(v or 'vide' for v in vs[:8])}{', …' if len(vs) > 8 else ''})" for cle, vs in valeurs.items()
    )
