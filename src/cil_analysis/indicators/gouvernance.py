"""The life of the CIL: sessions, members, documents, decisions, actions: G01 to G10 (domain, §0)."""

from __future__ import annotations

from cil_analysis.indicators.cadre import EPCI, NOMBRE, TOUTES, Compte, Indicateur
from cil_analysis.indicators.cadre import Ventilation as V
from cil_analysis.indicators.classement import OUI

_TABLE = "tables de gouvernance (governance/{}.csv)"
_ENSEMBLE = (V(EPCI), V(EPCI, modalites=TOUTES))


GOUVERNANCE = (
    Indicateur(
        "G01",
        "Séances plénières de l’année",
        "Nombre de séances plénières de la conférence intercommunale du logement (CIL) tenues dans l’année",
        NOMBRE,
        _TABLE.format("seances"),
        "séances de la CIL dans l’année",
        definition="Combien de fois la CIL s’est réunie en plénière ; gouvernance.yml dit combien il en faut au moins",
        ventilations=(V(EPCI),),
        compte=Compte("seances", champ=(("type_seance", "PLENIERE"),)),
    ),
    Indicateur(
        "G02",
        "Séances de l’année, par type",
        "Nombre de réunions de la CIL dans l’année : plénières, bureaux, groupes de travail",
        NOMBRE,
        _TABLE.format("seances"),
        "séances de la CIL dans l’année",
        "types_seance",
        definition="Combien de fois les instances de la CIL se sont réunies",
        ventilations=_ENSEMBLE,
        compte=Compte("seances", axe="type_seance"),
    ),
    Indicateur(
        "G03",
        "Membres de la CIL au 31 décembre, par collège",
        "Nombre de sièges occupés au 31 décembre",
        NOMBRE,
        _TABLE.format("membres"),
        "sièges occupés au 31 décembre",
        "colleges",
        definition="Qui compose la CIL à la fin de l’année ; un siège est une organisation ou une fonction, jamais une "
        "personne",
        ventilations=_ENSEMBLE,
        compte=Compte("membres", axe="college"),
    ),
    Indicateur(
        "G04",
        "Changements de composition de la CIL dans l’année",
        "Nombre de sièges pourvus ou quittés dans l’année, hors première composition",
        NOMBRE,
        _TABLE.format("membres"),
        "sièges pourvus ou quittés dans l’année",
        "mouvements_cil",
        definition="Combien de sièges ont changé dans l’année ; un siège est quitté le dernier jour où il est occupé",
        ventilations=(V(EPCI), V(EPCI, modalites=("ENTREE", "SORTIE"))),
        compte=Compte("mouvements", axe="mouvement"),
    ),
    Indicateur(
        "G05",
        "Communes membres au 31 décembre",
        "Nombre de communes membres de l’intercommunalité au 31 décembre",
        NOMBRE,
        "table des communes (territory/communes.csv)",
        "communes membres au 31 décembre",
        "adhesions",
        definition="Sur combien de communes la CIL est compétente, et combien ont adhéré dans l’année",
        ventilations=(V(EPCI), V(EPCI, modalites=("DEJA_MEMBRE", "ADHESION"))),
        compte=Compte("communes_membres", axe="adhesion"),
    ),
    Indicateur(
        "G06",
        "Documents cadres selon leur état au 31 décembre",
        "Nombre de documents et d’actes de la gouvernance, selon leur état au 31 décembre",
        NOMBRE,
        _TABLE.format("documents"),
        "documents connus au 31 décembre",
        "etats_document",
        definition="Quels documents encadrent les attributions à la fin de l’année ; leurs dates disent leur état et, "
        "sans terme, ce que la table en dit",
        ventilations=_ENSEMBLE,
        compte=Compte("documents", axe="etat_document"),
    ),
    Indicateur(
        "G07",
        "Décisions prises dans l’année",
        "Nombre de décisions dont la séance, ou à défaut le document, est de l’année",
        NOMBRE,
        _TABLE.format("decisions"),
        "décisions prises jusqu’au 31 décembre",
        definition="Combien de décisions la CIL et l’intercommunalité ont prises dans l’année",
        ventilations=(V(EPCI),),
        compte=Compte("decisions", champ=(("de_l_annee", OUI),)),
    ),
    Indicateur(
        "G08",
        "Décisions selon leur état au 31 décembre",
        "Nombre de décisions prises jusqu’au 31 décembre, selon leur état ce jour-là",
        NOMBRE,
        _TABLE.format("decisions"),
        "décisions prises jusqu’au 31 décembre",
        "etats_suivi",
        definition="Où en est ce qui a été décidé ; une décision terminée plus tard était en cours ce jour-là",
        ventilations=_ENSEMBLE,
        compte=Compte("decisions", axe="etat_suivi"),
    ),
    Indicateur(
        "G09",
        "Décisions en retard au 31 décembre",
        "Nombre de décisions dont l’échéance est passée au 31 décembre et qui ne sont ni faites ni abandonnées",
        NOMBRE,
        _TABLE.format("decisions"),
        "décisions prises jusqu’au 31 décembre",
        definition="Combien de décisions ont dépassé leur échéance ; sans échéance connue, aucune n’est en retard",
        ventilations=(V(EPCI),),
        compte=Compte("decisions", champ=(("en_retard", OUI),)),
    ),
    Indicateur(
        "G10",
        "Actions du plan partenarial selon leur état au 31 décembre",
        "Nombre d’actions du PPGDLSID, selon leur état au 31 décembre",
        NOMBRE,
        _TABLE.format("actions"),
        "actions du plan",
        "etats_suivi",
        definition="Où en sont les actions du plan partenarial ; une action finie plus tard était en cours ce jour-là",
        ventilations=_ENSEMBLE,
        compte=Compte("actions", axe="etat_suivi"),
    ),
)
