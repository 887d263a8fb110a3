"""The `cil` command, as a colleague types it: exit codes, French, and nothing changed by a command that fails."""

from __future__ import annotations

import re
import shutil
from importlib.metadata import version
from pathlib import Path

import pytest

from cil_analysis import commandes as cli
from commande import RACINE, echoue, lancer, lancer_ici
from commande import modele as modele
from messages import exiger_du_francais, exiger_un_remede, lisible


def test_l_aide_de_chaque_commande_est_en_francais(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    (sous,) = (a for a in cli.analyseur_des_commandes()._actions if a.dest == "commande")
    assert len(sous.choices or ()) > 10
    assert not any(p.color for p in (cli.analyseur_des_commandes(), *(sous.choices or {}).values()))
    for commande in ((), *((nom,) for nom in sous.choices or ())):
        with pytest.raises(SystemExit) as fin:
            cli.analyseur_des_commandes().parse_args([*commande, "--help"])
        dit = capsys.readouterr().out
        assert fin.value.code in (0, None)
        assert dit.startswith(" ".join(("usage\u202f: cil", *commande))) and "--projet DOSSIER" in dit
        exiger_du_francais(dit)


def test_la_version_se_dit(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as fin:
        cli.main(["--version"])
    dit = capsys.readouterr().out
    assert fin.value.code == 0 and dit.startswith(f"cil-analysis {version('cil-analysis')}, Python 3.")


# What is typed, and what the message must name of it.
MAUVAIS_USAGES = [
    (("publier",), "publier"),
    (("bilan",), "--annee"),
    (("importer", "--annee", "2022"), "FICHIER"),
    (("verifier", "a.csv"), "--annee"),
    (("bilan", "--annee"), "--annee"),
    (("bilan", "--annee", "deux"), "--annee"),
    (("bilan", "--annee", "99999"), "--annee"),
    (("objectifs",), "--modele"),
    (("objectifs", "--annee", "2022", "--attendues", "0"), "--attendues"),
    (("objectifs", "--annee", "2022", "--attendues", "mille"), "--attendues"),
    (("indicateurs", "--annee", "0"), "--annee"),
    (("bilan", "--annee", "2022", "--moteur", "word"), "quarto, interne"),
    (("bilan", "--annee", "2022", "--zut"), "cil bilan : argument inconnu : --zut"),
    (("--zut",), "--zut"),
    (("opendata", "--annee", "2022", "--licence", "etalab"), "choix : etalab-2.0, ODbL-1.0"),
    (("colonnes", "mes", "baux.csv"), "baux.csv. Un nom qui a des espaces s’écrit entre guillemets"),
    (("indicateurs", "--annee", "2022", "--interne=3"), "--interne"),
    (("exemple", "--annees", "2022-2018"), "--annees"),
    (("exemple", "--annees", "18-22"), "AAAA-AAAA"),
    (("exemple", "--annees", "2018-2099"), "20"),
    (("exemple", "--graine", "-1"), "--graine"),
    (("exemple", "--graine", "x"), "--graine"),
]


def test_un_mauvais_usage_sort_en_2_en_francais_et_dit_lequel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    for arguments, nomme in MAUVAIS_USAGES:
        with pytest.raises(SystemExit) as fin:
            cli.main(arguments)
        dit = capsys.readouterr()
        assert (fin.value.code, dit.out) == (2, ""), arguments
        message = exiger_du_francais(dit.err)
        assert message.startswith("usage : cil") and nomme in message.rstrip().rpartition("\n")[2], arguments
    echoue(lancer("publier", dossier=tmp_path), 2)  # And the process itself.


# --- The project ----------------------------------------------------------------------------------------------------


def test_sans_projet_ou_sans_donnees_la_commande_dit_quoi_faire(modele: Path, tmp_path: Path) -> None:
    exiger_un_remede(echoue(lancer("bilan", "--annee", 2022, dossier=tmp_path)), "--projet")
    ailleurs = lancer_ici("--projet", "ailleurs", "bilan", "--annee", 2022, dossier=tmp_path)
    assert "ailleurs" in echoue(ailleurs)
    with pytest.MonkeyPatch.context() as retouche:  # At once: before an engine is started.
        retouche.delattr("cil_analysis.commandes.documents.ouvrir_l_atelier")
        exiger_un_remede(echoue(lancer_ici("bilan", "--annee", 2022, dossier=modele)), 2022, "cil importer")
    assert not (modele / "reports" / "2022").exists()


def test_un_dossier_qui_ne_peut_etre_ecrit_se_dit(modele: Path, tmp_path: Path) -> None:
    shutil.copytree(modele / "data", tmp_path / "data")
    (tmp_path / "exemple").write_text("un fichier, et non un dossier", encoding="utf-8")
    sortie = lancer_ici("exemple", dossier=tmp_path)
    assert sortie.returncode == 1 and "Errno" not in sortie.stderr
    exiger_un_remede(sortie.stderr, "exemple")
    exiger_un_remede(echoue(lancer_ici("methode", tmp_path / "exemple", dossier=RACINE)), "exemple", "docs/methode")


@pytest.fixture
def neuf(modele: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A real project of its own, without data or key."""
    monkeypatch.setenv("CIL_DOSSIER_CLES", str(tmp_path / "cles"))
    shutil.copytree(modele / "data" / "reference", tmp_path / "neuf" / "data" / "reference")
    return tmp_path / "neuf"


def ecrire_baux(chemin: Path, *lignes: str) -> Path:
    chemin.write_text("\n".join(["N° unique;Date du bail;Commune;Bailleur;Âge", *lignes]) + "\n", encoding="utf-8")
    return chemin


def test_verifier_dit_un_comparateur_qui_n_a_pas_d_indicateur(neuf: Path, tmp_path: Path) -> None:
    """Before any file is read: a bilan would stop there."""
    table = neuf / "data" / "reference" / "comparateurs.csv"
    entetes = table.read_text(encoding="utf-8")
    table.write_text(f"{entetes}V01,France,en France,2022,15,,essai,,2023-01-01,L\n", encoding="utf-8")
    dit = echoue(lancer_ici("verifier", ecrire_baux(tmp_path / "baux.csv"), "--annee", 2022, dossier=neuf))
    assert "comparateurs.csv" in dit and "ligne 2" in dit and "« V01 »" in lisible(dit)


def test_l_import_dit_ses_anomalies_et_quoi_ajouter(neuf: Path, tmp_path: Path) -> None:
    """The account of the rows, which cells are not read, what to add, and no word that a household may have written."""
    baux = ecrire_baux(
        tmp_path / "a.csv",
        *(f"072{i:011d}TEST;15/03/2022;Le Mans;LMH;30" for i in range(100, 160)),
        *(f"072{i:011d}TEST;15/03/2022;Le Mans;Office Inventé;MOT LIBRE" for i in range(10, 15)),
        f"072{20:011d}TEST;15/03/2022;Le Mans;Mme 06 11 22 33 44;30",
        f"072{21:011d}TEST;15/03/2021;Le Mans;LMH;30",
        f"072{22:011d}TEST;;Le Mans;LMH;30",
    )
    sortie = lancer("importer", baux, "--annee", 2022, dossier=neuf)
    assert (sortie.returncode, sortie.stdout) == (0, "")
    dit = exiger_du_francais(sortie.stderr)
    (compte,) = re.findall(r"^.*69 lignes lues = .*$", dit, re.M)
    assert [int(n) for n in re.findall(r"\d+", compte.partition("=")[2])] == [66, 1, 0, 1, 1]
    for lignes in ("62, 63, 64", "ligne 69", "ligne 67", "62, 63, 64, 65, 66"):
        assert lignes in dit, lignes
    assert "« Office Inventé » (5)" in dit and "nomenclatures/bailleurs.csv" in dit
    assert f"cil libelles {baux} --extrait attributions" in dit
    assert "06 11 22" not in dit and "MOT LIBRE" not in dit
    assert b"MOT LIBRE" not in b"".join(c.read_bytes() for c in neuf.rglob("*") if c.is_file())

    autre = ecrire_baux(tmp_path / "b.csv", f"072{1:011d}TEST;15/03/2022;Le Mans;LMH;30")
    sortie = lancer_ici("importer", autre, "--annee", 2022, dossier=neuf)
    assert re.search(r"\d\d/\d\d/\d{4} à \d\d h \d\d \(66 conservées\)\n", lisible(sortie.stderr)), "what it replaces"
    assert "anomalie" not in sortie.stderr


def test_un_fichier_sans_une_colonne_et_un_verrou_d_excel_se_disent(neuf: Path, tmp_path: Path) -> None:
    """As « *.csv » names them, by the shell or not: the import goes on, and says what is missing of which file."""
    ecrire_baux(tmp_path / "a.csv", *(f"072{i:011d}TEST;15/03/2022;Le Mans;LMH;30" for i in range(100, 160)))
    sans = ecrire_baux(tmp_path / "b.csv", f"072{1:011d}TEST;15/03/2022;Le Mans;LMH;")
    sans.write_text(sans.read_text(encoding="utf-8").replace(";Âge", "").replace("LMH;", "LMH"), encoding="utf-8")
    (tmp_path / "~$a.csv").write_bytes(b"\x08Analyste" + bytes(150))
    for commande, sortie_attendue in (("verifier", "stdout"), ("importer", "stderr")):
        sortie = lancer_ici(commande, tmp_path / "*.csv", "--annee", 2022, dossier=neuf)
        assert sortie.returncode == 0, sortie.stderr
        assert "~$a.csv ignoré" in lisible(sortie.stderr)
        (phrase,) = [p for p in lisible(getattr(sortie, sortie_attendue)).splitlines() if "b.csv n’a pas" in p]
        assert "b.csv" in phrase and "« Âge du demandeur »" in phrase and "Demandez" in phrase
    assert "b.csv n’a pas" in lisible(lancer_ici("qualite", "--annee", 2022, dossier=neuf).stdout)
    shutil.copytree(tmp_path, neuf / "data" / "raw", ignore=shutil.ignore_patterns("neuf", "cles"))
    assert "~$" not in lancer_ici(dossier=neuf).stdout
    for commande in (["importer"], ["colonnes"], ["libelles"]):
        options = ["--annee", 2022] if commande == ["importer"] else []
        exiger_un_remede(echoue(lancer_ici(*commande, tmp_path / "~$a.csv", *options, dossier=neuf)), "nommez")


def test_la_qualite_d_une_annee_qui_n_a_que_des_demandes(neuf: Path, tmp_path: Path) -> None:
    fichier = tmp_path / "d.csv"
    fichier.write_text(f"N° unique;Commune souhaitée;Âge\n072{1:011d}TEST;Le Mans;\n", encoding="utf-8")
    assert lancer_ici("importer", fichier, "--annee", 2022, dossier=neuf).returncode == 0
    sortie = lancer_ici("qualite", "--annee", 2022, dossier=neuf)
    assert sortie.returncode == 0, sortie.stderr
    lignes = lisible(sortie.stdout).splitlines()
    assert "ne pas diffuser" in lignes[0]
    assert any("1 ligne conservée sur 2" in ligne for ligne in lignes)
    assert ["Âge", "du", "demandeur", "0,0"] in [ligne.split() for ligne in lignes]
    assert "Attributions" in lignes[-1] and "2022" in lignes[-1], "what has not been imported"
    shutil.rmtree(neuf / "data/processed/demandes")  # The journal is left.
    assert "cil importer" in echoue(lancer_ici("qualite", "--annee", 2022, dossier=neuf))


def test_un_import_refuse_ne_laisse_pas_de_cle(neuf: Path, tmp_path: Path) -> None:
    baux = ecrire_baux(tmp_path / "a.csv")
    assert "a.csv" in echoue(lancer_ici("importer", baux, "--annee", 2022, dossier=neuf))
    assert not (tmp_path / "cles").exists()
