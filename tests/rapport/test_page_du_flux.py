"""The gestion en flux: how far the year goes, its projection, the conventions; expected figures are counted by hand."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest
from carnets import noms_de, section
from rapports import REFERENCES, avec, dessin, lignes_de, lu, parametres, rapport

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.rapport.bloc import Bloc
from cil_analysis.rapport.rapport import Rapport
from messages import lisible

CARNET = "gestion_en_flux.qmd"
CONVENTIONS, ETATS = "parameters/conventions_flux", "parameters/etats_des_lieux_flux"
TRIMESTRES = ("T1", "T2", "T3", "T4")
ENSEMBLE = {"acteur_type": "", "acteur_code": ""}


def de(code: str) -> dict[str, str]:
    return {"acteur_type": "reservataire", "acteur_code": code}


def cumuls(jours: int, **baux: tuple[int, int, int, int]) -> dict[str, list[dict[str, Any]]]:
    """Leases of 2022 that go up to a day of the year, cumulated by quarter; of the whole, and of réservataires."""
    lignes = [
        {"numerateur": n, "modalite": t} | (ENSEMBLE if code == "TOUS" else de(code))
        for code, siens in baux.items()
        for t, n in zip(TRIMESTRES, siens, strict=True)
    ]
    return {"F11": lignes, "F12": [{"numerateur": jours, "denominateur": 365}]}


def partie(ancre: str, publie: Rapport) -> Bloc:
    return Bloc("".join(section(CARNET, ancre, publie)))


@pytest.mark.parametrize("saisie", ["13-45", "28/02", 228, "02-30", True])
def test_un_jour_de_l_annee_mal_ecrit_se_dit(saisie: object) -> None:
    def echeance(dite: object) -> date | None:
        return avec(rapport({}), parametres=parametres("flux", echeance_du_bilan=dite)).jour_de(
            "flux.echeance_du_bilan", 2023
        )

    assert echeance("02-28") == date(2023, 2, 28)
    assert echeance(None) is None
    with pytest.raises(ErreurCIL, match=r"flux\.yml.*echeance_du_bilan"):
        echeance(saisie)


def test_une_annee_inachevee_se_projette_au_meme_rythme() -> None:
    """181 of 365 days: 100 leases would make 100 × 365 / 181 = 202; a masked count makes nothing."""
    publie = rapport(cumuls(181, TOUS=(50, 100, 100, 100), PPRIOR=(30, 60, 60, 60), COLTER=(2, 3, 3, 3)))
    cours = partie("trimestres", publie)
    assert (
        "100 baux ont été signés au 30 juin 2022, soit 49,6 % de l’année ; au même rythme, il y en aurait 202"
        in lisible(lu(cours).texte)
    )
    # 60 × 365 / 181 = 121; the quarters to come are not there.
    lignes = lignes_de(lu(cours))
    assert lignes["État, publics prioritaires"] == ["30", "60", "121"]
    assert lignes["Collectivités territoriales"] == ["s", "s", "–"]


def test_quatre_reservataires_sont_traces_et_tous_dans_les_donnees() -> None:
    """The one that ends lowest, of which a quarter is masked, has neither a line nor a stub; each quarter is named."""
    siens = {"PPRIOR": 120, "PFONCT": 20, "COLTER": 110, "COLACT": 130}
    baux: dict[str, tuple[int, int, int, int]] = {code: (n, 2 * n, 3 * n, 4 * n) for code, n in siens.items()}
    cours = partie("trimestres", rapport(cumuls(365, **baux, AUTRES=(3, 30, 45, 70))))
    mots = dessin(cours)
    assert {"520", "480", "440", "80", "1er", "2e", "3e", "4e"} <= {*mots} and not {"70", "s"} & {*mots}
    assert lignes_de(lu(cours))["Autres réservataires"] == ["s", "30", "45", "70"]
    assert "Les autres réservataires ne sont que dans les données." in lisible(lu(cours).texte)


@pytest.mark.parametrize(("jours", "close"), [(334, False), (335, True), (365, True)])
def test_une_annee_est_close_du_jour_que_le_projet_dit(jours: int, close: bool) -> None:
    """The 335th day of 2022 is the first of December."""
    publie = avec(
        rapport(cumuls(jours, TOUS=(50, 100, 150, 200), PPRIOR=(30, 60, 90, 120))),
        parametres=parametres("flux", annee_close_a_partir_du="12-01"),
    )
    dit = lisible(lu(partie("trimestres", publie)).texte)
    assert ("l’année est complète" in dit, "projection" in dit.casefold()) == (close, not close)
    assert noms_de(CARNET, publie)["atteints"] == list(TRIMESTRES)


def test_une_annee_dont_l_etendue_n_est_pas_publiee_n_est_pas_dite_complete() -> None:
    publie = rapport(cumuls(365, TOUS=(50, 100, 150, 200), PPRIOR=(30, 60, 90, 120)) | {"F12": []})
    dit = lisible(lu(partie("trimestres", publie)).texte)
    assert "200 baux ont été signés en 2022." in dit
    assert "complète" not in dit and "projection" not in dit.casefold()
    noms = noms_de(CARNET, publie)
    assert noms["cours"].ecoule is None and noms["atteints"] == list(TRIMESTRES)


def test_le_stock_reserve_se_lit_a_cote_du_taux() -> None:
    """300 of 1,200 dwellings are a quarter of the stock; neither an état des lieux before nor one after counts."""
    etats = pd.DataFrame(
        {
            "bailleur": "LMH", "reservataire": "COLACT", "departement": REFERENCES.projet.departement,
            "jour": pd.to_datetime(["2021-12-31", "2023-12-31", "2019-12-31", "2022-06-30"]),
            "logements_reserves": [300.0, 600.0, 280.0, 50.0], "logements_du_bailleur": 1200.0, "source": "",
            "confiance": "C",
        }
    )  # fmt: skip
    etats.loc[3, "departement"] = "99"
    publie = avec(rapport({}), {ETATS: etats})
    stock = noms_de(CARNET, publie)["stock"]
    assert {nom: colonne.to_dict() for nom, colonne in stock.items()} == {
        "Réservés en stock": {("LMH", "COLACT"): 300.0}, "Part du parc": {("LMH", "COLACT"): 25.0},
    }  # fmt: skip
    assert noms_de(CARNET, avec(publie, {ETATS: etats.iloc[:0]}))["stock"] == {}


def test_combien_de_reservataires_ont_eu_leur_part() -> None:
    realises = [de(code) | {"numerateur": n, "denominateur": 100} for code, n in (("PPRIOR", 90), ("COLTER", 100))]
    combien = "Un seul des 2 réservataires a eu au moins ce qui lui est réservé en 2022."
    assert combien in lisible(partie("essentiel", rapport({"F05": realises})).html)
    tous = [ENSEMBLE | {"numerateur": 190, "denominateur": 200}, *realises]
    dit = lisible(partie("essentiel", rapport({"F05": tous})).html)
    assert (
        "les réservataires en ont eu 190 (95,0 %) ; le plus loin de sa part : État, publics prioritaires (90 sur 100"
        in dit
    )
    assert dit.count(combien) == 1
    egaux = [tous[0], *(ligne | {"numerateur": 95} for ligne in realises)]
    assert "en ont eu 190 (95,0 %)." in lisible(partie("essentiel", rapport({"F05": egaux})).html)
    dit = lisible(partie("essentiel", rapport({"F05": tous[:1]})).html)
    assert "en ont eu 190 (95,0 %)." in dit and dit.count("n’est publiée pour aucun réservataire.") == 1


def test_le_premier_motif_de_soustraction_fait_le_titre() -> None:
    motifs = [{"modalite": code, "numerateur": n} for code, n in (("MUTATION", 473), ("RELOGEMENT_RU", 37))]
    total = {"modalite": "", "numerateur": 510}
    titre = lu(partie("base", rapport({"F10": [total, *motifs]}))).un("span", "titre").texte
    assert lisible(titre).endswith(" : 473 des 510 logements soustraits du flux en 2022")
    seul = [total, motifs[0] | {"numerateur": 510}]
    assert lisible(lu(partie("base", rapport({"F10": seul}))).un("span", "titre").texte).startswith("510 logements")


def test_un_plafond_depasse_se_dit_avec_son_bailleur() -> None:
    """25 and 6 % for the prefect are over 30 and 5; 20 % for the collectivités is what the law admits."""
    codes = ["PPRIOR", "PFONCT", "COLTER"]
    table = pd.DataFrame({"bailleur": "LMH", "reservataire": codes, "taux_pct": [25.0, 6.0, 20.0]})
    table = table.assign(
        departement=REFERENCES.projet.departement, debut=pd.Timestamp(2022, 1, 1), fin=pd.NaT, source="", confiance="C"
    )
    plafonds = parametres("flux", plafond_prefet=30, plafond_agents=5, plafond_collectivites=20)
    publie = avec(rapport({}), {CONVENTIONS: table}, parametres=plafonds)
    dit = lisible(lu(partie("reservations", publie)).texte)
    assert "réserve 31,0 % de son flux au préfet, au-delà du plafond de 30 %" in dit
    assert "6,0 % de son flux au préfet pour les agents publics, au-delà du plafond de 5 %" in dit
    assert "les collectivités, au-delà" not in dit
    with pytest.raises(ErreurCIL, match=r"flux\.yml.*plafond_prefet"):
        partie("reservations", avec(publie, {CONVENTIONS: table}, parametres=parametres("flux", plafond_prefet="30")))
