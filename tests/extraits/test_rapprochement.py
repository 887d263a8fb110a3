"""D3 and D5: which heading is which column, what is refused, and which extract a file is."""

from __future__ import annotations

from dataclasses import replace

import pytest
from conftest_extraits import ENTETES

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits import rapprochement
from cil_analysis.reference.colonnes import Dictionnaire
from cil_analysis.reference.ensemble import References
from messages import exiger_un_remede, refuser

DEMANDES = ["N° unique", "Commune souhaitée", "Type de logement recherché"]


@pytest.fixture
def attributions(references_communes: References) -> Dictionnaire:
    return references_communes.dictionnaires["attributions"]


def verifier(entetes: list[str], dictionnaire: Dictionnaire) -> rapprochement.Appariement:
    appariement = rapprochement.apparier(entetes, dictionnaire)
    rapprochement.exiger_les_colonnes(appariement, dictionnaire, "f.csv")
    return appariement


@pytest.mark.parametrize(
    ("entetes", "nommes"),
    [
        *(([e for e in ENTETES if e != absent], [f"« {nom} »"]) for absent, nom in (
            ("N° unique", "Numéro unique"), ("Date du bail", "Date de signature du bail"),
            ("Commune", "Commune du logement"), ("Bailleur", "Bailleur"))),
        # Each resemblance is beside its own column.
        (["N° unique", "Date signature bailX", "Communes", "Organismes"],
         ["« Date de signature du bail » (l’en-tête « Date signature bailX »",
          "« Commune du logement » (l’en-tête « Communes »", "« Bailleur »"]),
        # The commune of the applicant must not be taken for that of the dwelling, nor the other way round.
        ([*ENTETES, "Commune du logement"], ["« Commune »", "« Commune du logement »", "« ignoree »"]),
        ([*ENTETES, "COMMUNE"], ["« COMMUNE »"]),
        ([*ENTETES, "Réservataires"], ["« Réservataires »", "« Réservataire »", "reservataire"]),
    ],
)  # fmt: skip
def test_des_en_tetes_refuses(attributions: Dictionnaire, entetes: list[str], nommes: list[str]) -> None:
    with refuser("f.csv", *nommes):
        verifier(entetes, attributions)


def test_le_libelle_d_une_colonne_est_un_en_tete(references_communes: References) -> None:
    """Unless it is another's: « Commune du logement » holds names."""
    for dictionnaire in references_communes.dictionnaires.values():
        for colonne in dictionnaire.colonnes.values():
            trouve = rapprochement.apparier([colonne.libelle], dictionnaire)
            assert (colonne.conservation == "derivee") == (not trouve.colonnes), colonne.nom


@pytest.mark.parametrize(
    ("entetes", "logement", "origine"),
    [
        (["Commune", "Commune de résidence"], "Commune", "Commune de résidence"),
        (["Commune d’origine", "Commune du logement"], "Commune du logement", "Commune d’origine"),
        (["COMMUNE ACTUELLE", "Libellé commune"], "Libellé commune", "COMMUNE ACTUELLE"),
        (["Commune du logement", "Commune du logement actuel"], "Commune du logement", "Commune du logement actuel"),
        (["Provenance", "Commune logement"], "Commune logement", "Provenance"),
    ],
)
def test_la_commune_du_logement_et_celle_d_ou_vient_le_menage(
    attributions: Dictionnaire, entetes: list[str], logement: str, origine: str
) -> None:
    appariement = verifier(["N° unique", "Date du bail", "Bailleur", *entetes], attributions)
    assert appariement.colonnes["commune_libelle"] == logement
    assert appariement.colonnes["commune_origine_libelle"] == origine
    codes = ["Code INSEE commune d’origine", "Code INSEE du logement"]
    trouvees = verifier(["N° unique", "Date du bail", "Bailleur", *codes], attributions).colonnes
    assert (trouvees["commune_origine_insee"], trouvees["commune_insee"]) == tuple(codes)


@pytest.mark.parametrize("entete", ["Code commune logement", "Insee commune", "Communes", "Commune du lgt"])
def test_la_commune_du_logement_mal_ecrite_n_est_pas_une_provenance(attributions: Dictionnaire, entete: str) -> None:
    with pytest.raises(ErreurCIL, match="Commune du logement") as erreur:
        verifier(["N° unique", "Date du bail", "Bailleur", entete], attributions)
    assert "origine" not in str(erreur.value)


