"""The State's table of quartiles, and « cil seuils »: every figure here is made up."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest_extraits import RACINE, contenu, ecrire_xlsx

from cil_analysis.commandes import main, saisies
from cil_analysis.extraits.saisies.seuils import lire_quartiles, lire_seuils
from cil_analysis.projet import ouvrir_projet
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.seuils import SeuilsDeLAnnee, valeurs_de
from messages import exiger_du_francais, exiger_un_remede, refuser, sans_projet

SIREN = "247200132"
ENTETES = [
    "Région", "Libellé Département", "Département", "Nom de l'EPCI", "SIRET de l'EPCI", "Année de référence",
    "EPCI concerné par l'obligation ?", "Q1 annuel", "Q2 annuel", "Q3 annuel", "Q1 mensuel", "Q2 mensuel", "Q3 mensuel",
    "Clé", "Zone",
]  # fmt: skip
# Years far from any real table, so that these figures can be taken for nobody's.
AN = 2101


def ligne(
    siren: Any = SIREN, annee: Any = AN, q: Sequence[Any] = (8_000, 12_000, 16_000), concerne: Any = "oui"
) -> list[Any]:
    return ["R", "D", "00 - D", "CU Test", siren, annee, concerne, *q, None, None, None, "R|D|CU Test", "Province"]


AUTRE = ligne("200000000", q=(7_000, 9_000, 11_000))


def classeur(dossier: Path, **feuilles: list[list[Any]]) -> Path:
    return ecrire_xlsx(dossier / "etat.xlsx", **{nom: [ENTETES, AUTRE, *lignes] for nom, lignes in feuilles.items()})


def quartiles(annee: int, valeurs: tuple[float, float, float], feuille: str, concerne: bool) -> SeuilsDeLAnnee:
    source = f"Tableau des quartiles par EPCI, etat.xlsx, feuille {feuille}"
    return SeuilsDeLAnnee(annee, valeurs, source, "L", SIREN, feuille, concerne)


# --- Reading --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("siren", "annee"),
    [
        (247200132, AN),
        (247200132.0, float(AN)),
        ("247200132", str(AN)),
        ("247200132.0", f"{AN}.0"),
        (" 247 200 132 ", f" {AN} "),
        (24720013200017, AN),
        ("24720013200017", AN),
        ("247 200 132 00017", AN),
    ],
)
def test_siren_et_annee_en_nombre_ou_en_texte(tmp_path: Path, siren: Any, annee: Any) -> None:
    lecture = lire_quartiles(classeur(tmp_path, Feuille=[ligne(siren, annee)]), SIREN)
    assert lecture == ((quartiles(AN, (8_000, 12_000, 16_000), "Feuille", True),), [], [])


def refuse(fichier: Path, *nommes: object) -> None:
    with refuser(*nommes):
        lire_quartiles(fichier, SIREN)


@pytest.mark.parametrize("siren", ["1247200132", "2472001320", "247200131", "Siège", "", None, "1e400", -247200132])
def test_un_autre_siren_n_est_pas_pris(tmp_path: Path, siren: Any) -> None:
    refuse(classeur(tmp_path, Feuille=[ligne(siren)]), "247200132", "etat.xlsx")


def test_plusieurs_feuilles_et_ce_qui_les_entoure(tmp_path: Path) -> None:
    fichier = ecrire_xlsx(
        tmp_path / "etat.xlsx",
        Lisez_moi=[["Ce classeur donne les quartiles."]],
        Recente=[["Quartiles de ressources"], [], ENTETES, AUTRE, ligne(annee=AN + 1, q=("9 000,5", "12 500 €", 17e3))],
        Ancienne=[ENTETES, ligne(int(SIREN), concerne="non")],
        Ailleurs=[ENTETES, AUTRE],
    )
    lus, sans, autres = lire_quartiles(fichier, SIREN)
    assert lus == (
        quartiles(AN, (8_000, 12_000, 16_000), "Ancienne", False),
        quartiles(AN + 1, (9_000.5, 12_500, 17_000), "Recente", True),
    )
    assert (sans, autres) == (["Ailleurs"], ["Lisez_moi"])


def test_en_tetes_dans_un_autre_ordre_et_une_autre_graphie(tmp_path: Path) -> None:
    entetes = ["Q3 ANNUEL", "q1 annuel", "Q2\nannuel", "ANNEE DE REFERENCE", "SIREN de l’EPCI"]
    fichier = ecrire_xlsx(tmp_path / "etat.xlsx", F=[entetes, [16_000, 8_000, 12_000, AN, SIREN]])
    (lus,), _, _ = lire_quartiles(fichier, SIREN)
    assert (lus.valeurs, lus.concerne) == ((8_000, 12_000, 16_000), None)


def test_un_epci_de_deux_departements_a_deux_lignes(tmp_path: Path) -> None:
    assert len(lire_quartiles(classeur(tmp_path, F=[ligne(), ligne()]), SIREN)[0]) == 1
    autre = ligne(q=(8_001, 12_000, 16_000))
    refuse(classeur(tmp_path, F=[ligne(), autre]), AN, "8 000", "8 001")
    refuse(classeur(tmp_path, F=[ligne()], G=[autre]), "« F »", "« G »")


@pytest.mark.parametrize(
    ("cellules", "nommes"),
    [
        ({"q": (None, 12_000, 16_000)}, "« Q1 annuel »"),
        ({"q": ("huit mille", 12_000, 16_000)}, "« Q1 annuel »"),
        ({"q": (-8_000, 12_000, 16_000)}, "« Q1 annuel »"),
        ({"q": (8_000, 12_000, 16_000_000)}, "« Q3 annuel »"),
        ({"q": (667, 1_000, 1_333)}, "« Q1 annuel »"),  # by the month
        ({"q": (8_000, "1e400", 16_000)}, "« Q2 annuel »"),
        ({"q": (12_000, 8_000, 16_000)}, "croissants"),
        *(({"annee": annee}, "« Année de référence »") for annee in (None, "bientôt", 21, AN + 0.5, "1e400")),
    ],
)
def test_cellule_fautive(tmp_path: Path, cellules: dict[str, Any], nommes: str) -> None:
    refuse(classeur(tmp_path, F=[ligne(**cellules)]), "« F », ligne 3", nommes)


def test_ce_qui_n_est_pas_le_tableau(tmp_path: Path) -> None:
    sans_q2 = [e for e in ENTETES if e != "Q2 annuel"]
    a = ecrire_xlsx(tmp_path / "a.xlsx", F=[["Titre"], sans_q2, ligne()], G=[ENTETES, ligne()])
    refuse(a, "a.xlsx", "« F »", "« Q2 annuel »", "ligne 2")
    refuse(ecrire_xlsx(tmp_path / "b.xlsx", F=[[*ENTETES, "Q1 annuel"], [*ligne(), 1]]), "« Q1 annuel »")
    refuse(ecrire_xlsx(tmp_path / "c.xlsx", F=[["Commune", "Bailleur"], ["Le Mans", "X"]]), "« SIRET de l’EPCI »")
    (tmp_path / "faux.xlsx").write_bytes(b"ceci n'est pas un classeur")
    (tmp_path / "texte.csv").write_text(";".join(ENTETES), encoding="utf-8")
    for nom in ("faux.xlsx", "texte.csv", "absent.xlsx"):
        refuse(tmp_path / nom, nom)


PAR_DEFAUT = "Tableau des quartiles par EPCI, etat.xlsx, feuille F"


@pytest.mark.parametrize(
    ("source", "attendu"),
    [
        (None, (PAR_DEFAUT, "", "L")),
        ("  ", (PAR_DEFAUT, "", "L")),
        ("Tableau  national", ("Tableau national", "", "C")),
        ("Tableau national, https://exemple.fr/a.xlsx.", ("Tableau national", "https://exemple.fr/a.xlsx", "C")),
        ("https://exemple.fr/a.xlsx", (PAR_DEFAUT, "https://exemple.fr/a.xlsx", "C")),
    ],
)
def test_la_source(tmp_path: Path, source: str | None, attendu: tuple[str, str, str]) -> None:
    (lus,), _, _ = lire_quartiles(classeur(tmp_path, F=[ligne()]), SIREN, source)
    titre, adresse, confiance = attendu
    assert (lus.source, lus.titre, lus.confiance) == (f"{titre} {adresse}".strip(), titre, confiance)


# --- The command ----------------------------------------------------------------------------------------------------


@pytest.fixture
def projet(tmp_path: Path) -> Path:
    racine = tmp_path / "projet"
    shutil.copytree(RACINE / "data" / "reference", racine / "data" / "reference")
    return racine


@pytest.fixture
def cil(projet: Path, capsys: pytest.CaptureFixture[str]) -> Callable[..., str]:
    """Run « cil seuils »; returns what it says. ``nommes``: what its refusal, that changes nothing, must cite."""

    def lancer(*arguments: object, nommes: Sequence[object] | None = None) -> str:
        avant = contenu(projet)
        assert main(["--projet", str(projet), "seuils", *map(str, arguments)]) == (nommes is not None)
        dit = capsys.readouterr()
        if nommes is None:
            return sans_projet(exiger_du_francais(dit.out))
        assert dit.out == "" and contenu(projet) == avant
        return exiger_un_remede(dit.err, *nommes)

    return lancer


Cil = Callable[..., str]


def seuils_du(projet: Path, annee: int) -> tuple[object, ...]:
    return valeurs_de(References(ouvrir_projet(projet)).seuils, annee)


def test_reporter_puis_recommencer(projet: Path, tmp_path: Path, cil: Cil) -> None:
    fichier = classeur(tmp_path, F=[ligne(concerne="non")], Vide=[])
    dit = cil(fichier, "--source", "Tableau national")
    cites = (str(AN), "« F »", "Q1 8 000 €, Q2 12 000 €", "« Vide »", f"cil bilan --annee {AN}", f"obligation en {AN}")
    assert not [cite for cite in cites if cite not in dit], dit
    assert seuils_du(projet, AN) == (8_000, 12_000, 16_000)
    assert seuils_du(projet, AN - 1) == seuils_du(projet, AN + 1) == (None, None, None)
    avant = contenu(projet)
    cil(fichier, "--source", "Une autre source")
    assert contenu(projet) == avant


def test_un_import_mene_le_tableau_de_l_etat_a_sa_commande(
    projet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fichier = classeur(tmp_path, F=[ligne()])
    assert main(["--projet", str(projet), "importer", str(fichier), "--annee", "2022"]) == 1
    exiger_un_remede(capsys.readouterr().err, "etat.xlsx", "cil seuils")


def test_une_annee_importee_sans_seuil_est_a_renseigner(
    projet: Path, cil: Cil, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A project without any threshold listed none to fill in."""
    (projet / "data/reference/parameters/seuils_quartiles.csv").write_text("annee,q1,q2,q3,source,confiance\n", "utf-8")
    monkeypatch.setattr(saisies, "annees_importees", lambda *_: [AN - 1, AN])
    lignes = [ligne.split() for ligne in cil().splitlines()]
    assert [[str(an), *["à", "renseigner"] * 3] in lignes for an in (AN - 1, AN)] == [True, True]


