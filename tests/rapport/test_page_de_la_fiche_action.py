"""The action sheet: its fixed headings, where each paragraph comes from, what nobody has filled in."""

from __future__ import annotations

import re
from typing import Any

import pandas as pd
import pytest
from carnets import CARNETS, derouler
from rapports import lignes_de, lu
from test_gouvernance import EPCI, chiffres, rapport

from cil_analysis.rapport.bloc import Bloc
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.reference.parametres import Parametres
from cil_analysis.rendu import accueil
from fabrique import gouvernance
from messages import lisible

RUBRIQUES = {
    "objectifs": "Objectifs et descriptif de l’action",
    "secteur": "Secteur géographique",
    "beneficiaires": "Type de bénéficiaires",
    "partenaires": "Partenaires financiers ou contractuels",
    "enveloppe": "Enveloppe budgétaire au titre de l’année en cours",
    "bilan": "Bilan de l’année précédente",
}


def enveloppe(*lignes: tuple[float, str, float | None, str]) -> pd.DataFrame:
    """Budget lines: year, who pays, amount, confidence."""
    table = pd.DataFrame(lignes, columns=["annee", "financeur", "montant_eur", "confiance"])
    return table.assign(ligne=table.index.map("E{}".format), intitule=[f"Poste {n}" for n in table.index],
                        source="Délibération").astype({"montant_eur": "float64"})  # fmt: skip


def remplie(*lignes: tuple[float, str, float | None, str], **par_code: Any) -> Rapport:
    vie = gouvernance() | {"governance/enveloppe": enveloppe(*lignes)}
    return rapport(chiffres(**par_code), vie=vie)


def fiche(ouvert: Rapport) -> dict[str, Bloc]:
    sections = derouler("fiche_action.qmd", ouvert)
    for bloc in sections.values():
        lu(bloc)
    return sections


def dit(bloc: Bloc) -> str:
    return lisible(lu(bloc).texte)


def test_les_rubriques_sont_celles_de_la_fiche_du_service() -> None:
    carnet = (CARNETS / "fiche_action.qmd").read_text(encoding="utf-8")
    assert dict(re.findall(r"^## (.*) \{#(\w+)\}$", carnet, re.M)) == {v: k for k, v in RUBRIQUES.items()}


def test_chaque_paragraphe_dit_d_ou_il_vient_et_chaque_table_aussi() -> None:
    sections = fiche(remplie((2023, "Ville", 100, "C"), V01=250, V02=900, G01=1))
    for ancre in RUBRIQUES:
        dits = [p for p in lu(sections[ancre]).tous("p") if "à renseigner" not in p.texte]
        sans = [p.texte for p, suite in zip(dits, [*dits[1:], None], strict=True)
                if not p.attributs.get("class") and (suite is None or "Source" not in suite.texte)]  # fmt: skip
        # The lines of the budget are in the table that follows, which has its own; the last words lead to the bilan.
        assert len(dits) > 1 and not [p for p in sans if not re.match("L’enveloppe de|Le bilan annuel des", p)], ancre


def test_ce_que_personne_n_a_rempli_est_a_renseigner_et_rien_n_est_invente() -> None:
    """Of the repository: the facts of its tables, no member, no budget, no figure."""
    sections = fiche(rapport({}))
    for ancre, manque in (
        ("objectifs", "Les actions du plan partenarial sont à renseigner (governance/actions.csv)."),
        ("partenaires", "Les membres de la CIL sont à renseigner (governance/membres.csv)."),
        ("partenaires", "Les partenaires financiers sont à renseigner (governance/enveloppe.csv, colonne financeur)."),
        ("enveloppe", "L’enveloppe de 2023 est à renseigner (governance/enveloppe.csv)."),
        ("bilan", "Les séances de 2022 sont à renseigner (governance/seances.csv)."),
        ("bilan", "Le nombre d’attributions de 2022 n’est pas disponible."),
    ):
        assert manque in dit(sections[ancre])
    assert not re.search(r"\d+\s*(euro|€)", dit(sections["enveloppe"]))
    actes = lignes_de(lu(sections["objectifs"]), 1)
    assert {("25 juin 2015"), ("16 octobre 2015"), ("1er décembre 2016"), ("12 avril 2018"), ("19 novembre 2020"),
            ("20 avril 2021")} <= {cellules[0] for cellules in actes.values()}  # fmt: skip
    assert "19 communes au 31 décembre 2022 : Le Mans, Aigné," in dit(sections["secteur"])
    assert "Bénéficiaires : demandeurs de logement social." in dit(sections["beneficiaires"])


