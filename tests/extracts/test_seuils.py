"""The State's table of quartiles, and « cil seuils »: every figure here is made up."""

from __future__ import annotations

import shutil
import zipfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from conftest_extracts import contenu, ecrire_xlsx
from openpyxl import Workbook

from cil_analysis.cli import main
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extracts.seuils import Lecture, Quartiles, lire_quartiles, seuils_sources
from cil_analysis.project import ouvrir_projet
from cil_analysis.reference import charger_parametres
from cil_analysis.reference.texte import typographie

RACINE = Path(__file__).resolve().parents[2]
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
    assert lecture == Lecture("etat.xlsx", (Quartiles(AN, (8_000, 12_000, 16_000), "Feuille", True),), (), ())


@pytest.mark.parametrize("siren", ["1247200132", "2472001320", "247200131", "Siège", "", None, "1e400", -247200132])
def test_un_autre_siren_n_est_pas_pris(tmp_path: Path, siren: Any) -> None:
    with pytest.raises(ErreurCIL, match=r"247200132 n’est dans aucune feuille de etat\.xlsx"):
        lire_quartiles(classeur(tmp_path, Feuille=[ligne(siren)]), SIREN)


def test_plusieurs_feuilles_et_ce_qui_les_entoure(tmp_path: Path) -> None:
    fichier = ecrire_xlsx(
        tmp_path / "etat.xlsx",
        Lisez_moi=[["Ce classeur donne les quartiles."]],
        Recente=[["Quartiles de ressources"], [], ENTETES, AUTRE, ligne(annee=AN + 1, q=("9 000,5", "12 500 €", 17e3))],
        Ancienne=[ENTETES, ligne(int(SIREN), concerne="non")],
        Ailleurs=[ENTETES, AUTRE],
    )
    lecture = lire_quartiles(fichier, SIREN)
    assert lecture.quartiles == (
        Quartiles(AN, (8_000, 12_000, 16_000), "Ancienne", False),
        Quartiles(AN + 1, (9_000.5, 12_500, 17_000), "Recente", True),
    )
    assert lecture.feuilles_sans_l_epci == ("Ailleurs",)
    assert lecture.autres_feuilles == ("Lisez_moi",)


def test_en_tetes_dans_un_autre_ordre_et_une_autre_graphie(tmp_path: Path) -> None:
    entetes = ["Q3 ANNUEL", "q1 annuel", "Q2\nannuel", "ANNEE DE REFERENCE", "SIREN de l’EPCI"]
    fichier = ecrire_xlsx(tmp_path / "etat.xlsx", F=[entetes, [16_000, 8_000, 12_000, AN, SIREN]])
    (lus,) = lire_quartiles(fichier, SIREN).quartiles
    assert (lus.valeurs, lus.concerne) == ((8_000, 12_000, 16_000), None)


def test_un_epci_de_deux_departements_a_deux_lignes(tmp_path: Path) -> None:
    assert len(lire_quartiles(classeur(tmp_path, F=[ligne(), ligne()]), SIREN).quartiles) == 1
    with pytest.raises(ErreurCIL, match=rf"deux fois les seuils de {AN}.*Q1 8\u202f000.*Q1 8\u202f001"):
        lire_quartiles(classeur(tmp_path, F=[ligne(), ligne(q=(8_001, 12_000, 16_000))]), SIREN)
    with pytest.raises(ErreurCIL, match=r"« F ».*« G »"):
        lire_quartiles(classeur(tmp_path, F=[ligne()], G=[ligne(q=(8_001, 12_000, 16_000))]), SIREN)


def avec_valeurs_en_cache(fichier: Path) -> Path:
    """The same workbook once a spreadsheet has computed and saved it: openpyxl writes formulas without a result."""
    enregistre = fichier.with_name("enregistre.xlsx")
    with zipfile.ZipFile(fichier) as source, zipfile.ZipFile(enregistre, "w") as cible:
        for nom in source.namelist():
            contenu_xml = source.read(nom)
            if nom == "xl/worksheets/sheet1.xml":
                assert b"<v></v>" in contenu_xml or b"<v />" in contenu_xml or b"<v/>" in contenu_xml
                for vide in (b"<v></v>", b"<v />", b"<v/>"):
                    contenu_xml = contenu_xml.replace(vide, b"<v>12000</v>")
            cible.writestr(nom, contenu_xml)
    return enregistre


