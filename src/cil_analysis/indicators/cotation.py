"""The cotation of requests and the evaluation of its experimentation: C01 to C12 (domain, §7.2).

The cotation helps a decision that the commission takes: these figures describe scores beside allocations.
"""

from __future__ import annotations

from cil_analysis.indicators.cadre import BAILLEUR, EPCI, PCT, POINTS, TOUTES, Compte, Indicateur
from cil_analysis.indicators.cadre import Ventilation as V
from cil_analysis.indicators.cotation_essai import ESSAI
from cil_analysis.indicators.cotation_simulation import SIMULATION
from cil_analysis.indicators.vocabulaire import (
    BAUX,
    CHAMP,
    CHAQUE_ACTEUR,
    DEMANDES,
    ENSEMBLE,
    OBJECTIFS,
    REGLES,
    STOCK,
)
from cil_analysis.indicators.vocabulaire_cotation import (
    NOTES,
    RANG_BAS,
    RANG_HAUT,
    SCORE_BAS,
    SCORE_HAUT,
    SOURCE,
    SOURCE_D,
)

_EN_TRANCHES = "{} de chaque tranche de points ÷ {} ; « non renseigné » est une classe"
_AVEC_PUBLICS = (V(EPCI), V(EPCI, modalites=TOUTES))

