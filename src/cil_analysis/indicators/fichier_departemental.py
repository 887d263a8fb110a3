"""The requests as a file of their own, stock and flows: D01 to D06, and what :mod:`attentes` tells of the wait."""

from __future__ import annotations

from cil_analysis.indicators.attentes import ATTENTES
from cil_analysis.indicators.cadre import COMMUNE, EPCI, NOMBRE, PCT, RATIO, TOUTES, Compte, Indicateur
from cil_analysis.indicators.cadre import Ventilation as V
from cil_analysis.indicators.classement import OUI
from cil_analysis.indicators.dimensions_demande import ANNEE, AVANT
from cil_analysis.indicators.termes import SORTIES
from cil_analysis.indicators.vocabulaire import COMMUNES, DEUX_FICHIERS, ENSEMBLE, FICHIER_D, REGLES, STOCK

_FICHIERS_DU_COMPTE = "extraits des demandes et des radiations"
_SUIVIES = "demandes actives au 31 décembre, ou sorties du fichier dans l’année"
_SORTIES = "demandes sorties du fichier dans l’année"
_REGLE_DES_SORTIES = (
    "une demande sort à sa dernière radiation de l’année, si celle-ci n’est pas annulée et si la demande n’est pas "
    "active au 31 décembre"
)
_DEPOSEES = (("depot", ANNEE),)
_STOCK_ET_SORTIES = f"demandes+{SORTIES}"


