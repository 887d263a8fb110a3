"""The stock and who lives in it: S01 to S10 (domain, §5.1 and §5.2).

Counts of the public RPLS file are public; what the secured file or the OPS tell is protected.
"""

from __future__ import annotations

from cil_analysis.indicators.cadre import (
    COMMUNE,
    EN_QPV,
    EPCI,
    HORS_QPV,
    NOMBRE,
    PCT,
    QPV,
    RATIO,
    TOUTES,
    Compte,
    Indicateur,
    Reunion,
)
from cil_analysis.indicators.cadre import Ventilation as V
from cil_analysis.indicators.classement import OUI
from cil_analysis.indicators.dimensions_occupation import CLASSES_MODESTES, MODESTES
from cil_analysis.indicators.vocabulaire import ENSEMBLE, PAR_ZONE, REGLES

_RPLS, _OPS = "RPLS, fichier détail", "enquête sur l’occupation du parc social (OPS)"
_LOGEMENTS = "logements du parc social au 1er janvier"
_MENAGES, _RECENTS = "ménages locataires du parc social enquêtés", "ménages emménagés depuis l’enquête précédente"
_PARTOUT = (V(EPCI), V(COMMUNE), V(QPV), V(EN_QPV), V(HORS_QPV))
_COMMUNES = (V(EPCI), V(COMMUNE), V(EN_QPV), V(HORS_QPV))
_NR = "« non renseigné » est une classe"
# Rows by household are not given: the columns of the OPS file are added up.
NB_MENAGES, NB_RECENTS = "occupation:nb_menages", "occupation:nb_menages_recents"

_PARC = (
    Indicateur(
        "S01",
        "Logements du parc social",
        "Nombre de logements du répertoire des logements locatifs des bailleurs sociaux (RPLS)",
        NOMBRE,
        _RPLS,
        _LOGEMENTS,
        definition="Combien de logements sociaux il y a, et où ; le fichier est public",
        regles=("P5", "P9"),
        ventilations=_PARTOUT,
        compte=Compte("rpls"),
        periodique=True,
    ),
    *(
        Indicateur(
            code,
            titre,
            f"Logements de chaque classe ÷ logements du parc social ; {_NR}",
            PCT,
            _RPLS,
            _LOGEMENTS,
            nomenclature,
            definition=definition,
            regles=("P5", "P9"),
            ventilations=PAR_ZONE if code != "S01E" else ENSEMBLE,
            compte=Compte("rpls", part_de="modalite", axe=axe),
            periodique=True,
        )
        for code, titre, axe, nomenclature, definition in (
            ("S01T", "Type des logements du parc social", "typologie", "typologies",
             "Quels logements le parc offre, selon leur nombre de pièces"),
            ("S01F", "Financement des logements du parc social", "financement", "financements",
             "Comment les logements du parc ont été financés"),
            ("S01P", "Époque de construction du parc social", "epoque", "periodes_construction",
             "De quand datent les logements du parc"),
            ("S01E", "Étiquette énergie du parc social", "dpe", "etiquettes_dpe",
             "Quelle énergie les logements consomment, selon leur diagnostic de performance énergétique (DPE)"),
        )
    ),
    Indicateur(
        "S02",
        "Attributions pour 100 logements du RPLS",
        "Attributions de l’année ÷ logements du parc social au 1er janvier",
        PCT,
        f"extrait des attributions ; {_RPLS}",
        "baux signés dans l’année",
        "typologies",
        definition="La rotation apparente du parc, par quartier et par type de logement ; T01R la donne par commune",
        regles=(*REGLES, "P5"),
        ventilations=(V(QPV), V(EN_QPV), V(HORS_QPV), V(EPCI, modalites=TOUTES)),
        compte=Compte(rapporte_a="rpls", axe="typologie"),
        periodique=True,
    ),
    Indicateur(
        "S03",
        "Logements vacants",
        "Logements vacants proposés à la location ÷ logements loués ou proposés à la location, au 1er janvier",
        PCT,
        "RPLS, fichier sécurisé (mode d’occupation)",
        "logements du parc social loués ou proposés à la location",
        definition="La part des logements à louer qui sont vacants ; le fichier sécurisé n’est pas public, ses comptes "
        "sont protégés",
        regles=("P5", "P9"),
        ventilations=_COMMUNES,
        objet="parc",
        compte=Compte("rpls_securise", champ=(("loue_ou_propose", OUI),), public=(("vacant", OUI),)),
        periodique=True,
    ),
)  # fmt: skip

