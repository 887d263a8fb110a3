"""Aggregated tables, made up: what an import leaves of each line, and what it refuses, by its file, sheet and cell."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from conftest_extraits import bail, compte, contenu, dire_cil, ecrire_xlsx
from openpyxl import load_workbook

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extraits import store
from cil_analysis.extraits.agregats.importation import importer_les_agregats
from cil_analysis.extraits.agregats.stockage import annees, lire
from cil_analysis.extraits.importation import Bilan
from cil_analysis.projet import Projet
from cil_analysis.reference.ensemble import References
from messages import exiger_un_remede, lisible

ANNEE = 2022
# The communes of the EPCI besides the two that the tables name.
VIDES = 17
Feuille = list[list[Any]]
TYPES = ("Types", "attributions", "typologie", {"Commune": "commune", "T1": "T1", "T2 et plus": "T2", "Total": "total"})
ZONES = ("Zones", "attributions", "zone", {"Commune": "commune", "QPV": "QPV", "Hors QPV": "HORS_QPV", "N": "ignoree"})
LISEZ_MOI = ("Lisez-moi", "", "", {"": "ignoree"})


def feuilles() -> dict[str, Feuille]:
    """Two tables of the same leases, as they arrive: titles, a total, notes, a commune that is not a member."""
    return {
        "Types": [
            ["Tableau fictif"], [], ["Commune", "T1", "T2 et plus", "Total"], ["Le Mans", 10, "1 200", "1210"],
            ["72003", 0, 5.0, 5], ["La Flèche", 9, 9, 18], [], ["Total", 19, 1214, 1233], ["Source : personne"],
        ],
        "Zones": [["Commune", "QPV", "Hors QPV", "N"], ["72181", 210, 1000, 3], ["Allonnes", 5, 0, "x"]],
        "Lisez-moi": [["Rien à lire"]],
    }  # fmt: skip


def dire(projet: Projet, *tableaux: tuple[str, str, str, dict[str, str]]) -> None:
    with (projet.reference / "agregats.csv").open("w", encoding="utf-8", newline="") as flux:
        ecrire = csv.writer(flux)
        colonnes = "feuille extrait dimension entete contenu valide_du valide_au source confiance"
        ecrire.writerow(colonnes.split())
        for feuille, extrait, dimension, entetes in tableaux:
            for entete, classe in entetes.items():
                ecrire.writerow([feuille, extrait, dimension, entete, classe, "", "", "fictif", "NF"])


@pytest.fixture(autouse=True)
def carte(projet: Projet) -> None:
    dire(projet, TYPES, ZONES, LISEZ_MOI)


def classeur(projet: Projet, autres: dict[str, Feuille] | None = None, nom: str = "tableaux.xlsx") -> Path:
    """A workbook, where nobody lives in the communes that its sheets do not name."""
    with (projet.reference / "territory" / "communes.csv").open(encoding="utf-8", newline="") as flux:
        membres = [ligne["code_insee"] for ligne in csv.DictReader(flux) if ligne["membre_du"] <= f"{ANNEE}-12-31"]
    personne = [[code, 0, 0] for code in membres if code not in ("72181", "72003")]
    ecrites = feuilles() if autres is None else autres
    complets = {"Types", "Zones"}
    return ecrire_xlsx(
        projet.brut / nom, **{nom: [*f, *personne] if nom in complets else f for nom, f in ecrites.items()}
    )


def importer(projet: Projet, *fichiers: Path) -> Bilan:
    return importer_les_agregats(projet, References(projet), fichiers or [classeur(projet)], ANNEE)


def refuser(projet: Projet, *nommes: object, fichiers: Sequence[Path] = ()) -> str:
    """The message of an import that must change nothing."""
    avant = contenu(projet.traite)
    with pytest.raises(ErreurCIL) as refus:
        importer(projet, *fichiers)
    assert contenu(projet.traite) == avant
    return exiger_un_remede(refus.value, *nommes)


def changer(feuille: str, ligne: int, colonne: int, valeur: object) -> dict[str, Feuille]:
    toutes = feuilles()
    rangee = toutes[feuille][ligne - 1]
    rangee += [None] * (colonne + 1 - len(rangee))
    rangee[colonne] = valeur
    return toutes


def test_chaque_ligne_est_comptee_et_le_fichier_reste_tel_quel(projet: Projet) -> None:
    fichier = classeur(projet)
    octets = fichier.read_bytes()
    bilan = importer(projet, fichier)
    assert fichier.read_bytes() == octets
    assert bilan.journal["comptes"] == compte(12 + 2 * VIDES, conservees=4 + 2 * VIDES, hors_perimetre=1, ignorees=7)
    assert bilan.journal["motifs"]["ignorees"] == {"titre": 2, "en_tete": 2, "vide": 1, "total": 1, "note": 1}
    assert bilan.journal["fichiers"][0]["feuilles_non_lues"] == ["Lisez-moi"]
    table = lire(projet, ANNEE)
    assert table is not None
    assert table["commune"].nunique() == 2 + VIDES
    table = table[table["commune"].isin(["72181", "72003"])]
    lus = table.set_index(["dimension", "commune", "classe"])["effectif"].to_dict()
    assert lus == {
        ("typologie", "72181", "T1"): 10, ("typologie", "72181", "T2"): 1200, ("typologie", "72003", "T1"): 0,
        ("typologie", "72003", "T2"): 5, ("zone", "72181", "QPV"): 210, ("zone", "72181", "HORS_QPV"): 1000,
        ("zone", "72003", "QPV"): 5, ("zone", "72003", "HORS_QPV"): 0,
    }  # fmt: skip
    assert annees(projet, "attributions") == [ANNEE] and annees(projet, "demandes") == []
    assert importer(projet, fichier).deja_fait
    assert bilan.journal["extraits"] == ["attributions"]
    assert bilan.journal["fichiers"][0]["lignes"] == 12 + 2 * VIDES


CACHEES = ("s", "<\u202f5", "", "nc", "moins de 11", "1 à 4", "***", "inf. à 5", "moins de 5\u00a0ménages", "5*")


def test_les_lignes_masquees_se_disent_et_les_fusions_se_refusent(projet: Projet) -> None:
    """Of the lines that count: a merged title takes nothing away."""
    ouvert = load_workbook(chemin := classeur(projet))
    ouvert["Types"].merge_cells("A1:C1")
    for rang in (2, 5, 6):  # a blank line, a commune, one that is not a member
        ouvert["Types"].row_dimensions[rang].hidden = True
    ouvert.save(chemin)
    code, dit = dire_cil(projet, "importer", "--agregats", chemin, "--annee", ANNEE)
    assert code == 0 and "tableaux.xlsx a 1 ligne masquée" in lisible(dit)
    ouvert["Zones"].merge_cells("A2:A3")
    ouvert.save(chemin)
    refuser(projet, "Zones", "A2:A3", fichiers=[chemin])


def test_un_effectif_masque_n_est_jamais_un_zero(projet: Projet) -> None:
    """However it is hidden, the table is set aside, and only it; the total beside it says nothing of the class."""
    chemin = classeur(projet)
    ouvert = load_workbook(chemin)
    for ligne, cachee in zip((5, *range(10, 19)), CACHEES, strict=True):
        ouvert["Types"].cell(ligne, 3).value = cachee
    ouvert.save(chemin)
    bilan = importer(projet, chemin)
    [(motif, lignes)] = bilan.journal["motifs"]["rejetees"].items()
    assert lignes == 2 + VIDES and "Types" in motif and "C5, C10, C11 et 7 autres" in motif
    table = lire(projet, ANNEE)
    assert table is not None and set(table["dimension"]) == {"zone"}
    ouvert["Zones"]["B2"].value = "s"
    ouvert.save(masques := projet.brut / "masques.xlsx")
    refuser(projet, "Types", "C5", "Zones", "B2", fichiers=[masques])


@pytest.mark.parametrize(
    ("feuille", "ligne", "colonne", "valeur", "nommes"),
    [
        ("Types", 4, 1, -3, ["Types", "B4", "-3"]),
        ("Types", 4, 1, 2.5, ["Types", "B4", "2.5"]),
        ("Types", 4, 1, "douze", ["Types", "B4", "douze"]),
        ("Types", 4, 1, 3_000_000, ["Types", "B4"]),
        ("Types", 4, 3, 1211, ["Types", "D4", "1211", "1210"]),
        ("Types", 8, 1, 20, ["Types", "B8", "20", "19"]),
        ("Types", 4, 0, "Nulle-Part", ["Types", "A4", "Nulle-Part"]),
        ("Types", 4, 0, "Autres communes", ["Types", "A4", "Autres communes", "plusieurs communes"]),
        ("Types", 5, 0, "Le Mans", ["Types", "A5", "deux lignes"]),
        ("Types", 3, 1, "T9", ["Types", "B3", "T9", "agregats.csv"]),
        ("Types", 3, 2, "T1", ["Types", "C3", "double"]),
        ("Zones", 2, 4, "x", ["Zones", "E2", "sans en-tête"]),
        ("Zones", 2, 1, 209, ["Zones", "1209", "72181", "Types", "1210"]),
    ],
)
def test_une_cellule_fausse_refuse_le_fichier(
    projet: Projet, feuille: str, ligne: int, colonne: int, valeur: object, nommes: list[str]
) -> None:
    fichier = classeur(projet, changer(feuille, ligne, colonne, valeur))
    refuser(projet, "tableaux.xlsx", *nommes, fichiers=[fichier])


def test_une_commune_sans_ligne_n_est_pas_un_zero(projet: Projet) -> None:
    """Nor is a total that lines do not make: with or without those of other communes, none else."""
    toutes = feuilles()
    del toutes["Types"][4]
    refuser(projet, "Types", "Allonnes", "72003", fichiers=[classeur(projet, toutes)])
    toutes = changer("Types", 8, 1, 10)
    importer(projet, classeur(projet, toutes, "epci.xlsx"))
    toutes["Types"][5][2] = "s"
    toutes["Types"][7][2] = 99_999
    importer(projet, classeur(projet, toutes, "masque-ailleurs.xlsx"))


def test_une_feuille_inconnue_absente_ou_sans_en_tetes_est_refusee(projet: Projet) -> None:
    toutes = feuilles()
    refuser(projet, "Autre", "agregats.csv", fichiers=[classeur(projet, toutes | {"Autre": [["x"]]})])
    refuser(projet, "Zones", "agregats.csv", fichiers=[classeur(projet, {"Types": toutes["Types"]})])
    refuser(projet, "Zones", "en-têtes", fichiers=[classeur(projet, toutes | {"Zones": [["x"]]})])
    ailleurs = ecrire_xlsx(projet.brut / "ailleurs.xlsx", **toutes | {"Zones": [[*ZONES[3]], ["La Flèche", 1, 2, 3]]})
    dire(projet, ZONES, (*TYPES[:3], {"": "ignoree"}), LISEZ_MOI)
    refuser(projet, "Zones", "aucune ligne d’une commune", fichiers=[ailleurs])
    dire(projet, TYPES, (*ZONES[:3], ZONES[3] | {"Inconnu": "INCONNU"}), LISEZ_MOI)
    refuser(projet, "Zones", "Inconnu", fichiers=[classeur(projet)])
    (projet.brut / "tableaux.csv").write_text("Commune;T1\n72181;3\n", "utf-8")
    refuser(projet, "tableaux.csv", "classeur", fichiers=[projet.brut / "tableaux.csv"])


@pytest.mark.parametrize(
    ("tableau", "nommes"),
    [
        (("Types", "attributions", "hauteur", TYPES[3]), ["hauteur", "ligne 2"]),
        (("Types", "attributions", "commune", TYPES[3]), ["commune", "liste"]),
        (("Types", "attributions", "typologie", TYPES[3] | {"T1": "STUDIO"}), ["STUDIO", "T1", "typologie"]),
        (("Types", "attributions", "quartile", TYPES[3] | {"T1": "SUP_Q1"}), ["SUP_Q1", "quartile"]),
        (("Types", "attributions", "", TYPES[3]), ["Types", "dimension"]),
        (("Types", "attributions", "typologie", {"Commune": "commune", "Total": "total"}), ["Types", "classe"]),
        (("Types", "radiations", "typologie", TYPES[3]), ["radiations"]),
    ],
)
def test_une_carte_fausse_est_refusee(projet: Projet, tableau: Any, nommes: list[str]) -> None:
    dire(projet, tableau, ZONES, LISEZ_MOI)
    refuser(projet, "agregats.csv", *nommes)


def test_deux_feuilles_du_meme_classement_et_une_carte_vide_sont_refusees(projet: Projet) -> None:
    dire(projet, TYPES, ("Zones", "attributions", "typologie", {**TYPES[3], "T1": "T1"}), LISEZ_MOI)
    toutes = feuilles()
    refuser(projet, "Zones", "Types", fichiers=[classeur(projet, toutes | {"Zones": toutes["Types"]})])
    for carte_vide in ((), (LISEZ_MOI,)):
        dire(projet, *carte_vide)
        refuser(projet, "agregats.csv")


def test_lignes_et_agregats_d_une_annee_s_excluent_dans_les_deux_ordres(
    projet: Projet, importe: Callable[..., Bilan], source: Callable[..., Path]
) -> None:
    baux = source([bail(1), bail(2)])
    importe(baux)
    refuser(projet, "attributions", str(ANNEE), "data/processed/attributions/annee=2022")
    # What the message says to do.
    for chemin in ("attributions/annee=2022/part.parquet", "journal/attributions-2022.json"):
        (projet.traite / chemin).unlink()
    (projet.traite / "attributions" / "annee=2022").rmdir()
    importer(projet)
    with pytest.raises(ErreurCIL) as refus:
        importe(baux)
    exiger_un_remede(refus.value, "attributions", "data/processed/agregats/annee=2022")
    assert store.annees(projet, "attributions") == []


def test_la_commande_le_dit_et_finit_par_un(projet: Projet) -> None:
    bon, faux = classeur(projet), classeur(projet, changer("Types", 4, 1, "douze"), "faux.xlsx")
    code, dit = dire_cil(projet, "importer", "--agregats", bon, "--annee", ANNEE)
    assert code == 0 and "Tableaux agrégés 2022" in dit
    autre = classeur(projet, dict(reversed(feuilles().items())), "b.xlsx")
    _, dit = dire_cil(projet, "importer", "--agregats", autre, "--annee", ANNEE)
    assert "tableaux.xlsx (pour unir des fichiers, nommez-les ensemble)" in dit
    with (projet.reference / "priorites.csv").open("a", encoding="utf-8") as flux:
        flux.write("R-1,DALO,,logement_actuel,SD,,,fictif,NF\n")
    code, dit = dire_cil(projet, "qualite", "--priorites", "--annee", ANNEE)
    assert code == 1 and "agrégés, qui n’ont aucun ménage" in dit
    code, dit = dire_cil(projet, "importer", "--agregats", faux, "--annee", ANNEE)
    assert code == 1 and "B4" in dit
    assert dire_cil(projet, "importer", "--agregats", bon, "--annee", ANNEE, "--extrait", "attributions")[0] == 2
