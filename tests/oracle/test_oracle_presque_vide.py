"""A year of a few rows, most columns of which are blank, against the oracle: what a drawn year has none of."""

from __future__ import annotations

import shutil
from datetime import datetime
from typing import Any

import oracle_sql
import pytest
from fabrication import ANNEE, RACINE, sans_les_autres_oracles, verifier

from cil_analysis.projet import Projet, ouvrir_projet
from cil_analysis.reference.ensemble import References
from cil_analysis.secret.comptage import compter_annee
from fabrique import extrait

BAUX = """
commune est_en_qpv qpv bailleur reservataire financement revenu ru interne mutation categories dalo logement origine delai typologie menage signature
72181 non . LMH AUCUN PLUS 9143 non non non DALO CADUC SH 72181 10 T2 x 2024-03-02
72181 oui QN07203M LMH PPRIOR PLAI 9143.01 non oui non a;DALO CADUC HLM 72003 20 T3 . 2024-01-05
72003 oui . SH . PLI 20000 non non oui . ACTIF HOT HORS 34 T2 . 2024-12-31
72003 non . . COLTER . . oui . . g_bis;m NON SD . . T2 x 2024-03-01
72181 . . SH AUCUN PLS 13023 non non non . . CAMCAR 72130 40 . . 2024-06-01
"""  # noqa: E501
NOMS = {
    "commune": "commune_insee", "revenu": "revenu_uc_annuel_eur", "ru": "est_relogement_ru",
    "interne": "est_mutation_interne", "mutation": "est_mutation", "categories": "categories_prioritaires",
    "dalo": "statut_dalo", "logement": "logement_actuel", "origine": "commune_origine_insee", "delai": "delai_mois",
    "menage": "demande_pseudonyme", "signature": "date_signature_bail",
}  # fmt: skip
DEMANDES = [
    {"date_depot_demande": datetime(2023, 12, 31), "typologie": "T2", "est_mutation_interne": True,
     "date_renouvellement": datetime(2024, 12, 15), "commune_origine_insee": "72003"},
    {"date_depot_demande": datetime(2024, 1, 1), "typologie": "T2", "commune_origine_insee": "72181"},
    {"date_depot_demande": datetime(2019, 12, 31), "typologie": "T3", "date_renouvellement": datetime(2023, 12, 20),
     "commune_origine_insee": "44109"},
    {"date_depot_demande": datetime(2020, 1, 1), "typologie": "T4", "date_renouvellement": datetime(2024, 3, 10),
     "commune_origine_insee": "72181", "logement_actuel": "SH"},
    {"date_depot_demande": None, "commune_insee": "72129"},
]  # fmt: skip
RADIATIONS = [
    {"motif_radiation": "RADATT", "date_radiation": datetime(2024, 5, 1), "date_depot_demande": datetime(2024, 3, 1),
     "date_signature_bail": datetime(2024, 4, 30)},
    {"motif_radiation": None, "date_radiation": datetime(2024, 6, 1), "commune_insee": "72003"},
    {"motif_radiation": "DERADIATION", "date_radiation": datetime(2024, 7, 1)},
]  # fmt: skip
PROPOSITIONS = [
    {"decision": "ATTRIBUTION", "date_refus_demandeur": datetime(2024, 3, 1), "bailleur": "LMH"},
    {"decision": "ATTRIBUTION_RANG", "motif_refus_demandeur": "PRIX", "bailleur": "SH"},
    {"decision": "ATTRIBUTION", "bailleur": "SH"},
    {"decision": "NON_ATTRIBUTION", "date_refus_demandeur": datetime(2024, 3, 1), "bailleur": "SH"},
]
# T2 gives 10 points, and in the variant T3 and T4 do.
GRILLES = {
    "grilles": "grille,intitule,statut,valide_du,valide_au,document,bailleurs_testeurs,source,confiance\n"
    f"G,G,expérimentation,{ANNEE}-03-02,,,LMH,x,L\nS,S,simulation,{ANNEE}-01-01,,,,x,L\n",
    "criteres": "grille,critere,libelle,famille,colonne,operateur,valeurs,points,par,plafond,cumulable,source,confiance"
    "\nG,A,A,F,typologie,est,T2,10,,,oui,x,L\nS,A,A,F,typologie,parmi,T3|T4,10,,,oui,x,L\n",
}


def lire_baux() -> list[dict[str, Any]]:
    entetes, *lignes = (ligne.split() for ligne in BAUX.split("\n") if ligne)
    sens: dict[str, Any] = {".": None, "oui": True, "non": False}
    baux = []
    for ligne in lignes:
        bail = {NOMS.get(nom, nom): sens.get(mot, mot) for nom, mot in zip(entetes, ligne, strict=True)}
        if bail["date_signature_bail"]:
            bail["date_signature_bail"] = datetime.fromisoformat(bail["date_signature_bail"])
        bail |= {nom: float(bail[nom]) for nom in ("revenu_uc_annuel_eur", "delai_mois") if bail[nom]}
        baux.append(bail)
    return baux


@pytest.fixture(scope="module")
def projet(tmp_path_factory: pytest.TempPathFactory) -> Projet:
    racine = tmp_path_factory.mktemp("recompte")
    reference = racine / "data" / "reference"
    shutil.copytree(RACINE / "data" / "reference", reference)
    (reference / "territory" / "parc_social.csv").write_text(
        f"code_insee,annee,logements,source,confiance\n72181,{ANNEE},60,x,L\n72130,{ANNEE},0,x,L\n", "utf-8"
    )
    reglages = reference / "parameters" / "fichier_departemental.yml"
    texte = reglages.read_text("utf-8").replace("value: null", "value: 30").replace("value: 10", "value: 1")
    reglages.write_text(texte, "utf-8")
    for nom, texte in GRILLES.items():
        (reference / "cotation" / f"{nom}.csv").write_text(texte, "utf-8")
    demandes = [{"commune_insee": "72181"} | d for d in DEMANDES]
    annees: dict[int, dict[str, list[dict[str, Any]]]] = {
        ANNEE: {"attributions": lire_baux(), "demandes": demandes, "radiations": RADIATIONS,
                "propositions": PROPOSITIONS},
        ANNEE - 2: {"attributions": [{"commune_insee": "72181", "date_signature_bail": datetime(ANNEE - 2, 5, 2)}]},
    }  # fmt: skip
    for annee, extraits in annees.items():
        for nom, lignes in extraits.items():
            dossier = racine / "data" / "processed" / nom / f"annee={annee}"
            dossier.mkdir(parents=True)
            extrait(nom, lignes).to_parquet(dossier / "part.parquet", index=False)
    return ouvrir_projet(racine)


def test_une_annee_presque_vide_egale_l_oracle(projet: Projet) -> None:
    produit = sans_les_autres_oracles(compter_annee(projet, References(projet), ANNEE).cadre)
    with oracle_sql.ouvrir(projet.racine) as base:
        attendu = oracle_sql.chiffres(base)
    verifier(produit, attendu)
    for code, statuts in {"V01": {"publie"}, "O01": {"publie", "sans_objet", "non_calculable"},
                          "P06": {"non_calculable"}, "T01R": {"publie", "non_calculable"}}.items():  # fmt: skip
        assert statuts <= set(attendu.loc[attendu["indicateur"].eq(code), "statut"]), code
    assert not attendu.duplicated(oracle_sql.CLES).any()