_OCCUPANTS = (
    Indicateur(
        "S04",
        "Ménages occupants",
        "Nombre de ménages locataires qui ont répondu à l’enquête",
        NOMBRE,
        _OPS,
        _MENAGES,
        definition="Combien de ménages du parc social l’enquête décrit ; l’enquête a lieu tous les deux ans",
        regles=("P5", "P9"),
        ventilations=_PARTOUT,
        objet="parc",
        compte=Compte(NB_MENAGES),
        periodique=True,
    ),
    *(
        Indicateur(
            code,
            titre,
            f"{qui} de chaque classe ÷ {qui.lower()} ; {_NR}",
            PCT,
            _OPS,
            _RECENTS if population == NB_RECENTS else _MENAGES,
            nomenclature,
            definition=definition,
            regles=("P5", "P9"),
            ventilations=PAR_ZONE,
            compte=Compte(population, part_de="modalite", axe=axe),
            periodique=True,
        )
        for code, titre, qui, population, axe, nomenclature, definition in (
            ("S05", "Composition des ménages occupants", "Ménages occupants", NB_MENAGES,
             "composition_occupants", "compositions_occupants", "Qui vit dans le parc social"),
            ("S06", "Âge des titulaires de bail", "Ménages occupants", NB_MENAGES,
             "age_titulaire", "ages_titulaires", "Quel âge a le titulaire du bail"),
            ("S07", "Ressources des ménages occupants", "Ménages occupants", NB_MENAGES,
             "ressources_plus", "ressources_plus",
             "Ce que les ressources des occupants représentent du plafond du prêt locatif à usage social (PLUS)"),
            ("S07R", "Ressources des emménagés récents", "Emménagés récents", NB_RECENTS,
             "ressources_plus", "ressources_plus",
             "Ce que les ressources des ménages arrivés depuis l’enquête précédente représentent du plafond PLUS"),
        )
    ),
    Indicateur(
        "S08",
        "Emménagés récents",
        "Ménages emménagés depuis l’enquête précédente ÷ ménages occupants",
        PCT,
        _OPS,
        _MENAGES,
        definition="La part des occupants qui sont arrivés depuis l’enquête précédente",
        regles=("P5", "P9"),
        ventilations=_PARTOUT,
        objet="parc",
        compte=Compte(NB_RECENTS, rapporte_a=NB_MENAGES),
        periodique=True,
    ),
    Indicateur(
        "S09",
        "Personnes par ménage occupant",
        "Occupants ÷ ménages occupants",
        RATIO,
        _OPS,
        _MENAGES,
        definition="Combien de personnes vivent dans un logement occupé",
        regles=("P5", "P9"),
        ventilations=_PARTOUT,
        objet="parc",
        compte=Compte("occupation:nb_occupants", rapporte_a=NB_MENAGES),
        periodique=True,
    ),
    *(
        Indicateur(
            code,
            titre,
            f"{qui} dont les ressources sont inférieures à 40 % du plafond PLUS ÷ {qui.lower()}",
            PCT,
            _OPS,
            _RECENTS if population == NB_RECENTS else _MENAGES,
            definition=definition,
            regles=("P5", "P9"),
            ventilations=_COMMUNES,
            objet="parc",
            compte=Compte(
                population, public=((MODESTES[1], OUI),), reunion=Reunion(MODESTES[0], CLASSES_MODESTES, True)
            ),
            periodique=True,
        )
        for code, titre, qui, population, definition in (
            ("S10", "Ménages occupants sous 40 % du plafond PLUS", "Ménages occupants", NB_MENAGES,
             "La part des occupants aux ressources les plus basses"),
            ("S10R", "Emménagés récents sous 40 % du plafond PLUS", "Emménagés récents", NB_RECENTS,
             "La part des nouveaux occupants aux ressources les plus basses"),
        )
    ),
)  # fmt: skip

OCCUPATION: tuple[Indicateur, ...] = (*_PARC, *_OCCUPANTS)