def test_une_difference_n_ecrit_rien_sans_remplacer(projet: Path, tmp_path: Path, cil: Cil) -> None:
    cil(classeur(tmp_path, F=[ligne()]))
    nouveau = classeur(tmp_path, F=[ligne(q=(8_000, 12_345, 16_000.5))], G=[ligne(annee=AN + 1)])
    dit = cil(nouveau, nommes=[f"{AN} Q2", "12 000 €", "12 345 €", f"{AN} Q3", "16 000,50 €", "--remplacer"])
    assert "Q1" not in dit
    dit = cil(nouveau, "--remplacer")
    assert f"{AN} Q2" in dit and "12 000 €" in dit and "12 345 €" in dit
    assert seuils_du(projet, AN) == (8_000, 12_345, 16_000.5)
    assert seuils_du(projet, AN + 1) == (8_000, 12_000, 16_000)


# --- Typed, one year or a table ---------------------------------------------------------------------------------------

CETTE_ANNEE = date.today().year


def tableau_francais(chemin: Path, *lignes: str) -> Path:
    """As a French Excel saves a CSV."""
    chemin.write_bytes("\r\n".join(lignes).encode("cp1252"))
    return chemin


def fichier_des_seuils(projet: Path) -> str:
    return (projet / "data" / "reference" / "parameters" / "seuils_quartiles.csv").read_text(encoding="utf-8")


