"""The gestion en flux of reserved dwellings: F01 to F12 (domain, §7.1)."""

from __future__ import annotations

from cil_analysis.indicators.cadre import (
    BAILLEUR,
    COMMUNE,
    EN_QPV,
    EPCI,
    HORS_QPV,
    NOMBRE,
    PCT,
    PRESENTES,
    RESERVATAIRE,
    TOUTES,
    Compte,
    Indicateur,
)
from cil_analysis.indicators.cadre import Ventilation as V
from cil_analysis.indicators.classement import OUI
from cil_analysis.indicators.vocabulaire import BAUX, CHAQUE_ACTEUR, FICHIER, REGLES

PROPOSES, ATTRIBUES = "flux:nb_proposes", "flux:nb_attribues"
_BILAN = "bilan de la gestion en flux, art. R441-5 du code de la construction et de l’habitation"
_PREVISION = f"{_BILAN} ; instruction du 28/03/2022"
_LOGEMENTS = "logements du bilan annuel des bailleurs"
_PREVUS = "logements attendus dans l’année, déclarés par les bailleurs"
# A landlord and a réservataire: the actor, then the category.
_CROISES = V(EPCI, BAILLEUR, PRESENTES)
_PARTAGES = (V(EPCI, modalites=PRESENTES), _CROISES)
_RESERVES = (V(EPCI), *CHAQUE_ACTEUR, _CROISES)
_LIEUX = (EPCI, COMMUNE, EN_QPV, HORS_QPV)
_SOUS_CONVENTION = (("convention", OUI),)
_PART_ATTRIBUEE = "Logements attribués dans l’année ÷ logements proposés dans l’année"


def _ventile(code: str, titre: str, nomenclature: str, axe: str) -> Indicateur:
    return Indicateur(
        code,
        titre,
        f"{_PART_ATTRIBUEE}, dans chaque classe",
        PCT,
        _BILAN,
        _LOGEMENTS,
        nomenclature,
        definition="Quels logements sont proposés aux réservataires, et combien leur sont attribués",
        ventilations=(V(EPCI, modalites=PRESENTES), V(EPCI, RESERVATAIRE, PRESENTES)),
        compte=Compte(ATTRIBUES, rapporte_a=PROPOSES, axe=axe),
    )


