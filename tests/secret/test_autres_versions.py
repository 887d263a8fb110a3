"""Two bilans that stand with other counts of one year are told: what their difference shows, nothing has proved."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from cil_analysis.comptage.cadre import mettre_en_cadre
from cil_analysis.projet import Projet, ouvrir_projet
from cil_analysis.reference.ensemble import References
from cil_analysis.secret.preuve.audit import Lecteur, auditer
from cil_analysis.secret.preuve.effets import Effet
from cil_analysis.secret.preuve.programme import Contradiction
from cil_analysis.secret.publies import d_autres_effectifs, deja_publie, nommer_les_perimetres
from cil_analysis.secret.regles import ReglesSecret
from cil_analysis.secret.relations.cases import Case
from cil_analysis.secret.relations.structure import Structure
from registres import PAR_CODE

REFERENCE = Path(__file__).resolve().parents[2] / "data" / "reference"
REGLES = ReglesSecret(seuil_effectif=5, denominateur_minimal=10)
# Leases of a year in four communes, and of them all.
VRAIES: Mapping[tuple[tuple[str, str], ...], float] = {
    (): 1_000.0, (("commune", "72181"),): 973.0, (("commune", "72054"),): 4.0, (("commune", "72003"),): 3.0,
    (("commune", "72010"),): 20.0,
}  # fmt: skip
BAUX = {"B1": 60, "B2": 12, "B3": 30}


@pytest.fixture
def projet(tmp_path: Path) -> Projet:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "reference").symlink_to(REFERENCE)
    return ouvrir_projet(tmp_path)


def publier(projet: Projet, bilan: int, *annees: tuple[int, Mapping[str, int]], constant: int = 100) -> None:
    """The landlords of some years, and the constant perimeter of the series."""
    cadres = []
    for annee, baux in annees:
        bailleurs = pd.DataFrame({"acteur_code": list(baux), "numerateur": list(baux.values())})
        bailleurs = bailleurs.assign(denominateur=200, acteur_type="bailleur", perimetre_type="epci")
        volumes = pd.DataFrame({"numerateur": [constant], "perimetre_type": "epci_constant"})
        cadres += [mettre_en_cadre(bailleurs, "A01", annee, "pct"), mettre_en_cadre(volumes, "V01", annee, "nombre")]
    dossier = projet.rapports / str(bilan)
    dossier.mkdir(parents=True, exist_ok=True)
    pd.concat(cadres).to_csv(dossier / "indicateurs.csv", index=False)


@pytest.mark.parametrize(
    ("ancien", "est_autre"),
    [
        (BAUX, False),
        (BAUX | {"B2": 11}, True),
        ({"B1": 60, "B2": 12, "B3": 25, "B4": 5}, True),
        (BAUX | {"B4": 5}, True),
    ],
)
def test_d_autres_effectifs_d_une_annee_commune_se_disent(
    projet: Projet, ancien: Mapping[str, int], est_autre: bool
) -> None:
    """A corrected extract; a landlord that another has taken, whose leases are what this one has more."""
    publier(projet, 2021, (2020, BAUX), (2021, ancien))
    publier(projet, 2022, (2021, BAUX), (2022, {"B1": 7}), constant=90)
    assert d_autres_effectifs(projet, 2022) == ([2021] if est_autre else [])


def test_un_bilan_seul_n_en_a_pas_d_autre(projet: Projet) -> None:
    publier(projet, 2022, (2022, BAUX))
    assert d_autres_effectifs(projet, 2022) == []


def test_le_perimetre_constant_d_une_autre_serie_est_d_autres_communes(projet: Projet) -> None:
    """A commune that left after 2022 was in the constant perimeter of 2021 and 2022, and is not in that of 2023."""

    def chiffres(code: str, annee: int, comptes: tuple[int, int], **cles: str) -> pd.DataFrame:
        compte = pd.DataFrame({"numerateur": [comptes[0]], "denominateur": [comptes[1]]})
        return mettre_en_cadre(compte.assign(**({"perimetre_type": "epci"} | cles)), code, annee, "pct")

    avant = [chiffres("O01", annee, (467, 1917)) for annee in (2021, 2022)]
    for commune, comptes in {"72054": (7, 42), "72181": (460, 1875)}.items():
        avant.append(chiffres("O01", 2022, comptes, perimetre_type="commune", perimetre_code=commune))
    effet = chiffres("O01S", 2022, (467, 1917), modalite="P9=perimetre_constant")
    constant = chiffres("O01", 2022, (460, 1875), perimetre_type="epci_constant")
    publications = {
        2022: pd.concat([*avant, effet]),
        2023: pd.concat([*avant, constant, chiffres("O01", 2023, (30, 90))]),
    }
    territoire = References(projet).territoire
    partie = territoire.communes["nom"].eq("Champagné")
    communes = territoire.communes.assign(
        membre_au=territoire.communes["membre_au"].mask(partie, pd.Timestamp(2022, 12, 31))
    )
    structure = Structure(
        variantes={"P9=perimetre_constant": Effet(-1, 0, 0, lignes=-1)}, constantes=frozenset({"72181"})
    )
    for bilan in publications:
        annees = range(2021, bilan + 1)
        lecteurs = {a: Lecteur(a, PAR_CODE, REGLES, structure) for a in annees}
        siennes = nommer_les_perimetres(publications, annees, replace(territoire, communes=communes))
        assert all(deduction.protegee for deduction in auditer(siennes, bilan, lecteurs))
        with pytest.raises(Contradiction):  # What two perimeters would do that are taken for one.
            auditer(nommer_les_perimetres(publications, annees, territoire), bilan, lecteurs)


def test_la_difference_de_deux_perimetres_constants_est_lue(projet: Projet) -> None:
    """Two communes joined in 2022, another left after: both perimeters differ by the four households of the latter."""

    def chiffres(annee: int, combien: int, **cles: str) -> pd.DataFrame:
        compte = pd.DataFrame({"numerateur": [combien], "denominateur": [float("nan")]})
        return mettre_en_cadre(compte.assign(**({"perimetre_type": "epci"} | cles)), "V01", annee, "nombre")

    def commune(code: str, combien: int) -> pd.DataFrame:
        tout = chiffres(2022, combien, perimetre_type="commune", perimetre_code=code)
        return tout.assign(statut="secret", numerateur=float("nan"), valeur=float("nan"))

    communs = [chiffres(2021, 970), chiffres(2022, 1_000), commune("72181", 973), commune("72054", 4)]
    communs += [commune("72003", 3), commune("72010", 20)]
    publications = {
        2022: pd.concat([*communs, chiffres(2022, 977, perimetre_type="epci_constant")]),
        2023: pd.concat([*communs, chiffres(2022, 973, perimetre_type="epci_constant"), chiffres(2023, 990)]),
    }
    territoire = References(projet).territoire
    dates = {"72181": ("2000-01-01", None), "72054": ("2000-01-01", "2022-12-31")}
    dates |= dict.fromkeys(["72003", "72010"], ("2022-01-01", None))
    communes = territoire.communes[territoire.communes["code_insee"].isin(list(dates))]
    for nom, rang in (("membre_du", 0), ("membre_au", 1)):
        siennes = communes["code_insee"].map({code: pd.Timestamp(d[rang]) for code, d in dates.items()})
        communes = communes.assign(**{nom: siennes})
    lu = replace(territoire, communes=communes)
    for bilan, constantes in ((2022, {"72181", "72054"}), (2023, {"72181"})):
        annees = range(2021, bilan + 1)
        assert lu.constantes(annees) == constantes
        structure = Structure(constantes=frozenset(constantes))
        lecteurs = {a: Lecteur(a, PAR_CODE, REGLES, structure) for a in annees}
        nommees = nommer_les_perimetres(publications, annees, lu)
        deduites = auditer(nommees, bilan, lecteurs)
        (partie,) = [d for d in deduites if d.case.classe("commune") == "72054"]
        assert (partie.bas, partie.haut, partie.protegee) == (4, 4, False)
        # Whoever masks is told the same of the counts.
        vraies = {Case("attributions", frozenset(dite)): n for dite, n in VRAIES.items()}
        deja = deja_publie(nommees, bilan, 2022, vraies, PAR_CODE, structure)
        autrement = vraies | {Case("attributions", frozenset([("commune", "72003")])): 4.0}
        assert len(deja.dites) == 2 and all(dite.tient(vraies) for dite in deja.dites)
        assert not all(dite.tient(autrement) for dite in deja.dites)