def test_la_part_des_prioritaires_n_est_pas_celle_de_tous_les_menages_loges() -> None:
    """Objectives are counted without some financings: 40 of 80 counted leases, of 100 signed."""
    o04 = {"O04": [{"annee": 2022, "numerateur": 40, "denominateur": 80, "perimetre_code": EPCI}]}
    dite = dit(fiche(rapport(chiffres(V01=100, V02=900) | o04))["beneficiaires"])
    assert "100 ménages ont été logés dans l’année. 50,0 % des attributions comptées pour les objectifs vont" in dite


def test_un_texte_qui_n_est_pas_renseigne_le_dit() -> None:
    parametres = rapport({}).references.parametres
    autres = Parametres({nom: parametres[nom] for nom in parametres if nom != "gouvernance.beneficiaires"})
    assert "Bénéficiaires : à renseigner (parameters/gouvernance.yml)." in dit(
        fiche(rapport({}, parametres=autres))["beneficiaires"]
    )


@pytest.mark.parametrize(
    ("lignes", "phrase"),
    [
        (((2023, "Ville", 1200, "C"), (2023, "État", 800.0, "C"), (2022, "Ville", 7, "C")),
         "L’enveloppe de 2023 compte 2 lignes, pour 2 000 euros en tout."),
        (((2023, "Ville", 1200, "C"), (2023, "", None, "C")),
         "L’enveloppe de 2023 compte 2 lignes, dont 1 de montant à renseigner ; le total des autres est de 1 200 "
         "euros."),
        (((2023, "Ville", None, "FICTIF"),),
         "L’enveloppe de 2023 compte 1 ligne (fictive), dont 1 de montant à renseigner."),
    ],
)  # fmt: skip
def test_l_enveloppe_est_celle_de_l_annee_en_cours(
    lignes: tuple[tuple[float, str, float | None, str], ...], phrase: str
) -> None:
    sections = fiche(remplie(*lignes))
    assert phrase in dit(sections["enveloppe"])
    tables = lu(sections["enveloppe"]).tous("table")
    assert [lisible(t.un("caption").texte) for t in tables] == [
        f"Enveloppe budgétaire de 2023{' (lignes fictives)' if lignes[0][3] == 'FICTIF' else ''}",
        *(["Pour mémoire, enveloppe budgétaire de 2022"] if lignes[-1][0] == 2022 else []),
    ]
    assert lignes_de(lu(sections["enveloppe"]))[f"Poste 0{' (ligne fictive)' if lignes[0][3] == 'FICTIF' else ''}"] == [
        "Ville", "1 200" if lignes[0][2] else "à renseigner",
    ]  # fmt: skip
    noms = {ligne[1] for ligne in lignes if ligne[0] == 2023 and ligne[1]}
    assert all(nom in dit(sections["partenaires"]) for nom in noms)


def test_le_bilan_de_l_annee_est_celui_des_chiffres_publies() -> None:
    sections = fiche(remplie(V01={2021: 240, 2022: 250}, V02=900, V03={2022: 900}, G01=2))
    assert "En 2022, 250 logements sociaux ont été attribués, contre 240 en 2021" in dit(sections["bilan"])
    assert "La CIL a tenu 2 séances plénières en 2022." in dit(sections["bilan"])
    assert {"Adopter la grille", "Ouvrir le portail"} <= lignes_de(lu(sections["bilan"])).keys()
    masquee = fiche(remplie(V01=3))
    assert "Le nombre d’attributions de 2022 est masqué par le secret statistique." in dit(masquee["bilan"])
    assert "3" not in re.sub(r"L?\d{3,4}\S*", "", dit(masquee["bilan"]).split("Source")[0])


def test_l_accueil_y_mene_et_dit_quand_elle_vient_d_un_autre_bilan() -> None:
    ouvert, tailles = rapport({}), {"fiche_action.html": 64_000, "fiche_action.docx": 12_000}
    page = lu(accueil.contenu(ouvert, tailles, perimees=["fiches", "fiche-action"]))
    liens = {a.attributs["href"]: lisible(a.texte) for a in page.tous("a")}
    assert liens == {"fiche_action.html": "La fiche action", "fiche_action.docx": "La fiche action, à modifier"}
    dit = lisible(page.texte)
    assert "document Word, 12 ko" in dit and "Relancez « cil fiches » et « cil fiche-action »." in dit
    assert "Relancez" not in lisible(accueil.contenu(ouvert, tailles).html)