def test_formule_avec_et_sans_resultat(tmp_path: Path) -> None:
    wb = Workbook()
    feuille = wb.active
    feuille.title = "Calculée"
    for cellules in (ENTETES, AUTRE, ligne(q=(8_000, "=H3*1.5", 16_000))):
        feuille.append(cellules)
    wb.save(tmp_path / "etat.xlsx")
    with pytest.raises(ErreurCIL, match=r"« Calculée », ligne 3, « Q2 annuel » : aucune valeur.*tableur.*enregistrez"):
        lire_quartiles(tmp_path / "etat.xlsx", SIREN)
    (lus,) = lire_quartiles(avec_valeurs_en_cache(tmp_path / "etat.xlsx"), SIREN).quartiles
    assert lus.valeurs == (8_000, 12_000, 16_000)


@pytest.mark.parametrize(
    ("cellules", "attendu"),
    [
        ({"q": (None, 12_000, 16_000)}, "« Q1 annuel » : aucune valeur"),
        ({"q": ("huit mille", 12_000, 16_000)}, "« Q1 annuel » : cette cellule n’est pas un nombre"),
        ({"q": (-8_000, 12_000, 16_000)}, "Q1 annuel.*plausible"),
        ({"q": (8_000, 12_000, 16_000_000)}, "Q3 annuel.*plausible"),
        ({"q": (667, 1_000, 1_333)}, "Q1 annuel.*plausible"),
        ({"q": (8_000, "1e400", 16_000)}, "« Q2 annuel » : cette cellule n’est pas un nombre"),
        ({"q": (12_000, 8_000, 16_000)}, "les quartiles ne sont pas croissants"),
        ({"annee": None}, "« Année de référence » : aucune valeur"),
        ({"annee": "bientôt"}, "« Année de référence » : cette cellule n’est pas un nombre"),
        ({"annee": 21}, "21 n’est pas une année"),
        ({"annee": AN + 0.5}, "n’est pas une année"),
        ({"annee": "1e400"}, "cette cellule n’est pas un nombre"),
    ],
)
def test_cellule_fautive(tmp_path: Path, cellules: dict[str, Any], attendu: str) -> None:
    with pytest.raises(ErreurCIL, match=f"^Feuille « F », ligne 3.*{attendu}"):
        lire_quartiles(classeur(tmp_path, F=[ligne(**cellules)]), SIREN)


def test_colonne_absente_ou_en_double(tmp_path: Path) -> None:
    sans_q2 = [e for e in ENTETES if e != "Q2 annuel"]
    fichier = ecrire_xlsx(tmp_path / "etat.xlsx", F=[["Titre"], sans_q2, ligne()], G=[ENTETES, ligne()])
    with pytest.raises(ErreurCIL, match=r"etat\.xlsx, feuille « F » : il manque « Q2 annuel ».*\(ligne 2\)"):
        lire_quartiles(fichier, SIREN)
    fichier = ecrire_xlsx(tmp_path / "etat.xlsx", F=[[*ENTETES, "Q1 annuel"], [*ligne(), 1]])
    with pytest.raises(ErreurCIL, match="deux colonnes s’appellent « Q1 annuel »"):
        lire_quartiles(fichier, SIREN)


def test_ce_qui_n_est_pas_le_tableau(tmp_path: Path) -> None:
    with pytest.raises(ErreurCIL, match="aucune feuille n’a les en-têtes « SIRET de l’EPCI »"):
        lire_quartiles(ecrire_xlsx(tmp_path / "autre.xlsx", F=[["Commune", "Bailleur"], ["Le Mans", "X"]]), SIREN)
    (tmp_path / "faux.xlsx").write_bytes(b"ceci n'est pas un classeur")
    with pytest.raises(ErreurCIL, match=r"faux\.xlsx n’est pas un classeur lisible"):
        lire_quartiles(tmp_path / "faux.xlsx", SIREN)
    (tmp_path / "texte.csv").write_text(";".join(ENTETES), encoding="utf-8")
    with pytest.raises(ErreurCIL, match=r"texte\.csv n’est pas un classeur"):
        lire_quartiles(tmp_path / "texte.csv", SIREN)
    with pytest.raises(ErreurCIL, match="introuvable"):
        lire_quartiles(tmp_path / "absent.xlsx", SIREN)


