"""Where and by whom dwellings are allocated: T01 to T03, M01, A01, A02 (domain, §4.2)."""

from __future__ import annotations

from cil_analysis.indicators.cadre import (
    BAILLEUR,
    COMMUNE,
    EN_QPV,
    EPCI,
    HORS_QPV,
    PCT,
    QPV,
    RESERVATAIRE,
    TOUTES,
    Compte,
    Indicateur,
)
from cil_analysis.indicators.cadre import Ventilation as V
from cil_analysis.indicators.classement import OUI
from cil_analysis.indicators.termes import PARC
from cil_analysis.indicators.vocabulaire import BAUX, COMMUNES, FICHIER, REGLES

TERRITOIRE = (
    Indicateur(
        "T01",
        "Répartition des attributions par commune et par quartier",
        "Attributions du lieu ÷ attributions de l’intercommunalité",
        PCT,
        FICHIER,
        BAUX,
        definition="Où les logements ont été attribués",
        regles=(*REGLES, "P5"),
        ventilations=(V(COMMUNE), V(QPV)),
        compte=Compte(part_de="perimetre"),
    ),
    Indicateur(
        "T01R",
        "Attributions pour 100 logements sociaux",
        "Attributions de l’année ÷ logements sociaux de l’année",
        PCT,
        "extrait des attributions ; parc social : data/reference/territory/parc_social.csv",
        BAUX,
        definition="La rotation apparente du parc : combien de logements sur cent ont été attribués dans l’année",
        regles=REGLES,
        ventilations=(V(EPCI), V(COMMUNE)),
        compte=Compte(rapporte_a=PARC),
    ),
    Indicateur(
        "T02",
        "Attributions en quartier prioritaire et hors quartier",
        "Attributions en QPV, hors QPV et de situation inconnue ÷ attributions du lieu",
        PCT,
        FICHIER,
        BAUX,
        "situations_qpv",
        definition="La part des attributions qui se font dans les quartiers prioritaires",
        regles=(*REGLES, "P5"),
        ventilations=(V(EPCI, modalites=TOUTES), V(COMMUNE, modalites=("QPV",))),
        compte=Compte(part_de="modalite", axe="zone"),
    ),
    Indicateur(
        "T03",
        "Provenance des ménages logés",
        "Attributions du lieu à des ménages de chaque commune d’origine ÷ attributions du lieu",
        PCT,
        FICHIER,
        BAUX,
        COMMUNES,
        definition="De quelle commune viennent les ménages logés dans chaque commune",
        regles=REGLES,
        ventilations=(V(EPCI, modalites=TOUTES), V(COMMUNE, modalites=TOUTES)),
        compte=Compte(part_de="modalite", axe="origine"),
    ),
    Indicateur(
        "T03R",
        "Ménages logés dans leur commune d’origine",
        "Attributions à des ménages logés dans leur commune d’origine ÷ attributions à des ménages qui viennent de "
        "la commune",
        PCT,
        FICHIER,
        "baux signés dans l’année par des ménages qui viennent d’une commune de l’intercommunalité",
        definition="La part des ménages d’une commune qui y restent en étant logés",
        regles=REGLES,
        ventilations=(V(EPCI), V(COMMUNE)),
        compte=Compte(champ=(("vient_de_l_epci", OUI),), public=(("meme_commune", OUI),), lieu="origine"),
    ),
    Indicateur(
        "M01",
        "Mutations",
        "Attributions à des ménages déjà locataires du même bailleur, ou du parc social ÷ attributions",
        PCT,
        "arrêté du 17/09/2012 (mutation interne) ; extrait des attributions",
        BAUX,
        "mutations",
        definition="La part des attributions qui vont à des ménages déjà logés dans le parc social",
        regles=REGLES,
        ventilations=(
            V(EPCI, modalites=TOUTES), V(COMMUNE, modalites=("INTERNE",)), V(EPCI, BAILLEUR, ("INTERNE",)),
        ),
        compte=Compte(part_de="modalite", axe="mutation", drapeaux=True),
    ),
    *(
        Indicateur(
            code,
            f"Attributions par {nom}",
            f"Attributions du {objet} ÷ attributions du lieu",
            PCT,
            FICHIER,
            BAUX,
            definition=definition,
            regles=REGLES,
            ventilations=(V(EPCI, acteur), V(EN_QPV, acteur), V(HORS_QPV, acteur)),
            compte=Compte(part_de="acteur"),
        )
        for code, nom, objet, acteur, definition in (
            ("A01", "bailleur", "bailleur", BAILLEUR, "La part de chaque bailleur dans les attributions"),
            ("A02", "réservataire", "contingent", RESERVATAIRE, "La part de chaque contingent dans les attributions"),
        )
    ),
)  # fmt: skip
