"""What becomes of requests that are not housed: radiations R01, refusals R02 (domain, §4.2)."""

from __future__ import annotations

from cil_analysis.indicators.cadre import COMMUNE, EPCI, PCT, Compte, Indicateur
from cil_analysis.indicators.cadre import Ventilation as V
from cil_analysis.indicators.classement import OUI
from cil_analysis.indicators.vocabulaire import CHAQUE_ACTEUR, ENSEMBLE

PARCOURS = (
    Indicateur(
        "R01",
        "Radiations par motif",
        "Radiations de chaque motif ÷ radiations de l’année, radiations annulées exclues",
        PCT,
        "extrait des radiations ; arrêté du 23/03/2015, annexe",
        "demandes radiées dans l’année",
        "motifs_radiation",
        definition="Pourquoi les demandes sortent du fichier",
        regles=("P9",),
        ventilations=ENSEMBLE,
        compte=Compte("radiations", champ=(("radiation", OUI),), part_de="modalite", axe="motif_radiation"),
    ),
    Indicateur(
        "R02",
        "Propositions refusées par le demandeur",
        "Propositions que la commission a attribuées et que le demandeur a refusées ÷ propositions que la commission a "
        "attribuées",
        PCT,
        "extrait des propositions ; décisions : art. R441-3 du code de la construction et de l’habitation",
        "propositions attribuées par une commission dans l’année",
        definition="La part des logements proposés et attribués que leur destinataire refuse",
        regles=("P9",),
        ventilations=(V(EPCI), V(COMMUNE), *CHAQUE_ACTEUR),
        compte=Compte("propositions", champ=(("attribuee", OUI),), public=(("refusee", OUI),)),
    ),
    Indicateur(
        "R02M",
        "Motifs de refus du demandeur",
        "Refus de chaque motif ÷ propositions que la commission a attribuées et que le demandeur a refusées",
        PCT,
        "extrait des propositions",
        "propositions attribuées par une commission dans l’année et refusées par le demandeur",
        "motifs_refus_demandeur",
        definition="Pourquoi des logements proposés sont refusés",
        regles=("P9",),
        ventilations=ENSEMBLE,
        compte=Compte(
            "propositions",
            champ=(("attribuee", OUI), ("refusee", OUI)),
            part_de="modalite",
            axe="motif_refus_demandeur",
        ),
    ),
)
