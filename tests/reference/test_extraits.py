"""The seven extracts: what declares them, and that realistic headings of one are never taken for another's."""

from __future__ import annotations

from pathlib import Path

import pytest

from cil_analysis.extraits.rapprochement import apparier, exiger_les_colonnes, manquantes, reconnaitre
from cil_analysis.reference.colonnes import Dictionnaire, charger_dictionnaires

# RPLS public detail up to 2020, its 41 columns (domain, §5.1).
RPLS_2020 = (
    "DROIT, DEPCOM, CODEPOSTAL, LIBCOM, NUMVOIE, INDREP, TYPVOIE, NOMVOIE, NUMAPPT, NUMBOITE, ESC, COULOIR, ETAGE, "
    "COMPLIDENT, ENTREE, BAT, IMMEU, COMPLGEO, LIEUDIT, QPV, TYPECONST, NBPIECE, SURFHAB, CONSTRUCT, LOCAT, "
    "PATRIMOINE, ORIGINE, FINAN, FINANAUTRE, CONV, NUMCONV, DATCONV, NEWLOGT, CUS, DPEDATE, DPEENERGIE, DPESERRE, "
    "SRU_EXPIR, SRU_ALINEA, CODSEGPATRIM, LIBSEGPATRIM"
)
PROFIL = (
    "Âge du demandeur, Composition familiale, Nombre de personnes à loger, Situation professionnelle, Logement actuel, "
    "Motif de la demande, Ressources mensuelles, Nb UC, Tranche de plafonds, Publics prioritaires, DALO"
)
ENTETES = {
    ("attributions", "complet"): "N° unique, Date de signature du bail, Commune du logement, Bailleur, Contingent, "
    "Financement, Type de logement, Logement en QPV, Mutation interne, Date de dépôt de la demande, "
    "Commune d’origine, Code INSEE commune d’origine, Nationalité, Type de construction, Année de construction, "
    + PROFIL,
    ("attributions", "minimal"): "N° unique, Date du bail, Code INSEE, Organisme bailleur, Contingent",
    ("demandes", "complet"): "N° unique, Date de dépôt de la demande, Commune souhaitée (choix 1), "
    "Type de logement recherché, Mutation interne, État de la demande, " + PROFIL,
    ("demandes", "Imhoweb"): "ID_demande_unique, Date_depot, Date_renouvellement, Libelle_etat_demande, "
    "Code_INSEE_commune, Libelle_categorie_menage, Nombre_total_occupants, Nombre_unite_consommation, "
    "Ressources_par_unite_consommation, Libelle_statut_occupation, Indicateur_mutation, Libelle_motif_demande_1, "
    "Libelle_motif_priorite",
    ("propositions", "Imhoweb, proposition"): "ID_proposition_imhoweb, ID_demande_imhoweb, ID_demande_unique, "
    "Libelle_bailleur_logement, Libelle_agence, Libelle_reservataire_proposition, Libelle_designataire_proposition, "
    "Date_creation, Date_passage_commission, Date_accord_commission, Date_refus_commission, Date_accord_demandeur, "
    "Date_refus_demandeur, Libelle_motif_refus_demandeur, Date_signature_bail, Date_entree_dans_les_lieux, "
    "Indicateur_premier_quartile, Montant_revenu_unité_consommation, Indicateur_QPV, Libelle_QPV, Libelle_EPCI, "
    "Indicateur_logement_flux, Libelle_motif_hors_flux, Montant_loyer, Taux_effort, Code_INSEE_commune",
    ("propositions", "Imhoweb, commission"): "ID_CAL, Date_seance_commission, Code_rang, Libelle_decision, "
    "Libelle_motif_non_attribution, Annee_RFR, Montant_RFR, Montant_plafond, Taux_plafond, ID_demande_unique, "
    "Libelle_bailleur_logement, Code_INSEE_commune",
    ("propositions", "usuel"): "N° unique, Date de la CALEOL, Décision, Rang, Motif de refus, Commune du logement, "
    "Bailleur, Contingent, Type de logement, Financement, Date de signature du bail, Nom du demandeur",
    ("radiations", "usuel"): "N° unique, Date de radiation, Motif de radiation, Date de dépôt, "
    "Commune souhaitée (choix 1), Mutation interne, Date de signature du bail",
    ("parc", "RPLS, détail public jusqu’en 2020"): RPLS_2020,
    ("parc", "RPLS, détail public, avec dep"): f"dep, {RPLS_2020}",
    ("parc", "RPLS 2025"): "DEPCOM, LIBCOM, QPV_CODE, QPV_LIBELLE, PLG_QP15, PLG_QP24, PLG_IRIS2024_CODE, EPCI_CODE, "
    "DROIT_CODE, DROIT_LIBELLE, TYPECONST_CODE, TYPECONST_LIBELLE, NBPIECE, SURFHAB, CONSTRUCT, LOCAT, FINAN_CODE, "
    "FINAN_LIBELLE, CONV_CODE, DPEENERGIE, DPESERRE, PMR_CODE, X, Y, EPSG, QUALITE_XY, NOMVOIE",
    ("parc", "RPLS sécurisé"): "IDENT_REP, IDENT_ORG, SIRET, MODE, BAIL, LOYERPRINC, LOYERACC, SURFMODE, CONTRESLOG, "
    f"PRODFIN, REMLOCDATE, DATE_DEP_DERLOCAT, RS, {RPLS_2020}",
    ("parc", "usuel"): "Code INSEE, Bailleur, Type de construction, Nombre de pièces, Surface habitable, "
    "Année de construction, Financement, DPE, En QPV",
    ("occupation", "usuel"): "Commune, Bailleur, Nombre de logements, Nombre de ménages, Emménagés récents, "
    "Personnes seules, Familles monoparentales, Moins de 30 ans, 65 ans et plus, Moins de 20 %, De 20 à 40 %, "
    "Emménagés récents moins de 20 %, Bénéficiaires APL, Emploi stable, Chômage",
    ("flux", "usuel"): "Année, Bailleur, Réservataire, Commune, Typologie, Financement, QPV, Période de construction, "
    "Taux de flux, Logements proposés, Logements attribués, Logements soustraits, Motif de soustraction",
    ("flux", "minimal"): "Organisme, Contingent, Nb proposés, Nb attribués",
}