def test_les_mots_trop_larges_sont_inconnus(attributions: Dictionnaire) -> None:
    """« Ville » may be the applicant's, « Type » that of anything; a near heading of a column found is no other."""
    assert verifier([*ENTETES, "Ville", "Type"], attributions).inconnues == ["Ville", "Type"]
    assert verifier([*ENTETES, "Réservataire", "Réservataires"], attributions).inconnues == ["Réservataires"]


@pytest.mark.parametrize(
    ("entetes", "reclament"),
    [
        (["N° unique", "Âge"], ["attributions", "demandes"]),
        # Leases without their landlord have all that the requests require: never taken for requests.
        (["N° unique", "Date du bail", "Code INSEE", "Contingent"], ["attributions", "demandes"]),
        # Requests that lack their commune, more of whose headings the leases know.
        (["N° unique", "Âge", "DALO", "Mutation", "Financement", "1er choix"], ["attributions", "demandes"]),
        # Radiations with the columns of their leases, leases with those of their dwellings.
        (["N° unique", "Date de dépôt", "Date de radiation", "Motif de radiation", "Date de signature du bail",
          "Commune du logement", "Bailleur", "Contingent", "Type de logement"], ["radiations"]),
        (["N° unique", "Date de signature du bail", "Bailleur", "Code INSEE", "Année de construction",
          "Année de mise en location", "Financement", "Surface habitable", "Mode d’occupation"], ["attributions"]),
    ],
)  # fmt: skip
def test_extrait_douteux(references_communes: References, entetes: list[str], reclament: list[str]) -> None:
    with refuser("f.csv", "--extrait", *reclament):
        rapprochement.reconnaitre(entetes, references_communes.dictionnaires, "f.csv")


def test_deux_colonnes_partagees_ne_font_pas_des_demandes(references_communes: References) -> None:
    """Radiations once the requests' headings are learnt, which share two: they replaced the stock."""
    dictionnaires = dict(references_communes.dictionnaires)
    appris = {"nud demandeur": "numero_unique", "ville choix 1": "commune_libelle"}
    demandes = dictionnaires["demandes"]
    dictionnaires["demandes"] = replace(demandes, entetes={**demandes.entetes, **appris})
    with refuser("f.csv", "« demandes »", "--extrait", 'cil colonnes "a b/f.csv"'):
        rapprochement.reconnaitre(
            ["NUD demandeur", "Sortie le", "Cause sortie", "Ville choix 1"], dictionnaires, "f.csv", "a b/f.csv"
        )
    # Mostly known, or blank headings; leases, whose four columns are of nobody else.
    inconnus = [f"Champ {rang}" for rang in range(9)]
    for entetes, extrait in (
        ([*DEMANDES, *inconnus[:2]], "demandes"),
        ([*DEMANDES, *(f"(sans en-tête {rang})" for rang in range(4, 9))], "demandes"),
        ([*ENTETES, *inconnus], "attributions"),
    ):
        assert rapprochement.reconnaitre(entetes, dictionnaires, "f.csv") == extrait


def test_un_extrait_dont_il_manque_presque_tout_n_est_pas_nomme(references_communes: References) -> None:
    """Its commands led requests to the dictionary of leases."""
    for entetes in (["Financement", "Période de construction"], ["Bailleur", "Âge", "Date du contrat", "Mutation"]):
        with pytest.raises(ErreurCIL, match=r"--extrait : attributions, demandes, .*--extrait NOM") as erreur:
            rapprochement.reconnaitre(entetes, references_communes.dictionnaires, "f.csv")
        exiger_un_remede(erreur.value, "f.csv")


def test_la_commande_a_coller_nomme_le_fichier(references_communes: References) -> None:
    """As the user named it: « FICHIER » had to be filled in."""
    dictionnaires, chemin = references_communes.dictionnaires, "data/raw/mes baux.csv"
    with pytest.raises(ErreurCIL, match=r'cil colonnes "data/raw/mes baux\.csv" --extrait attributions'):
        rapprochement.exiger_les_colonnes(
            rapprochement.apparier(["Bailleur"], dictionnaires["attributions"]),
            dictionnaires["attributions"],
            "mes baux.csv",
            chemin,
        )
    with pytest.raises(ErreurCIL, match=r'cil colonnes "data/raw/mes baux\.csv" --extrait NOM'):
        rapprochement.reconnaitre(["N° unique", "Âge"], dictionnaires, "mes baux.csv", chemin)