def test_saisir_une_annee_n_ecrit_qu_elle(projet: Path, cil: Cil) -> None:
    avant = fichier_des_seuils(projet)
    assert "Q1 8 908 €" in cil("--annee", 2022, "--q1", "8 908,00 €", "--source", "Arrêté inventé, https://a.fr")
    assert seuils_du(projet, 2022) == (8_908, None, None)
    assert seuils_du(projet, 2021) == seuils_du(projet, 2023) == (None, None, None)
    assert seuils_du(projet, 2024) == (9_143, 13_023, 18_000)
    changees = set(fichier_des_seuils(projet).splitlines()) - set(avant.splitlines())
    assert [ligne[:10] for ligne in changees] == ["2022,8908,"], "une autre ligne a changé"
    assert fichier_des_seuils(projet).count("\n") == avant.count("\n") and "Arrêté inventé" in changees.pop()

    avant = fichier_des_seuils(projet)
    cil("--annee", 2022, "--q1", 8908, "--source", "Autre")
    assert fichier_des_seuils(projet) == avant
    autre = ("--annee", 2022, "--q1", 9000, "--source", "Autre")
    cil(*autre, nommes=["2022 Q1", "8 908 €", "9 000 €"])
    cil(*autre, "--remplacer")
    assert seuils_du(projet, 2022) == (9_000, None, None)