FLUX = (
    Indicateur(
        "F01",
        "Logements proposés aux réservataires",
        "Nombre de logements proposés dans l’année",
        NOMBRE,
        _BILAN,
        _LOGEMENTS,
        definition="Combien de logements les bailleurs ont proposés",
        ventilations=(V(EPCI), *CHAQUE_ACTEUR),
        compte=Compte(PROPOSES),
    ),
    Indicateur(
        "F02",
        "Logements attribués au titre du flux",
        "Nombre de logements attribués dans l’année, mutations et relogements soustraits",
        NOMBRE,
        _BILAN,
        _LOGEMENTS,
        definition="Combien de logements ont été attribués au titre de chaque réservataire",
        ventilations=(V(EPCI), *CHAQUE_ACTEUR),
        compte=Compte(ATTRIBUES),
    ),
    Indicateur(
        "F03",
        "Part attribuée des logements proposés",
        _PART_ATTRIBUEE,
        PCT,
        _BILAN,
        _LOGEMENTS,
        "reservataires",
        definition="La part des logements proposés qui ont été attribués au titre du réservataire",
        ventilations=(
            *(V(lieu) for lieu in _LIEUX),
            *CHAQUE_ACTEUR,
            _CROISES,
            *(V(lieu, RESERVATAIRE) for lieu in _LIEUX if lieu != EPCI),
        ),
        compte=Compte(ATTRIBUES, rapporte_a=PROPOSES, axe="reservataire", lieu="commune_flux"),
    ),
    _ventile("F03T", "Logements proposés et attribués, par type", "typologies", "typologie"),
    _ventile("F03F", "Logements proposés et attribués, par financement", "financements", "financement"),
    _ventile("F03P", "Logements proposés et attribués, par époque", "periodes_construction", "periode_construction"),
    Indicateur(
        "F04",
        "Logements réservés par les conventions",
        "Taux de la convention × base prévisionnelle du bailleur, au logement le plus proche",
        NOMBRE,
        _PREVISION,
        _PREVUS,
        "reservataires",
        definition="Combien de logements les conventions réservent dans l’année",
        ventilations=_RESERVES,
        compte=Compte("flux:quota", axe="reservataire"),
    ),
    Indicateur(
        "F05",
        "Réalisation des réservations",
        "Logements attribués au titre d’une convention ÷ logements que les conventions réservent",
        PCT,
        _PREVISION,
        f"{_LOGEMENTS}, d’un bailleur et d’un réservataire que lie un taux",
        "reservataires",
        definition="Où en sont les attributions par rapport à ce que les conventions réservent ; au-delà de 100 %, le "
        "réservataire a eu plus que sa part",
        ventilations=_RESERVES,
        compte=Compte(ATTRIBUES, rapporte_a="flux:quota", champ=_SOUS_CONVENTION, axe="reservataire"),
    ),
    Indicateur(
        "F06",
        "Part de chaque réservataire dans le flux attribué",
        "Logements attribués au titre de chaque réservataire ÷ logements attribués au titre du flux",
        PCT,
        _BILAN,
        _LOGEMENTS,
        "reservataires",
        definition="Comment les logements attribués se partagent entre réservataires",
        ventilations=_PARTAGES,
        compte=Compte(ATTRIBUES, part_de="modalite", axe="reservataire"),
    ),
    Indicateur(
        "F07",
        "Taux du flux réservé par les conventions",
        "Logements que les conventions réservent ÷ bases prévisionnelles des bailleurs qui ont une convention avec le "
        "réservataire",
        PCT,
        _PREVISION,
        _PREVUS,
        "reservataires",
        definition="La part du flux que les conventions réservent à chaque réservataire",
        ventilations=_PARTAGES,
        compte=Compte("flux:quota", rapporte_a="flux:assiette", axe="reservataire"),
    ),
    Indicateur(
        "F08",
        "Base prévisionnelle du flux",
        "Libérations attendues + mises en service − logements à soustraire, ou base que le bailleur déclare",
        NOMBRE,
        _PREVISION,
        _PREVUS,
        definition="Sur combien de logements les taux des conventions s’appliquent ; un bailleur qui ne la donne pas "
        "n’y est pas compté",
        ventilations=(V(EPCI), V(EPCI, BAILLEUR)),
        compte=Compte("flux:base"),
    ),
    Indicateur(
        "F09",
        "Composition de la base prévisionnelle",
        "Nombre de logements de chaque partie de la base",
        NOMBRE,
        _PREVISION,
        _PREVUS,
        "composantes_flux",
        definition="De quoi la base est faite : ce qui se libère, ce qui est livré, ce qui est soustrait",
        ventilations=(V(EPCI, modalites=PRESENTES), V(EPCI, BAILLEUR, PRESENTES)),
        compte=Compte("flux:logements_prevus", axe="composante_flux"),
    ),
    Indicateur(
        "F10",
        "Logements soustraits du flux",
        "Nombre de logements soustraits dans l’année, par motif",
        NOMBRE,
        _BILAN,
        _LOGEMENTS,
        "motifs_soustraction_flux",
        definition="Combien de logements n’ont pas été proposés aux réservataires, et pourquoi",
        ventilations=(V(EPCI), V(EPCI, BAILLEUR), V(EPCI, modalites=PRESENTES)),
        compte=Compte("flux:nb_soustraits", axe="motif_soustraction"),
    ),
    Indicateur(
        "F10P",
        "Logements à soustraire du flux",
        "Prévision de logements à soustraire dans l’année, par motif",
        NOMBRE,
        _PREVISION,
        _PREVUS,
        "motifs_soustraction_flux",
        definition="Combien de logements les bailleurs prévoyaient de soustraire, et pourquoi",
        ventilations=(V(EPCI), V(EPCI, BAILLEUR), V(EPCI, modalites=PRESENTES)),
        compte=Compte("flux:nb_soustraits_prevus", axe="motif_soustraction"),
    ),
    Indicateur(
        "F11",
        "Attributions cumulées par trimestre",
        "Nombre de baux signés au plus tard le dernier jour du trimestre, mutations et relogements compris",
        NOMBRE,
        FICHIER,
        BAUX,
        "trimestres",
        definition="Où en étaient les attributions de chaque réservataire à la fin de chaque trimestre",
        regles=REGLES,
        ventilations=(V(EPCI, modalites=TOUTES), V(EPCI, RESERVATAIRE, TOUTES)),
        compte=Compte(axe="cumul", drapeaux=True),
    ),
    Indicateur(
        "F12",
        "Part écoulée de l’année",
        "Jours du 1er janvier au dernier bail signé ÷ jours de l’année",
        PCT,
        FICHIER,
        BAUX,
        definition="Jusqu’où vont les attributions reçues : une année inachevée se projette à proportion",
        regles=("P2",),
        ventilations=(V(EPCI),),
        compte=Compte("calendrier:jours_ecoules", rapporte_a="calendrier:jours"),
    ),
)
