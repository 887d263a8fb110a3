"""Ce qu’il faudrait : à qui manquent les ménages d’un objectif manqué, et combien d’attributions à venir y suffiraient.

Tout vient des chiffres publiés : ce qui est masqué reste « s », et rien ne s’en dit par différence.
"""

from __future__ import annotations

from itertools import accumulate
from math import isnan, nan
from typing import TYPE_CHECKING, Any

import pandas as pd

from cil_analysis.comptage.cadre import CLES, NON_ATTEINT, PUBLIE
from cil_analysis.comptage.cibles import choisir, comptes, par_cible
from cil_analysis.grammaire.indicateur import PCT
from cil_analysis.grammaire.vocabulaire import EN_NOMBRE
from cil_analysis.rapport.chiffre import Chiffre
from cil_analysis.rapport.figure import a_des_fichiers_incomplets
from cil_analysis.reference.objectifs import NOMBRE, PLAFOND, PLANCHER, Bornes, Objectif
from cil_analysis.typographie import INSECABLE, nombre

if TYPE_CHECKING:
    from cil_analysis.rapport.rapport import Rapport

# Who may close a gap.
_AXES = ("bailleur", "reservataire", "commune")
_COLONNES = ["axe", "nom", "objectif", "commun", "statut", "numerateur", "denominateur", "manquants", "part_pct",
             "a_venir", "il_faut", "au_rythme"]  # fmt: skip


def faisables(bornes: Bornes, compte: int, ensemble: int, restantes: int) -> range:
    """The numbers x of ``restantes`` allocations such that ``compte`` + x holds over ``ensemble`` + ``restantes``.

    They follow one another: of a floor the first one counts, of a ceiling the last one, of an interval both; none when
    the objective is out of reach. One in number of households does not depend on ``ensemble``.
    """
    bas, haut = bornes.admis(ensemble + restantes)
    return range(max(bas - compte, 0), 1 + (restantes if haut is None else min(haut - compte, restantes)))


def dire_l_effort(objectif: Objectif, compte: int, ensemble: int, restantes: int) -> str:
    """« 37 des 210 », « au plus 12 des 210 », « 5 à 12 des 210 » remaining allocations, or « hors d’atteinte »."""
    nombres, sens = faisables(Bornes.de(objectif), compte, ensemble, restantes), objectif["sens"]
    if not nombres:
        return "hors d’atteinte"
    bouts = {PLANCHER: nombres[:1], PLAFOND: nombres[-1:]}.get(sens, (nombres[0], nombres[-1]))
    mots = ("au plus " if sens == PLAFOND else "") + " à ".join(map(nombre, dict.fromkeys(bouts)))
    return f"{mots} {'des' if restantes > 1 else 'sur'}{INSECABLE}{nombre(restantes)}"


def restantes(ensemble: int, attributions: int, attendues: int) -> int:
    """Of the allocations to come, those among which a public is counted, in proportion of the ``ensemble`` so far.

    Rounded to the nearest, halves up.
    """
    return (2 * (attendues - attributions) * ensemble + attributions) // (2 * attributions)


def efforts(
    lignes: pd.DataFrame, objectifs: pd.DataFrame, attributions: int, attendues: int
) -> dict[tuple[object, ...], str]:
    """By key, what each published figure that follows an objective would take, in words.

    ``lignes``: the figures of one year; ``attributions``: those of the EPCI so far; ``attendues``: those of the whole
    year. A number of households is counted among the allocations of its share (the same code without « N »); without
    it, it is passed over, as is what is masked.
    """
    if not 0 < attributions < attendues:
        return {}
    publiees = lignes[lignes["statut"].eq(PUBLIE)]
    cles = list(publiees[CLES].itertuples(index=False, name=None))
    ensembles = dict(zip(cles, publiees["denominateur"], strict=True))
    resultat = {}
    choisis = choisir(publiees, par_cible(objectifs))
    for cle, ligne, objectif in zip(cles, publiees.to_dict("records"), choisis, strict=True):
        if objectif is None:
            continue
        compte, ensemble = comptes(ligne["numerateur"], ligne["denominateur"])
        if objectif["unite"] == NOMBRE:
            part = ensembles.get((str(cle[0]).removesuffix(EN_NOMBRE), *cle[1:]))
            if part is None or pd.isna(part):
                continue
            ensemble = int(part)
        resultat[cle] = dire_l_effort(objectif, compte, ensemble, restantes(ensemble, attributions, attendues))
    return resultat


def attributions_attendues(rapport: Rapport) -> int | None:
    """The allocations expected for the report's year (previsions.yml, dated in it), None when « à renseigner »."""
    nom, parametres = "previsions.attributions_attendues", rapport.references.parametres
    datee = parametres[nom].au(rapport.jour) if nom in parametres else None
    return rapport.parametre(nom) if datee is not None and datee.depuis.year == rapport.annee else None


def attendues_au_rythme(rapport: Rapport) -> int | None:
    """The allocations of the whole year at the pace of those so far; None of a year that is over or not published."""
    comptees = rapport["V01"].seul.publie
    if rapport.arretee_au is None or comptees is None:
        return None
    ecoules, tous = (jour.timetuple().tm_yday for jour in (rapport.arretee_au, rapport.jour))
    return int(comptees) + restantes(int(comptees), ecoules, tous)


# --- Who can close the gap of an objective ---------------------------------------------------------------------------


