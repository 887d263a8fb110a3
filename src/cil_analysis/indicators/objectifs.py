"""The rehousing objectives: O01 to O06, and O08 (domain, §1.1; architecture, D9 and D11)."""

from __future__ import annotations

from cil_analysis.indicators.cadre import (
    BAILLEUR,
    COMMUNE,
    EN_QPV,
    EPCI,
    EPCI_CONSTANT,
    HORS_QPV,
    NOMBRE,
    PCT,
    QPV,
    RESERVATAIRE,
    Compte,
    Indicateur,
    Reunion,
)
from cil_analysis.indicators.cadre import Ventilation as V
from cil_analysis.indicators.classement import OUI
from cil_analysis.indicators.vocabulaire import (
    CHAMP,
    CHAQUE_ACTEUR,
    EN_NOMBRE,
    INDICATEURS,
    L441,
    OBJECTIFS,
    PAR_ZONE,
    PRIORITAIRES,
    REGLES_DE_COMPTAGE,
    REGLES_OBJECTIFS,
    SENSIBILITE,
)

_O01 = Indicateur(
    "O01",
    "Ménages du premier quartile logés hors quartier prioritaire",
    "Attributions hors QPV à des ménages du premier quartile de ressources, ou relogés par le renouvellement urbain ÷ "
    "attributions hors QPV",
    PCT,
    L441,
    CHAMP,
    definition="La part des ménages aux ressources les plus faibles dans les attributions hors quartier prioritaire",
    regles=(*REGLES_OBJECTIFS, "P5", "P6", "P7", "P8", "P10"),
    ventilations=(V(EPCI), V(COMMUNE), *CHAQUE_ACTEUR, V(EPCI_CONSTANT)),
    a_objectif=True,
    objet="parc",
    compte=Compte(
        champ=(OBJECTIFS, ("zone", "HORS_QPV")),
        public=(("O01", OUI),),
        reunion=Reunion("quartile", ("Q1",), False, ("relogement_ru", OUI)),
        revenus="revenu_ou_ru",
    ),
)
_O02 = Indicateur(
    "O02",
    "Ménages des trois autres quartiles logés en quartier prioritaire",
    "Attributions en QPV à des ménages au-dessus du premier quartile ÷ attributions en QPV",
    PCT,
    L441,
    CHAMP,
    definition="La part des ménages aux ressources moins faibles dans les attributions des quartiers prioritaires",
    regles=(*REGLES_OBJECTIFS, "P5", "P6", "P7", "P8"),
    ventilations=(V(EPCI), V(COMMUNE), V(QPV), *CHAQUE_ACTEUR, V(EPCI_CONSTANT)),
    a_objectif=True,
    objet="qpv",
    compte=Compte(
        champ=(OBJECTIFS, ("zone", "QPV")),
        public=(("O02", OUI),),
        reunion=Reunion("quartile", ("Q2", "Q3", "Q4", "SUP_Q1"), True),
        revenus="revenu",
    ),
)
_O04 = Indicateur(
    "O04",
    "Ménages prioritaires, par réservataire et par bailleur",
    "Attributions à des ménages prioritaires (DALO ou art. L441-1) ÷ attributions du lieu ou du contingent ; pour un "
    "bailleur, de ses logements non réservés",
    PCT,
    L441,
    CHAMP,
    definition="La part des ménages que la loi dit prioritaires dans les attributions",
    regles=REGLES_OBJECTIFS,
    ventilations=(
        V(EPCI),
        V(COMMUNE),
        V(EN_QPV),
        V(HORS_QPV),
        V(EPCI, RESERVATAIRE),
        V(EPCI, BAILLEUR),
        V(EPCI_CONSTANT),
    ),
    a_objectif=True,
    objet="parc",
    compte=Compte(champ=(OBJECTIFS,), public=PRIORITAIRES, champ_bailleur=(("reservataire", "AUCUN"),)),
)
_O05 = Indicateur(
    "O05",
    "Publics suivis parmi les ménages logés",
    "Attributions à des ménages de chaque public ÷ attributions ; un ménage peut être de plusieurs publics",
    PCT,
    f"{L441} ; publics : data/reference/nomenclatures/publics.csv",
    CHAMP,
    "publics",
    definition="Combien de ménages de chaque public prioritaire ont été logés",
    regles=REGLES_OBJECTIFS,
    ventilations=PAR_ZONE,
    a_objectif=True,
    compte=Compte(champ=(OBJECTIFS,), part_de="modalite", axe="public", drapeaux=True),
)
_O06 = Indicateur(
    "O06",
    "Ménages relogés par le renouvellement urbain",
    "Attributions à des ménages relogés par le renouvellement urbain ÷ attributions",
    PCT,
    f"{L441} ; art. L441-1-6, 5°",
    CHAMP,
    definition="Combien de ménages ont été relogés dans le cadre d’un renouvellement urbain, et où",
    regles=REGLES_OBJECTIFS,
    ventilations=(V(EPCI), V(COMMUNE), V(EN_QPV), V(HORS_QPV)),
    a_objectif=True,
    objet="parc",
    compte=Compte(champ=(OBJECTIFS,), public=(("relogement_ru", OUI),)),
)
_O08 = Indicateur(
    "O08",
    "Ménages prioritaires dans toutes les attributions d’un bailleur",
    "Attributions du bailleur à des ménages prioritaires ÷ toutes ses attributions, logements réservés compris",
    PCT,
    L441,
    CHAMP,
    definition="La part des ménages prioritaires dans toutes les attributions de chaque bailleur",
    regles=REGLES_OBJECTIFS,
    ventilations=(V(EPCI, BAILLEUR),),
    a_objectif=True,
    compte=Compte(champ=(OBJECTIFS,), public=PRIORITAIRES),
)


