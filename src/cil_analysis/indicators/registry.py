"""Every published table, in report order: its definition in words and the function that counts it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from cil_analysis.indicators import delais, demande, objectifs, volume
from cil_analysis.indicators.cadre import MOIS, NOMBRE, PCT, RATIO, Compte, Indicateur, Reunion, cadre_vide
from cil_analysis.indicators.cibles import attacher_cibles
from cil_analysis.indicators.exercice import Exercice
from cil_analysis.indicators.profils import DEMANDES, profil, profil_demandes
from cil_analysis.indicators.qualite import manquants

_BAUX = "baux signés dans l’année"
_CHAMP = "baux signés dans l’année, dans le champ des objectifs (règles P3 et P4)"
_STOCK = "demandes actives au 31 décembre"
_FICHIER = "extrait des attributions"
# The terms of disclosure control (cadre.Compte).
_DEMANDES = "demandes"
_OBJECTIFS = ("champ", "objectifs")
_PRIORITAIRES = (("prioritaire", "oui"),)
_L441 = "art. L441-1 du code de la construction et de l’habitation"

_PROFILS = (
    ("P01", "Âge", "tranche_age", "tranches_age", "age"),
    ("P02", "Composition familiale", "composition_familiale", "compositions_familiales", "composition_familiale"),
    ("P03", "Taille du ménage", "classe_taille", "tailles_menage", "taille_menage"),
    ("P04", "Situation professionnelle", "situation_professionnelle", "situations_professionnelles", ""),
    ("P05", "Ressources par rapport aux plafonds", "tranche_plafonds", "tranches_plafonds", "tranche_plafonds"),
)


def _profils() -> list[Indicateur]:
    resultat = []
    for code, titre, colonne, nomenclature, origine in _PROFILS:
        utiles = (origine or colonne,)
        resultat.append(
            Indicateur(
                code,
                f"{titre} des ménages logés",
                "Part de chaque classe dans les attributions ; « non renseigné » est une classe",
                PCT,
                _FICHIER,
                _BAUX,
                profil(code, colonne, nomenclature),
                nomenclature,
                utiles,
                compte=Compte(part_de="modalite", axe=colonne),
            )
        )
        resultat.append(
            Indicateur(
                code + DEMANDES,
                f"{titre} des demandeurs",
                "Part de chaque classe dans les demandes actives ; « non renseigné » est une classe",
                PCT,
                "extrait des demandes",
                _STOCK,
                profil_demandes(code, colonne, nomenclature),
                nomenclature,
                utiles,
                compte=Compte(_DEMANDES, part_de="modalite", axe=colonne),
            )
        )
    return resultat


INDICATEURS: tuple[Indicateur, ...] = (
    Indicateur(
        "V01",
        "Attributions",
        "Nombre de baux signés dans l’année (règles P1 et P2)",
        NOMBRE,
        "arrêté du 23/03/2015, annexe, § 6.2",
        _BAUX,
        volume.attributions,
        colonnes=("date_signature_bail",),
    ),
    Indicateur(
        "V02",
        "Demandes actives au 31 décembre",
        "Nombre de numéros uniques actifs au 31 décembre dont le premier choix est une commune du périmètre ; une "
        "demande sans numéro compte pour une",
        NOMBRE,
        "extrait des demandes",
        _STOCK,
        demande.stock,
        colonnes=("numero_unique",),
        compte=Compte(_DEMANDES),
    ),
    Indicateur(
        "V03",
        "Pression de la demande",
        "Demandes actives au 31 décembre ÷ attributions de l’année",
        RATIO,
        "extraits des demandes et des attributions",
        _STOCK,
        demande.tension,
        compte=Compte(_DEMANDES, rapporte_a="attributions"),
    ),
    Indicateur(
        "V06",
        "Délai médian d’attribution",
        "Médiane du délai entre le premier dépôt de la demande et la signature du bail, en mois de 30,4375 jours",
        MOIS,
        _FICHIER,
        _BAUX,
        delais.delai_median,
        "typologies",
        ("date_depot_demande",),
        compte=Compte(champ=(("delai", "connu"),), axe="typologie"),
    ),
    Indicateur(
        "T01",
        "Répartition des attributions par commune",
        "Attributions de la commune ÷ attributions de l’intercommunalité",
        PCT,
        _FICHIER,
        _BAUX,
        volume.repartition_communes,
        compte=Compte(part_de="perimetre"),
    ),
    Indicateur(
        "T02",
        "Attributions en quartier prioritaire et hors quartier",
        "Part des attributions en QPV, hors QPV et de situation inconnue (règle P5)",
        PCT,
        _FICHIER,
        _BAUX,
        volume.repartition_qpv,
        "situations_qpv",
        ("est_en_qpv",),
        compte=Compte(part_de="modalite", axe="zone"),
    ),
    Indicateur(
        "A01",
        "Attributions par bailleur",
        "Attributions du bailleur ÷ attributions de l’intercommunalité",
        PCT,
        _FICHIER,
        _BAUX,
        volume.par_bailleur,
        colonnes=("bailleur",),
        compte=Compte(part_de="acteur"),
    ),
    Indicateur(
        "A02",
        "Attributions par réservataire",
        "Attributions du contingent ÷ attributions de l’intercommunalité",
        PCT,
        _FICHIER,
        _BAUX,
        volume.par_reservataire,
        colonnes=("reservataire",),
        compte=Compte(part_de="acteur"),
    ),
    *_profils(),
    Indicateur(
        "O01",
        "Ménages du premier quartile logés hors quartier prioritaire",
        "Attributions hors QPV à des ménages du premier quartile de ressources, ou relogés par le renouvellement "
        "urbain ÷ attributions hors QPV (règles P3 à P10)",
        PCT,
        _L441,
        _CHAMP,
        objectifs.premier_quartile_hors_qpv,
        colonnes=("est_en_qpv", "revenu_uc_annuel_eur"),
        a_objectif=True,
        compte=Compte(
            champ=(_OBJECTIFS, ("zone", "HORS_QPV")), reunion=Reunion("quartile", ("Q1",), False), revenus_connus=True
        ),
    ),
    Indicateur(
        "O02",
        "Ménages des trois autres quartiles logés en quartier prioritaire",
        "Attributions en QPV à des ménages au-dessus du premier quartile ÷ attributions en QPV (règles P3 à P9)",
        PCT,
        _L441,
        _CHAMP,
        objectifs.autres_quartiles_en_qpv,
        colonnes=("est_en_qpv", "revenu_uc_annuel_eur"),
        a_objectif=True,
        compte=Compte(
            champ=(_OBJECTIFS, ("zone", "QPV")),
            reunion=Reunion("quartile", ("Q2", "Q3", "Q4", "SUP_Q1"), True),
            revenus_connus=True,
        ),
    ),
    Indicateur(
        "O03",
        "Ressources des ménages logés, par quartile",
        "Part de chaque quartile de ressources par unité de consommation dans les attributions",
        PCT,
        "seuils du premier quartile : arrêtés annuels ; autres quartiles : tableau annuel de l’État",
        _CHAMP,
        objectifs.quartiles,
        "quartiles",
        ("revenu_uc_annuel_eur",),
        compte=Compte(champ=(_OBJECTIFS,), part_de="modalite", axe="quartile"),
    ),
    Indicateur(
        "O04",
        "Ménages prioritaires, par réservataire et par bailleur",
        "Attributions à des ménages prioritaires (DALO ou art. L441-1) ÷ attributions du contingent ; pour un "
        "bailleur, sur ses logements non réservés",
        PCT,
        _L441,
        _CHAMP,
        objectifs.prioritaires,
        colonnes=("reservataire", "categories_prioritaires"),
        a_objectif=True,
        compte=Compte(champ=(_OBJECTIFS,), public=_PRIORITAIRES, champ_bailleur=(("reservataire", "AUCUN"),)),
    ),
    Indicateur(
        "O08",
        "Ménages prioritaires dans toutes les attributions d’un bailleur",
        "Attributions du bailleur à des ménages prioritaires ÷ toutes ses attributions, logements réservés compris",
        PCT,
        _L441,
        _CHAMP,
        objectifs.prioritaires_par_bailleur,
        colonnes=("bailleur", "categories_prioritaires"),
        a_objectif=True,
        compte=Compte(champ=(_OBJECTIFS,), public=_PRIORITAIRES),
    ),
    Indicateur(
        "Q01",
        "Valeurs manquantes dans les attributions",
        "Part des attributions dont la colonne est vide ou illisible ; « nd » : colonne absente du fichier",
        PCT,
        _FICHIER,
        _BAUX,
        manquants("Q01", "attributions"),
        "colonnes:attributions",
        compte=Compte(part_de="modalite", axe="manque"),
    ),
    Indicateur(
        "Q01D",
        "Valeurs manquantes dans les demandes",
        "Part des demandes dont la colonne est vide ou illisible ; « nd » : colonne absente du fichier",
        PCT,
        "extrait des demandes",
        _STOCK,
        manquants("Q01D", "demandes"),
        "colonnes:demandes",
        compte=Compte(_DEMANDES, part_de="modalite", axe="manque"),
    ),
)

PAR_CODE: Mapping[str, Indicateur] = {indicateur.code: indicateur for indicateur in INDICATEURS}


def calculer(indicateur: Indicateur, exercices: Sequence[Exercice], cibles: pd.DataFrame) -> pd.DataFrame:
    """The unmasked figures of an indicator over several years, targets attached."""
    cadres = [cadre for cadre in map(indicateur.calcul, exercices) if not cadre.empty]
    if not cadres:
        return cadre_vide()
    cadre = pd.concat(cadres, ignore_index=True)
    return attacher_cibles(cadre, cibles) if indicateur.a_objectif else cadre