def a_combler(rapport: Rapport, code: str) -> pd.DataFrame:
    """Qui peut combler l’écart d’un objectif manqué de l’intercommunalité, à nombre d’attributions constant.

    Une ligne : l’ensemble (« axe » vide), puis un bailleur, un réservataire ou une commune. « manquants » : ce qu’il
    lui manque pour atteindre son objectif ou, s’il n’en a pas, celui de l’ensemble (« commun ») ; « part_pct » : sa
    part de ce qui manque à ceux de son axe dont le chiffre est publié. Quand l’année n’est pas finie, « a_venir »,
    « il_faut » (en mots) et « au_rythme » disent ce qui reste faisable. Sans ligne quand l’objectif n’est pas manqué ;
    sans bailleur quand un fichier n’a pas une colonne que le chiffre lit, les revenus par exemple.

    Un objectif en nombre de ménages n’a pas de part commune à tous : il n’en a pas non plus.

    >>> effort.a_combler(rapport, "O01").query("axe == 'bailleur'")[["nom", "manquants"]]  # doctest: +SKIP
    """
    total = rapport[code].seul
    if total.verdict != NON_ATTEINT or total.unite != PCT or isnan(total.ligne["menages_manquants"]):
        return pd.DataFrame(columns=_COLONNES)
    trouves = [("", total)]
    for axe in _AXES:
        # Of a landlord, an indicator may count other dwellings than of the whole: they close no gap of it.
        autres = rapport.publication[code].indicateur.compte.champ_bailleur or a_des_fichiers_incomplets(rapport, code)
        if axe != "bailleur" or not autres:
            siens = rapport[code].par(axe)
            trouves += [(axe, c) for c in siens if c.est_renseigne and (c.est_secret or c.est_publie)]
    suivis = choisir(pd.DataFrame([c.ligne for _, c in trouves]), par_cible(rapport.references.objectifs))
    tolerances = [0.0 if o is None else o["tolerance"] for o in suivis]
    comptees, attendues = rapport["V01"].seul.publie, attributions_attendues(rapport) or attendues_au_rythme(rapport)
    # The allocations so far and those expected for the year; none when the year is over.
    venir = (int(comptees), attendues) if comptees and attendues and comptees < attendues else None
    lignes = []
    for (axe, c), tolerance in zip(trouves, tolerances, strict=True):
        porteur, sa_tolerance = (c, tolerance) if c.bornes else (total, tolerances[0])
        ligne = {"axe": axe, "nom": c.nom or "Ensemble", "statut": c.ligne["statut"], "commun": not c.bornes}
        lignes.append(ligne | _mesures(c, porteur, sa_tolerance, venir, au_dessus=total.est_depasse))
    table = pd.DataFrame(lignes, columns=_COLONNES)
    manquants = table["manquants"].where(table["axe"].ne(""))
    table["part_pct"] = 100 * manquants / manquants.groupby(table["axe"]).transform("sum").replace(0, nan)
    return table


def _mesures(
    c: Chiffre, porteur: Chiffre, tolerance: float, venir: tuple[int, int] | None, *, au_dessus: bool
) -> dict[str, Any]:
    """What the objective of ``porteur`` asks of a figure, nothing of one that is masked.

    None is missing where it misses the objective on the other side than the whole: ``au_dessus``, above it.
    """
    if not c.est_publie:
        return {}
    vise = {"valeur": porteur.ligne["cible"], "valeur_max": porteur.ligne["cible_max"], "tolerance": tolerance}
    objectif = {**porteur.ligne, **vise}
    bornes = Bornes.de(objectif)
    compte, ensemble = comptes(c.numerateur, c.denominateur)
    manque = bornes.manquants(compte, ensemble)
    meme_cote = (bornes.ecart(compte, ensemble) > 0) == au_dessus
    ligne = {"objectif": porteur.objectif, "numerateur": compte, "denominateur": ensemble}
    ligne |= {"manquants": nan if manque is None else manque if meme_cote else 0}
    if venir is None:
        return ligne
    # The same proportion twice: of the year's allocations those of the axis, and of these the public.
    reste = restantes(ensemble, *venir)
    il_faut = dire_l_effort(objectif, compte, ensemble, reste)
    return ligne | {"a_venir": reste, "il_faut": il_faut, "au_rythme": restantes(compte, ensemble, ensemble + reste)}


def premiers(manques: pd.DataFrame, axe: str, combien: int = 2) -> list[dict[Any, Any]]:
    """Ceux d’un axe à qui il manque le plus de ménages ; à égalité au bout de la liste, aucun des deux.

    >>> effort.premiers(effort.a_combler(rapport, "O01"), "bailleur")  # doctest: +SKIP
    """
    tries = en_manque(manques, axe)
    suivant = tries[combien]["manquants"] if len(tries) > combien else 0
    return [x for x in tries[:combien] if x["manquants"] > suivant]


def en_manque(manques: pd.DataFrame, axe: str) -> list[dict[Any, Any]]:
    """Ceux d’un axe à qui il manque des ménages, celui à qui il en manque le plus d’abord."""
    siens = manques[manques["axe"].eq(axe) & manques["manquants"].gt(0)]
    return siens.sort_values("manquants", ascending=False, kind="stable").to_dict("records")


def qui_suffit(manques: pd.DataFrame, axe: str) -> list[str]:
    """Celui d’un axe, ou les deux, qui combleraient l’écart en atteignant leur objectif ; aucun s’il en faut plus."""
    ecart, siens = manques.loc[manques["axe"].eq(""), "manquants"].sum(), premiers(manques, axe)
    sommes = accumulate(x["manquants"] for x in siens)
    combien = next((n for n, somme in enumerate(sommes, start=1) if somme >= ecart), 0)
    return [x["nom"] for x in siens[:combien]]