def _en_nombre(indicateur: Indicateur) -> Indicateur:
    """The same public counted in households, where an objective is set in number."""
    compte = indicateur.compte
    return Indicateur(
        indicateur.code + EN_NOMBRE,
        f"{indicateur.titre}, en nombre",
        f"Nombre d’{indicateur.formule.partition(' ÷ ')[0][0].lower()}{indicateur.formule.partition(' ÷ ')[0][1:]}",
        NOMBRE,
        indicateur.source,
        indicateur.population,
        indicateur.modalites,
        definition=f"{indicateur.definition}, en nombre de ménages, là où un objectif est fixé en nombre",
        regles=indicateur.regles,
        a_objectif=True,
        compte=Compte(
            compte.population, champ=compte.champ, champ_bailleur=compte.champ_bailleur, public=compte.public,
            axe=compte.axe, drapeaux=compte.drapeaux, reunion=compte.reunion,
        ),
    )  # fmt: skip


def _sensible(indicateur: Indicateur) -> Indicateur:
    """The same share under each other choice of a counting rule."""
    return Indicateur(
        indicateur.code + SENSIBILITE,
        f"{indicateur.titre} : ce que changeraient d’autres règles de comptage",
        indicateur.formule,
        PCT,
        indicateur.source,
        indicateur.population,
        REGLES_DE_COMPTAGE,
        definition="Le même indicateur si l’on choisissait autrement l’une des règles de comptage",
        regles=indicateur.regles,
        compte=Compte(
            champ=indicateur.compte.champ,
            public=indicateur.compte.public,
            axe="regle",
            revenus=indicateur.compte.revenus,
        ),
    )


# Told by the published figures of the others: it counts no rows.
OBJECTIFS_TENUS = Indicateur(
    "O07",
    "Objectifs tenus",
    "Objectifs tenus ÷ objectifs dont le résultat est publié",
    PCT,
    f"{L441} ; engagements de la convention : art. L441-1-6",
    "objectifs en vigueur au 31 décembre, de l’intercommunalité, des communes, des quartiers et des acteurs",
    INDICATEURS,
    definition="Combien des objectifs suivis sont tenus, en tout, puis indicateur par indicateur",
    compte=Compte(population=""),
)
OBJECTIFS_SUIVIS = (
    _O01,
    _O02,
    Indicateur(
        "O03",
        "Ressources des ménages logés, par quartile",
        "Attributions à des ménages de chaque quartile de ressources par unité de consommation ÷ attributions",
        PCT,
        "seuils du premier quartile : arrêtés annuels ; autres quartiles : tableau annuel de l’État",
        CHAMP,
        "quartiles",
        definition="Comment les ménages logés se répartissent entre les quatre quartiles de ressources",
        regles=(*REGLES_OBJECTIFS, "P5", "P6", "P7"),
        ventilations=PAR_ZONE,
        compte=Compte(champ=(OBJECTIFS,), part_de="modalite", axe="quartile"),
    ),
    _O04,
    _O05,
    _O06,
    _O08,
    OBJECTIFS_TENUS,
    *map(_sensible, (_O01, _O02)),
    *map(_en_nombre, (_O01, _O02, _O04, _O05, _O06, _O08)),
)