@pytest.mark.parametrize(
    ("arguments", "nomme"),
    [
        (["--annee", 2022, "--q1", -8908, "--source", "S"], "« -8908 »"),
        (["--annee", 2022, "--q1", 742, "--source", "S"], "« 742 »"),
        (["--annee", 2022, "--q2", "douze mille", "--source", "S"], "« douze mille »"),
        (["--annee", 2022, "--q1", 9000, "--q2", 8000, "--source", "S"], "2022"),
        (["--annee", 2024, "--q1", 13_500, "--source", "S", "--remplacer"], "2024"),
        (["--annee", 2022, "--q1", 8908, "--source", "Arrêté du …"], "source"),
        (["--annee", CETTE_ANNEE + 2, "--q1", 9000, "--source", "S"], f"« {CETTE_ANNEE + 2} »"),
        (["--annee", 2022, "--q1", 9000], "--source"),
        (["--annee", 2022, "--q1", 9000, "--source", " "], "--source"),
        (["--annee", 2022, "--source", "S"], "q1, q2 ou q3"),
        (["--q1", 9000, "--source", "S"], "--annee"),
        (["--importer", "absent.csv", "--source", "S"], "absent.csv"),
        (["--annee", 2022, "--q1", 9000, "--source", "S", "--epci", "200000000"], "200000000"),
    ],
)
def test_une_saisie_fautive_se_dit(cil: Cil, arguments: list[Any], nomme: str) -> None:
    cil(*arguments, nommes=[nomme])


def test_une_annee_illisible_est_un_mauvais_usage(projet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as fin:
        main(["--projet", str(projet), "seuils", "--annee", "202", "--q1", "9000", "--source", "S"])
    assert fin.value.code == 2 and "AAAA" in capsys.readouterr().err


def test_un_tableau_d_excel_francais(projet: Path, tmp_path: Path, cil: Cil) -> None:
    fichier = tableau_francais(
        tmp_path / "seuils.csv",
        "Année;Q1;Q2;Source",
        "2021;8\xa0806,00;12\xa0306,50 €;Arrêté inventé",
        ";;;",
        "2022;8908;;",
    )
    cil("--importer", fichier, nommes=["seuils.csv, ligne 4"])  # The second year has no source.
    cil("--importer", fichier, "--source", "Tableau inventé")
    assert seuils_du(projet, 2021) == (8_806, 12_306.5, None)
    assert seuils_du(projet, 2022) == (8_908, None, None)
    assert seuils_du(projet, 2023) == (None, None, None)
    seuils = References(ouvrir_projet(projet)).seuils
    assert [seuils[annee].source for annee in (2021, 2022)] == ["Arrêté inventé", "Tableau inventé"]


def test_chaque_ligne_d_un_tableau_dit_de_quel_epci_elle_est(tmp_path: Path) -> None:
    """Two of one year are no double; without its own, a row is of the EPCI that the command names."""
    lignes = ("epci_siren;annee;q1", f"{SIREN};2022;8806", "200000000;2022;8908", ";2023;9000")
    lus = lire_seuils(tableau_francais(tmp_path / "seuils.csv", *lignes), "S", SIREN)
    assert [(lu.siren, lu.annee, lu.valeurs[0]) for lu in lus] == [
        (SIREN, 2022, 8_806), ("200000000", 2022, 8_908), (SIREN, 2023, 9_000),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("lignes", "nomme"),
    [
        (["Commune;Total", "x;1"], "annee"),
        (["annee;q1;q1 annuel", "2022;9000;9000"], "« q1 »"),
        (["annee;q1", "2022;9000", "2022;9001"], "ligne 3"),
        (["annee,q1", "2022,8908,50"], "ligne 2"),
        (["annee;q1", "2022;=8000+908"], "« =8000+908 »"),
        (["annee;q1"], "en-têtes"),
    ],
)
def test_un_tableau_fautif_se_dit(tmp_path: Path, cil: Cil, lignes: list[str], nomme: str) -> None:
    fichier = tableau_francais(tmp_path / "seuils.csv", *lignes)
    cil("--importer", fichier, "--source", "S", nommes=["seuils.csv", nomme])


def test_seul_il_liste_ce_qui_est_saisi(projet: Path, cil: Cil) -> None:
    avant = contenu(projet)
    lignes = {ligne.split()[0]: ligne for ligne in cil().splitlines() if ligne.strip()}
    assert lignes["2022"].count("à renseigner") == 3
    assert "9 143 €" in lignes["2024"] and "18 000 €" in lignes["2024"]
    assert contenu(projet) == avant