@pytest.fixture(scope="module")
def dictionnaires(reference: Path) -> dict[str, Dictionnaire]:
    return charger_dictionnaires(reference)


def entetes(liste: str) -> list[str]:
    return [entete.strip() for entete in liste.split(",")]


@pytest.mark.parametrize(("cas", "liste"), ENTETES.items(), ids=[" - ".join(cas) for cas in ENTETES])
def test_un_extrait_se_reconnait_a_ses_entetes(
    dictionnaires: dict[str, Dictionnaire], cas: tuple[str, str], liste: str
) -> None:
    """Nothing of it is unknown, all that it needs is there, and nothing personal is kept."""
    extrait, _ = cas
    assert reconnaitre(entetes(liste), dictionnaires, "fichier.csv") == extrait
    appariement = apparier(entetes(liste), dictionnaires[extrait])
    exiger_les_colonnes(appariement, dictionnaires[extrait], "fichier.csv")
    assert not appariement.inconnues and not appariement.doubles
    assert not manquantes(appariement, dictionnaires[extrait])
    personnels = {"NOMVOIE", "NUMAPPT", "CODEPOSTAL", "X", "Y", "Nom du demandeur", "LOYERPRINC", "SIRET"}
    assert not personnels & set(appariement.colonnes.values())


def test_l_annee_et_le_quartier_du_parc_ont_une_seule_source(dictionnaires: dict[str, Dictionnaire]) -> None:
    """A file with both generations of QPV gives the one in force; the other is set aside without a word."""
    appariement = apparier(["PLG_QP15", "PLG_QP24"], dictionnaires["parc"])
    assert appariement.colonnes == {"qpv": "PLG_QP24"} and appariement.ignorees == ["PLG_QP15"]


def test_chaque_extrait_dit_ce_qu_est_une_ligne(dictionnaires: dict[str, Dictionnaire]) -> None:
    assert list(dictionnaires) == [
        "attributions", "demandes", "propositions", "radiations", "parc", "occupation", "flux"
    ]  # fmt: skip
    for dictionnaire in dictionnaires.values():
        assert dictionnaire.obligatoires()
        assert dictionnaire.ligne[0].islower() and not dictionnaire.ligne.endswith(".")
        for colonne in dictionnaire.colonnes.values():
            assert colonne.definition and colonne.source and colonne.confiance in ("C", "L", "NF"), colonne.nom
            assert (colonne.type in ("code", "codes", "texte")) == bool(colonne.nomenclature), colonne.nom
            assert not colonne.alternative_de or colonne.alternative_de in dictionnaire.colonnes, colonne.nom
            assert colonne.type != "cle" or colonne.conservation == "transitoire"


def test_les_sentinelles_sont_les_nombres_de_la_colonne(dictionnaires: dict[str, Dictionnaire]) -> None:
    parc = dictionnaires["parc"].colonnes
    assert (parc["surface_m2"].sentinelles, parc["bailleur"].sentinelles) == (("0", "999"), ())
    assert dictionnaires["attributions"].colonnes["taille_menage"].sentinelles == ("99", "999")


def test_les_en_tetes_gardent_leur_ecriture_par_millesime(dictionnaires: dict[str, Dictionnaire]) -> None:
    millesimes = dictionnaires["parc"].millesimes
    assert list(millesimes) == ["usuels", "rpls_2016", "rpls_2020", "rpls_2025", "rpls_securise"]
    assert millesimes["rpls_2025"]["financement"] == ("FINAN_CODE",)
    assert "identifiant_logement" not in millesimes["rpls_2020"]