COTATION: tuple[Indicateur, ...] = (
    Indicateur(
        "C00",
        "Origine des scores des demandes",
        "Demandes dont le score a chaque origine ÷ demandes actives",
        PCT,
        SOURCE_D,
        STOCK,
        "origines_score",
        definition="D’où viennent les scores : de la grille, ou du fichier quand aucune grille ne se calcule",
        regles=("P9",),
        ventilations=ENSEMBLE,
        compte=Compte("demandes", part_de="modalite", axe="origine_score"),
    ),
    Indicateur(
        "C01",
        "Scores des ménages logés",
        _EN_TRANCHES.format("Attributions", "attributions"),
        PCT,
        SOURCE,
        BAUX,
        "tranches_score",
        definition="Combien de points avaient les ménages logés, le jour de la signature du bail",
        regles=REGLES,
        ventilations=ENSEMBLE,
        compte=Compte(part_de="modalite", axe="tranche_score"),
    ),
    Indicateur(
        "C01D",
        "Scores des demandes",
        _EN_TRANCHES.format("Demandes actives", "demandes actives"),
        PCT,
        SOURCE_D,
        STOCK,
        "tranches_score",
        definition="Combien de points ont les demandes, au 31 décembre",
        regles=("P9",),
        ventilations=ENSEMBLE,
        compte=Compte("demandes", part_de="modalite", axe="tranche_score"),
    ),
    Indicateur(
        "C02",
        "Score médian des ménages logés",
        "Médiane du score le jour de la signature du bail, en points",
        POINTS,
        SOURCE,
        f"{BAUX} dont le score est connu",
        definition="Le score que la moitié des ménages logés n’ont pas dépassé",
        regles=REGLES,
        ventilations=(V(EPCI), V(EPCI, BAILLEUR)),
        compte=Compte(champ=NOTES, mesure=("score_cotation", "mediane")),
    ),
    Indicateur(
        "C02" + DEMANDES,
        "Score médian des demandes",
        "Médiane du score au 31 décembre, en points",
        POINTS,
        SOURCE_D,
        f"{STOCK} dont le score est connu",
        "publics",
        definition="Le score que la moitié des demandes ne dépassent pas",
        regles=("P9",),
        ventilations=_AVEC_PUBLICS,
        compte=Compte("demandes", champ=NOTES, axe="public", drapeaux=True, mesure=("score_cotation", "mediane")),
    ),
    Indicateur(
        "C02P",
        "Score médian des ménages logés, par public",
        "Médiane du score le jour de la signature du bail, en points",
        POINTS,
        SOURCE,
        f"{CHAMP}, dont le score est connu",
        "publics",
        definition="Le score que la moitié des ménages logés de chaque public n’ont pas dépassé",
        regles=(*REGLES, "P3", "P4"),
        ventilations=(V(EPCI, modalites=TOUTES),),
        compte=Compte(champ=(OBJECTIFS, *NOTES), axe="public", drapeaux=True, mesure=("score_cotation", "mediane")),
    ),
    Indicateur(
        "C03",
        "Rang des ménages logés parmi les demandes",
        "Attributions dont le score est dans chaque décile des scores des demandes ÷ attributions ; « non renseigné » "
        "est une classe",
        PCT,
        SOURCE,
        BAUX,
        "deciles_score",
        definition="Où se placent les scores des ménages logés, parmi ceux des demandes actives au 31 décembre",
        regles=REGLES,
        ventilations=ENSEMBLE,
        compte=Compte(part_de="modalite", axe="decile_score"),
    ),
    Indicateur(
        "C04",
        "Attributions loin sous la médiane des demandes",
        f"Attributions dont le score est {SCORE_BAS} ÷ attributions",
        PCT,
        SOURCE,
        BAUX,
        definition="La part des attributions à des ménages dont le score est bas ; la commission peut en avoir "
        "d’autres motifs, que le fichier ne dit pas",
        regles=REGLES,
        ventilations=(V(EPCI), *CHAQUE_ACTEUR),
        compte=Compte(public=RANG_BAS),
    ),
    Indicateur(
        "C05",
        "Attributions aux scores les plus élevés",
        f"Attributions dont le score est {SCORE_HAUT} ÷ attributions",
        PCT,
        SOURCE,
        BAUX,
        definition="La part des attributions à des ménages dont le score est parmi les plus élevés des demandes",
        regles=REGLES,
        ventilations=(V(EPCI), *CHAQUE_ACTEUR),
        compte=Compte(public=RANG_HAUT),
    ),
    Indicateur(
        "C06",
        "Ménages logés parmi les scores les plus élevés",
        f"Attributions dont le score est {SCORE_HAUT} ÷ attributions et demandes actives dont le score l’est",
        PCT,
        f"{SOURCE_D} ; {SOURCE}",
        BAUX,
        "typologies",
        definition="Parmi les ménages aux scores les plus élevés, la part de ceux qui ont été logés dans l’année ; les "
        "autres attendent encore au 31 décembre",
        regles=REGLES,
        ventilations=(V(EPCI), V(EPCI, modalites=TOUTES)),
        compte=Compte(rapporte_a="attributions+demandes", champ=RANG_HAUT, axe="typologie"),
    ),
    Indicateur(
        "C07",
        "Publics parmi les scores les plus élevés en attente",
        f"Demandes de chaque public dont le score est {SCORE_HAUT} ÷ demandes actives dont le score l’est",
        PCT,
        SOURCE_D,
        f"{STOCK} dont le score est {SCORE_HAUT}",
        "publics",
        definition="De quels publics sont les demandes aux scores les plus élevés qui attendent encore au 31 décembre",
        regles=("P9",),
        ventilations=ENSEMBLE,
        compte=Compte("demandes", champ=RANG_HAUT, part_de="modalite", axe="public", drapeaux=True),
    ),
    *ESSAI,
    Indicateur(
        "C10",
        "Propositions refusées, selon le score du ménage",
        "Propositions que la commission a attribuées et que le demandeur a refusées ÷ propositions que la commission a "
        "attribuées",
        PCT,
        "extrait des propositions ; score de la demande ou du bail du même ménage, le plus élevé de l’année",
        "propositions attribuées par une commission dans l’année",
        "rangs_score",
        definition="La part des logements proposés et attribués que leur destinataire refuse, selon le rang de "
        "son score",
        regles=("P9",),
        ventilations=ENSEMBLE,
        compte=Compte(
            "propositions", champ=(("attribuee", "oui"),), public=(("refusee", "oui"),), axe="rang_du_menage"
        ),
    ),
    *SIMULATION,
)  # fmt: skip
