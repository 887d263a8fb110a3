"""Which dwellings are allocated and asked for: L01, L02 (domain, §4.2)."""

from __future__ import annotations

from cil_analysis.indicators.cadre import PCT, RATIO, Compte, Indicateur
from cil_analysis.indicators.vocabulaire import (
    BAUX,
    DEUX_FICHIERS,
    ENSEMBLE,
    FICHIER,
    FICHIER_D,
    PAR_ZONE,
    REGLES,
    STOCK,
)

LOGEMENTS = (
    Indicateur(
        "L01",
        "Type de logement attribué",
        "Attributions de chaque type de logement ÷ attributions ; « non renseigné » est une classe",
        PCT,
        FICHIER,
        BAUX,
        "typologies",
        definition="Quels logements ont été attribués, selon leur nombre de pièces",
        regles=REGLES,
        ventilations=PAR_ZONE,
        compte=Compte(part_de="modalite", axe="typologie"),
    ),
    Indicateur(
        "L01D",
        "Type de logement demandé",
        "Demandes actives de chaque type de logement ÷ demandes actives ; « non renseigné » est une classe",
        PCT,
        FICHIER_D,
        STOCK,
        "typologies",
        definition="Quels logements sont demandés, selon leur nombre de pièces",
        regles=("P9",),
        ventilations=ENSEMBLE,
        compte=Compte("demandes", part_de="modalite", axe="typologie"),
    ),
    Indicateur(
        "L01T",
        "Pression de la demande par type de logement",
        "Demandes actives au 31 décembre de ce type ÷ attributions de l’année de ce type",
        RATIO,
        DEUX_FICHIERS,
        STOCK,
        "typologies",
        definition="Combien de demandes il y a pour une attribution, selon le type de logement",
        regles=REGLES,
        ventilations=ENSEMBLE,
        compte=Compte("demandes", rapporte_a="attributions", axe="typologie"),
    ),
    *(
        Indicateur(
            code,
            titre,
            "Attributions de chaque classe ÷ attributions ; « non renseigné » est une classe",
            PCT,
            FICHIER,
            BAUX,
            nomenclature,
            definition=definition,
            regles=REGLES,
            ventilations=PAR_ZONE,
            compte=Compte(part_de="modalite", axe=axe),
        )
        for code, titre, axe, nomenclature, definition in (
            ("L02", "Financement des logements attribués", "financement", "financements",
             "Comment les logements attribués ont été financés"),
            ("L02P", "Époque de construction des logements attribués", "periode_construction", "periodes_construction",
             "De quand datent les logements attribués"),
            ("L02C", "Logements attribués, collectifs et individuels", "type_construction", "types_construction",
             "Si les logements attribués sont en immeuble ou en maison"),
        )
    ),
)  # fmt: skip
