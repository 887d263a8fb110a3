"""The objectives in force in a year, each with its figure, its result, and what it would take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from cil_analysis.comptage.cadre import CLES, SECRET
from cil_analysis.comptage.cibles import choisir
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.presentation import cibles
from cil_analysis.presentation.effort import Effort, efforts
from cil_analysis.presentation.formats import INSECABLE, RIEN, SECRET_COURT, nombre, valeur
from cil_analysis.presentation.portee import portee
from cil_analysis.presentation.rapport import Rapport
from cil_analysis.presentation.signes import signe
from cil_analysis.presentation.tables import RESULTATS
from cil_analysis.reference.bornes import Bornes
from cil_analysis.reference.objectives import en_vigueur

HORS_D_ATTEINTE = "hors d’atteinte"


@dataclass(frozen=True)
class Suivi:
    """One published figure and the objective that it follows, in words; ``effort`` is empty when nothing is said."""

    indicateur: str
    portee: str
    objectif: str
    chiffre: str
    ecart: str
    manque: str
    resultat: str
    effort: str


@dataclass(frozen=True)
class SuiviDesObjectifs:
    """What is followed; the objectives whose value is « à renseigner »; and those that no figure follows.

    ``attributions``: those of the year so far, None when masked or missing.
    """

    suivis: tuple[Suivi, ...]
    a_renseigner: tuple[str, ...]
    sans_chiffre: tuple[str, ...]
    attributions: int | None


def suivre_objectifs(rapport: Rapport, attendues: int | None = None) -> SuiviDesObjectifs:
    """Follow every objective in force on 31 December of the report's year, from its published tables.

    ``attendues``: the allocations expected for the whole year, for « ce qu’il faudrait ».
    """
    objectifs = rapport.references.objectifs
    lignes = [t.ou(annee=rapport.annee).donnees for t in rapport.publication.values() if t.indicateur.a_objectif]
    table = pd.concat(lignes, ignore_index=True) if lignes else pd.DataFrame(columns=[*CLES, "unite", "statut"])
    total = rapport.chiffre("V01")
    attributions = None if total is None else int(total)
    faut = efforts(table, objectifs, attributions, attendues) if attributions and attendues else {}
    suivis, avec_chiffre = [], set()
    for (_, ligne), objectif in zip(table.iterrows(), choisir(table, objectifs), strict=True):
        if objectif is not None:
            avec_chiffre.add(objectif["id"])
            effort = faut.get(tuple(ligne[CLES]))
            suivis.append(_suivi(rapport, ligne, objectif, "" if effort is None else effort_en_mots(effort, objectif)))
    vigueur = en_vigueur(objectifs, rapport.annee)
    vides = vigueur["valeur"].isna()
    return SuiviDesObjectifs(
        tuple(suivis),
        tuple(_nom(rapport, o) for o in vigueur[vides].to_dict("records")),
        tuple(_nom(rapport, o) for o in vigueur[~vides & ~vigueur["id"].isin(avec_chiffre)].to_dict("records")),
        attributions,
    )


def attributions_attendues(rapport: Rapport) -> int | None:
    """The allocations expected for the report's year (previsions.yml), None when that is « à renseigner ».

    A value holds for the year of its date only. Raises ErreurCIL when it is no count.
    """
    nom = "previsions.attributions_attendues"
    parametres = rapport.references.parametres
    datee = parametres[nom].au(rapport.jour) if nom in parametres else None
    if datee is None or datee.valeur is None or datee.depuis.year != rapport.annee:
        return None
    if not isinstance(datee.valeur, int) or isinstance(datee.valeur, bool) or datee.valeur < 1:
        raise ErreurCIL(
            f"« attributions_attendues » de {rapport.annee} doit être un nombre entier et positif : corrigez "
            "data/reference/parameters/previsions.yml."
        )
    return datee.valeur


def cible_de(objectif: Mapping[Any, Any]) -> str:
    """The target of an objective that has a value, with its tolerance: « au moins 25 %, à 2 points près »."""
    unite = str(objectif["unite"])
    mots = cibles.objectif(str(objectif["sens"]), float(objectif["valeur"]), float(objectif["valeur_max"]), unite)
    tolerance = float(objectif["tolerance"])
    return f"{mots}, à {cibles.ecart(tolerance, unite).removeprefix('+')} près" if tolerance else mots


def effort_en_mots(effort: Effort, objectif: Mapping[Any, Any]) -> str:
    """« 37 des 210 », « au plus 12 des 210 », « 5 à 12 des 210 » remaining allocations, or « hors d’atteinte »."""
    if effort.minimum is None or effort.maximum is None:
        return HORS_D_ATTEINTE
    bornes = Bornes.de(objectif)
    if bornes.haut is None:
        mots = nombre(effort.minimum)
    elif bornes.bas is None:
        mots = f"au plus {nombre(effort.maximum)}"
    else:
        mots = " à ".join(map(nombre, dict.fromkeys((effort.minimum, effort.maximum))))
    return f"{mots} {'des' if effort.restantes > 1 else 'sur'}{INSECABLE}{nombre(effort.restantes)}"


def _suivi(rapport: Rapport, ligne: pd.Series, objectif: Mapping[Any, Any], effort: str) -> Suivi:
    unite, ecart, resultat = str(ligne["unite"]), float(ligne["ecart"]), str(ligne["resultat"])
    mot = RESULTATS[resultat][1] if resultat in RESULTATS else RIEN
    if cibles.est_tolere(str(ligne["sens"]), ecart, resultat):
        mot += " (tolérance)"
    tu = ligne["statut"] == SECRET and signe(ligne, "resultat")
    return Suivi(
        indicateur=str(ligne["indicateur"]),
        portee=portee(rapport, ligne),
        objectif=cible_de(objectif),
        chiffre=signe(ligne, "valeur") or valeur(ligne["valeur"], unite),
        ecart=signe(ligne, "ecart") or cibles.ecart(ecart, unite),
        manque=signe(ligne, "menages_manquants") or cibles.manque(float(ligne["menages_manquants"]), ecart, resultat),
        resultat=SECRET_COURT if tu else mot,
        effort=effort,
    )


def _nom(rapport: Rapport, objectif: Mapping[Any, Any]) -> str:
    return f"{objectif['indicateur']}, {portee(rapport, objectif)} ({objectif['id']})"