FICHIER_DEPARTEMENTAL = (
    Indicateur(
        "D01",
        "Nouvelles demandes",
        "Nombre de demandes déposées dans l’année : celles qui sont actives au 31 décembre, et celles qui sont déjà "
        "sorties du fichier",
        NOMBRE,
        _FICHIERS_DU_COMPTE,
        _SUIVIES,
        definition="Combien de ménages ont déposé une première demande dans l’année",
        regles=("P9",),
        ventilations=(V(EPCI), V(COMMUNE)),
        compte=Compte(_STOCK_ET_SORTIES, champ=_DEPOSEES),
    ),
    Indicateur(
        "D01M",
        "Nouvelles demandes par mois",
        "Nombre de demandes déposées dans le mois, actives au 31 décembre ou déjà sorties du fichier",
        NOMBRE,
        _FICHIERS_DU_COMPTE,
        _SUIVIES,
        "mois",
        definition="Combien de ménages ont déposé une première demande, mois par mois",
        regles=("P9",),
        ventilations=ENSEMBLE,
        compte=Compte(_STOCK_ET_SORTIES, champ=_DEPOSEES, axe="mois_depot"),
    ),
    Indicateur(
        "D02",
        "Demandes sorties du fichier",
        f"Nombre de demandes radiées dans l’année ; {_REGLE_DES_SORTIES}",
        NOMBRE,
        "extraits des radiations et des demandes ; arrêté du 23/03/2015, annexe",
        _SORTIES,
        definition="Combien de demandes ont quitté le fichier dans l’année, pour un logement ou un autre motif",
        regles=("P9",),
        ventilations=(V(EPCI), V(COMMUNE)),
        compte=Compte(SORTIES),
    ),
    Indicateur(
        "D02M",
        "Demandes sorties du fichier par mois",
        f"Nombre de demandes radiées dans le mois ; {_REGLE_DES_SORTIES}",
        NOMBRE,
        "extraits des radiations et des demandes",
        _SORTIES,
        "mois",
        definition="Combien de demandes ont quitté le fichier, mois par mois",
        regles=("P9",),
        ventilations=ENSEMBLE,
        compte=Compte(SORTIES, axe="mois_sortie"),
    ),
    Indicateur(
        "D02A",
        "Demandes satisfaites par mois",
        f"Nombre de demandes radiées pour attribution dans le mois ; {_REGLE_DES_SORTIES}",
        NOMBRE,
        "extraits des radiations et des demandes",
        "demandes sorties du fichier dans l’année, pour attribution",
        "mois",
        definition="Combien de demandes ont quitté le fichier par un logement, mois par mois",
        regles=("P9",),
        ventilations=ENSEMBLE,
        compte=Compte(SORTIES, champ=(("motif_radiation", "RADATT"),), axe="mois_sortie"),
    ),
    Indicateur(
        "D03",
        "Sorties du fichier par motif",
        f"Sorties de chaque motif ÷ sorties de l’année ; {_REGLE_DES_SORTIES}",
        PCT,
        "extraits des radiations et des demandes ; arrêté du 23/03/2015, annexe",
        _SORTIES,
        "motifs_radiation",
        definition="Pourquoi les demandes ont quitté le fichier, les radiations annulées mises à part",
        regles=("P9",),
        ventilations=ENSEMBLE,
        compte=Compte(SORTIES, part_de="modalite", axe="motif_radiation"),
    ),
    Indicateur(
        "D04",
        "Demandes renouvelées dans l’année",
        "Demandes actives déposées avant l’année et renouvelées dans l’année ÷ demandes actives déposées avant l’année",
        PCT,
        FICHIER_D,
        "demandes actives au 31 décembre, déposées avant l’année",
        definition="La part des demandes anciennes que leur titulaire a renouvelées dans l’année",
        regles=("P9",),
        ventilations=(V(EPCI),),
        compte=Compte("demandes", champ=(("depot", AVANT),), public=(("renouvelee", OUI),)),
    ),
    Indicateur(
        "D04M",
        "Demandes renouvelées par mois",
        "Nombre de demandes actives au 31 décembre dont le dernier renouvellement est du mois",
        NOMBRE,
        FICHIER_D,
        STOCK,
        "mois",
        definition="Combien de demandes encore actives ont été renouvelées, mois par mois",
        regles=("P9",),
        ventilations=ENSEMBLE,
        compte=Compte("demandes", champ=(("renouvelee", OUI),), axe="mois_renouvellement"),
    ),
    Indicateur(
        "D05",
        "Pression de la demande par public",
        "Demandes actives au 31 décembre de ce public ÷ attributions de l’année à ce public ; un ménage peut être de "
        "plusieurs publics",
        RATIO,
        f"{DEUX_FICHIERS} ; publics : data/reference/nomenclatures/publics.csv",
        STOCK,
        "publics",
        definition="Combien de demandes il y a pour une attribution, dans chaque public suivi",
        regles=REGLES,
        ventilations=ENSEMBLE,
        compte=Compte("demandes", rapporte_a="attributions", axe="public", drapeaux=True),
    ),
    Indicateur(
        "D06",
        "Pression de la demande selon la commune de résidence",
        "Demandes actives au 31 décembre de ménages de cette commune ÷ attributions de l’année à des ménages qui en "
        "viennent",
        RATIO,
        DEUX_FICHIERS,
        STOCK,
        COMMUNES,
        definition="Combien de demandes il y a pour une attribution, selon la commune où habite le ménage",
        regles=REGLES,
        ventilations=ENSEMBLE,
        derniere_annee=True,
        compte=Compte("demandes", rapporte_a="attributions", axe="origine"),
    ),
    Indicateur(
        "D07",
        "Commune de résidence des demandeurs",
        "Demandes dont le premier choix est la commune, de ménages de chaque commune de résidence ÷ demandes dont le "
        "premier choix est la commune",
        PCT,
        FICHIER_D,
        STOCK,
        COMMUNES,
        definition="Dans quelle commune habitent les ménages qui demandent chaque commune",
        regles=("P9",),
        ventilations=(V(COMMUNE, modalites=TOUTES),),
        derniere_annee=True,
        compte=Compte("demandes", part_de="modalite", axe="origine"),
    ),
    Indicateur(
        "D07R",
        "Demandeurs qui souhaitent rester dans leur commune",
        "Demandes de ménages dont le premier choix est leur commune de résidence ÷ demandes de ménages qui habitent la "
        "commune",
        PCT,
        FICHIER_D,
        "demandes actives au 31 décembre de ménages qui habitent une commune de l’intercommunalité",
        definition="La part des demandeurs d’une commune qui la demandent en premier choix",
        regles=("P9",),
        ventilations=(V(EPCI), V(COMMUNE)),
        derniere_annee=True,
        compte=Compte(
            "demandes", champ=(("vient_de_l_epci", OUI),), public=(("meme_commune", OUI),), lieu="origine"
        ),
    ),
    *ATTENTES,
)  # fmt: skip
