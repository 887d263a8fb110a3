"""How long households wait: those housed, those who still wait, and both together: D08 to D11."""

from __future__ import annotations

from cil_analysis.indicators.cadre import COMMUNE, EPCI, MOIS, PCT, Compte, Indicateur
from cil_analysis.indicators.cadre import Ventilation as V
from cil_analysis.indicators.classement import OUI
from cil_analysis.indicators.termes import SORTIES
from cil_analysis.indicators.vocabulaire import ATTENTE, BAUX, ENSEMBLE, FICHIER, FICHIER_D, REGLES, STOCK

_ESTIMATION = (
    "estimation de Kaplan-Meier de l’année, avec entrée différée au 1er janvier ; logement : événement ; attente au 31 "
    "décembre et autre radiation : censures"
)
_SUIVIES = "demandes actives au 31 décembre, ou sorties du fichier dans l’année"
_COMPTE = Compte(f"demandes+{SORTIES}", mesure=("date_depot_demande", ATTENTE))
_SOURCE_DU_DELAI = "délai : data/reference/parameters/fichier_departemental.yml"

ATTENTES = (
    Indicateur(
        "D08",
        "Attente des ménages logés",
        "Attributions de chaque classe d’attente ÷ attributions dont le délai est connu ; l’attente est le nombre "
        "d’années révolues du premier dépôt à la signature du bail",
        PCT,
        FICHIER,
        f"{BAUX} dont la date de dépôt est connue",
        "anciennetes",
        definition="Depuis combien de temps attendaient les ménages qui ont été logés",
        regles=REGLES,
        ventilations=ENSEMBLE,
        compte=Compte(champ=(("delai", "connu"),), part_de="modalite", axe="delai_en_annees"),
    ),
    Indicateur(
        "D09",
        "Demandeurs qui attendent encore",
        f"Part des demandeurs encore en attente après chaque durée ÷ demandes suivies dans l’année ; {_ESTIMATION}",
        PCT,
        "extraits des demandes et des radiations",
        _SUIVIES,
        "durees_attente",
        definition="Quelle part des demandeurs attendraient encore après une durée, si les délais restaient ceux de "
        "l’année et si nul ne quittait le fichier sans logement",
        regles=("P9",),
        ventilations=ENSEMBLE,
        compte=Compte(_COMPTE.population, mesure=_COMPTE.mesure, duree=True),
    ),
    Indicateur(
        "D10",
        "Attente médiane, ménages en attente compris",
        f"Durée après laquelle la moitié des demandeurs n’attendent plus, en mois de 30,4375 jours ; {_ESTIMATION}",
        MOIS,
        "extraits des demandes et des radiations",
        _SUIVIES,
        definition="L’attente médiane des demandeurs, ceux qui attendent encore compris ; le délai médian "
        "d’attribution ne connaît que les ménages logés",
        regles=("P9",),
        ventilations=(V(EPCI),),
        compte=_COMPTE,
    ),
    Indicateur(
        "D11",
        "Demandes au délai anormalement long",
        "Demandes actives au 31 décembre qui attendent depuis le délai anormalement long, en mois révolus, ou "
        "davantage ÷ demandes actives",
        PCT,
        f"{FICHIER_D} ; {_SOURCE_DU_DELAI}",
        STOCK,
        definition="La part des demandeurs qui attendent depuis le délai dit anormalement long, ou davantage",
        regles=("P9",),
        ventilations=(V(EPCI), V(COMMUNE)),
        compte=Compte("demandes", public=(("delai_anormal", OUI),)),
    ),
    Indicateur(
        "D11A",
        "Ménages logés après un délai anormalement long",
        "Attributions dont le délai atteint le délai anormalement long ÷ attributions dont le délai est connu",
        PCT,
        f"{FICHIER} ; {_SOURCE_DU_DELAI}",
        f"{BAUX} dont la date de dépôt est connue",
        definition="La part des ménages logés qui avaient attendu le délai dit anormalement long, ou davantage",
        regles=REGLES,
        ventilations=(V(EPCI),),
        compte=Compte(champ=(("delai", "connu"),), public=(("delai_anormal_au_bail", OUI),)),
    ),
)