def test_un_classeur_abime_se_dit_toujours(tmp_path: Path) -> None:
    entier = classeur(tmp_path, F=[ligne()]).read_bytes()
    for coupe in range(0, len(entier), max(1, len(entier) // 40)):
        for octets in (entier[:coupe], entier[:coupe] + b"\x00" + entier[coupe + 1 :]):
            (tmp_path / "abime.xlsx").write_bytes(octets)
            try:
                lire_quartiles(tmp_path / "abime.xlsx", SIREN)
            except ErreurCIL:
                continue


@pytest.mark.parametrize(
    ("source", "titre", "href", "confiance"),
    [
        (None, "Tableau des quartiles par EPCI, etat.xlsx, feuille F", "", "L"),
        ("  ", "Tableau des quartiles par EPCI, etat.xlsx, feuille F", "", "L"),
        ("Tableau  national", "Tableau national", "", "C"),
        ("Tableau national, https://exemple.fr/a.xlsx.", "Tableau national", "https://exemple.fr/a.xlsx", "C"),
        (
            "https://exemple.fr/a.xlsx",
            "Tableau des quartiles par EPCI, etat.xlsx, feuille F",
            "https://exemple.fr/a.xlsx",
            "C",
        ),
    ],
)
def test_la_source(source: str | None, titre: str, href: str, confiance: str) -> None:
    lecture = Lecture("etat.xlsx", (Quartiles(AN, (8_000, 12_000, 16_000), "F", True),), (), ())
    (seuils,) = seuils_sources(lecture, source)
    assert (seuils.reference.titre, seuils.reference.href, seuils.confiance) == (titre, href, confiance)


# --- The command ----------------------------------------------------------------------------------------------------


@pytest.fixture
def projet(tmp_path: Path) -> Path:
    racine = tmp_path / "projet"
    shutil.copytree(RACINE / "data" / "reference", racine / "data" / "reference")
    return racine


def cil(projet: Path, *arguments: Any) -> int:
    return main(["--projet", str(projet), "seuils", *map(str, arguments)])


def seuils_du(projet: Path, annee: int) -> tuple[object, ...]:
    parametres = charger_parametres(ouvrir_projet(projet).reference / "parameters")
    return tuple(parametres[f"seuils_quartiles.q{i}"].valeur(date(annee, 12, 31)) for i in (1, 2, 3))


def test_reporter_puis_recommencer(projet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fichier = classeur(tmp_path, F=[ligne(concerne="non")], Vide=[])
    assert cil(projet, fichier, "--source", "Tableau national") == 0
    dit = capsys.readouterr().out
    assert typographie(f"{AN} (feuille « F ») : Q1 8\u202f000\u00a0€, Q2 12\u202f000\u00a0€") in dit
    assert f"non concerné par l’obligation en {AN}" in dit
    assert typographie("Feuille « Vide » : l’EPCI n’y figure pas.") in dit
    assert typographie(f"{AN + 1} : inscrit « à renseigner »") in dit
    assert f"cil bilan --annee {AN}." in dit
    assert seuils_du(projet, AN) == (8_000, 12_000, 16_000)
    assert seuils_du(projet, AN - 1) == seuils_du(projet, AN + 1) == (None, None, None)

    avant = contenu(projet)
    assert cil(projet, fichier, "--source", "Une autre source") == 0
    assert contenu(projet) == avant
    assert "déjà enregistrés, inchangés" in capsys.readouterr().out


def test_une_difference_n_ecrit_rien_sans_remplacer(
    projet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cil(projet, classeur(tmp_path, F=[ligne()])) == 0
    avant = contenu(projet)
    nouveau = classeur(tmp_path, F=[ligne(q=(8_000, 12_345, 16_000.5))], G=[ligne(annee=AN + 1)])
    capsys.readouterr()
    assert cil(projet, nouveau) == 1
    dit = capsys.readouterr()
    assert dit.out == ""
    assert f"{AN} Q2, enregistré 12\u202f000\u00a0€, lu 12\u202f345\u00a0€" in dit.err
    assert f"{AN} Q3, enregistré 16\u202f000\u00a0€, lu 16\u202f000,50\u00a0€" in dit.err
    assert "Q1" not in dit.err and "--remplacer" in dit.err
    assert contenu(projet) == avant

    assert cil(projet, nouveau, "--remplacer") == 0
    dit_enfin = capsys.readouterr().out
    assert typographie(f"{AN} Q2 : 12\u202f000\u00a0€ remplacé par 12\u202f345\u00a0€.") in dit_enfin
    assert seuils_du(projet, AN) == (8_000, 12_345, 16_000.5)
    assert seuils_du(projet, AN + 1) == (8_000, 12_000, 16_000)


def test_epci_absent_ou_fichier_faux(projet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    avant = contenu(projet)
    assert cil(projet, classeur(tmp_path, F=[])) == 1
    (tmp_path / "faux.xlsx").write_bytes(b"PK\x03\x04")
    assert cil(projet, tmp_path / "faux.xlsx") == 1
    assert "Traceback" not in capsys.readouterr().err
    assert contenu(projet) == avant


# --- Typed, one year or a table ---------------------------------------------------------------------------------------

CETTE_ANNEE = date.today().year


def tableau_francais(chemin: Path, *lignes: str) -> Path:
    """As a French Excel saves a CSV."""
    chemin.write_bytes("\r\n".join(lignes).encode("cp1252"))
    return chemin


def fichier_des_seuils(projet: Path) -> str:
    return (projet / "data" / "reference" / "parameters" / "seuils_quartiles.yml").read_text(encoding="utf-8")


def test_saisir_une_annee_n_ecrit_qu_elle(projet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    avant = fichier_des_seuils(projet)
    assert cil(projet, "--annee", 2022, "--q1", "8 908,00 €", "--source", "Arrêté inventé, https://a.fr") == 0
    dit = capsys.readouterr().out
    assert typographie("2022 : Q1 8\u202f908\u00a0€ ; enregistrés.") in dit
    assert seuils_du(projet, 2022) == (8_908, None, None)
    assert seuils_du(projet, 2021) == seuils_du(projet, 2023) == (None, None, None)
    assert seuils_du(projet, 2024) == (9_143, 13_023, 18_000)
    lignes = iter(fichier_des_seuils(projet).splitlines())
    assert all(ligne in lignes for ligne in avant.splitlines()), "une ligne d’avant a changé"
    assert "Arrêté inventé" in fichier_des_seuils(projet)

    avant = fichier_des_seuils(projet)
    assert cil(projet, "--annee", 2022, "--q1", 8908, "--source", "Autre") == 0
    assert fichier_des_seuils(projet) == avant
    capsys.readouterr()
    assert cil(projet, "--annee", 2022, "--q1", 9000, "--source", "Autre") == 1
    assert "2022 Q1, enregistré 8\u202f908\u00a0€, lu 9\u202f000\u00a0€" in capsys.readouterr().err
    assert fichier_des_seuils(projet) == avant
    assert cil(projet, "--annee", 2022, "--q1", 9000, "--source", "Autre", "--remplacer") == 0
    assert seuils_du(projet, 2022) == (9_000, None, None)


@pytest.mark.parametrize(
    ("arguments", "attendu"),
    [
        (["--annee", 2022, "--q1", -8908, "--source", "S"], "q1 « -8908 » n’est pas un seuil annuel plausible"),
        (["--annee", 2022, "--q1", 742, "--source", "S"], "plausible"),
        (["--annee", 2022, "--q2", "douze mille", "--source", "S"], "q2 « douze mille » n’est pas un nombre"),
        (["--annee", 2022, "--q1", 9000, "--q2", 8000, "--source", "S"], "les quartiles ne seraient pas croissants"),
        (["--annee", 2024, "--q1", 13_500, "--source", "S", "--remplacer"], "ne seraient pas croissants"),
        (["--annee", 2022, "--q1", 8908, "--source", "Arrêté du …"], "la source est incomplète"),
        (["--annee", 202, "--q1", 9000, "--source", "S"], "l’année « 202 » n’est pas plausible"),
        (["--annee", CETTE_ANNEE + 2, "--q1", 9000, "--source", "S"], "n’est pas plausible"),
        (["--annee", 2022, "--q1", 9000], "la source manque"),
        (["--annee", 2022, "--q1", 9000, "--source", " "], "la source manque"),
        (["--annee", 2022, "--source", "S"], "aucun seuil n’est donné"),
        (["--q1", 9000, "--source", "S"], "De quelle année"),
        (["--importer", "absent.csv", "--source", "S"], "introuvable"),
        (["--annee", 2022, "--q1", 9000, "--source", "S", "--epci", "200000000"], "n’est pas de ce projet"),
    ],
)
def test_une_saisie_fautive_se_dit(
    projet: Path, capsys: pytest.CaptureFixture[str], arguments: list[Any], attendu: str
) -> None:
    avant = contenu(projet)
    assert cil(projet, *arguments) == 1
    assert typographie(attendu) in capsys.readouterr().err
    assert contenu(projet) == avant


def test_un_tableau_d_excel_francais(projet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fichier = tableau_francais(
        tmp_path / "seuils.csv",
        "Année;Q1;Q2;Source",
        "2021;8\xa0806,00;12\xa0306,50 €;Arrêté inventé",
        ";;;",
        "2022;8908;;",
    )
    assert cil(projet, "--importer", fichier) == 1  # The second year has no source.
    assert "seuils.csv, ligne 4" in capsys.readouterr().err
    assert seuils_du(projet, 2021) == (None, None, None)
    assert cil(projet, "--importer", fichier, "--source", "Tableau inventé") == 0
    assert seuils_du(projet, 2021) == (8_806, 12_306.5, None)
    assert seuils_du(projet, 2022) == (8_908, None, None)
    assert seuils_du(projet, 2023) == (None, None, None)
    parametres = charger_parametres(ouvrir_projet(projet).reference / "parameters")
    cites = [parametres["seuils_quartiles.q1"].au(date(a, 12, 31)).references[0].titre for a in (2021, 2022)]
    assert cites == ["Arrêté inventé", "Tableau inventé"]


@pytest.mark.parametrize(
    ("lignes", "attendu"),
    [
        (["Commune;Total", "x;1"], "en-têtes introuvables"),
        (["annee;q1;q1 annuel", "2022;9000;9000"], "deux colonnes disent « q1 »"),
        (["annee;q1", "2022;9000", "2022;9001"], "ligne 3 : 2022 a déjà une ligne"),
        (["annee,q1", "2022,8908,50"], "ligne 2 : une cellule est au-delà des en-têtes"),
        (["annee;q1", "2022;=8000+908"], "n’est pas un nombre"),
        (["annee;q1"], "aucune ligne sous ses en-têtes"),
    ],
)
def test_un_tableau_fautif_se_dit(
    projet: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], lignes: list[str], attendu: str
) -> None:
    avant = contenu(projet)
    assert cil(projet, "--importer", tableau_francais(tmp_path / "seuils.csv", *lignes), "--source", "S") == 1
    assert typographie(attendu) in capsys.readouterr().err
    assert contenu(projet) == avant


def test_seul_il_liste_ce_qui_est_saisi(projet: Path, capsys: pytest.CaptureFixture[str]) -> None:
    avant = contenu(projet)
    assert cil(projet) == 0
    lignes = {ligne.split()[0]: ligne for ligne in capsys.readouterr().out.splitlines() if ligne.strip()}
    assert lignes["2022"].count("à renseigner") == 3
    assert "9\u202f143\u00a0€" in lignes["2024"] and "18\u202f000\u00a0€" in lignes["2024"]
    assert contenu(projet) == avant
