"""Recording thresholds: nothing else in the file changes. The figures are made up."""

from __future__ import annotations

import csv
import stat
from pathlib import Path
from typing import Any

import pytest

from cil_analysis import fichiers
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.seuils import SeuilsDeLAnnee, charger_seuils, reporter_seuils, valeurs_de
from messages import exiger_un_remede, refuser

SIREN, AUTRE = "247200132", "200000000"
SOURCE = 'Tableau « test » : un "titre", difficile https://exemple.fr/a.xlsx'
MODELE = """\
annee,note,q1,q2,q3,source,confiance
2100,à revoir,,,16000,"Sans objet",C

2102,"deux
lignes",9000.5,,,'Arrêté',C
2104,,,,,Sans objet,NF
"""


@pytest.fixture
def dossier(tmp_path: Path) -> Path:
    (tmp_path / "parameters").mkdir()
    fichier(tmp_path).write_bytes(MODELE.encode())
    return tmp_path


def fichier(dossier: Path) -> Path:
    return dossier / "parameters" / "seuils_quartiles.csv"


def seuils(annee: int, *valeurs: float, source: str = SOURCE) -> SeuilsDeLAnnee:
    q1, q2, q3 = valeurs
    return SeuilsDeLAnnee(annee, (q1, q2, q3), source, "L", SIREN)


def reporter(dossier: Path, *lus: SeuilsDeLAnnee, remplacer: bool = False) -> tuple[list[SeuilsDeLAnnee], list[Any]]:
    return reporter_seuils(dossier, lus, [SIREN], remplacer=remplacer)


def lire(dossier: Path, annee: int) -> tuple[object, ...]:
    return valeurs_de(charger_seuils(fichier(dossier), [SIREN])[SIREN], annee)


def test_le_reste_du_fichier_ne_change_pas(dossier: Path) -> None:
    lus, suivants = seuils(2100, 8_000, 12_000, 16_000), seuils(2101, 8_001, 12_001, 16_001)
    assert reporter(dossier, suivants, lus) == ([lus, suivants], [])
    avant = [ligne for ligne in csv.reader(MODELE.splitlines(keepends=True)) if ligne]
    avant[[ligne[0] for ligne in avant].index("2100")][2:6] = ["8000", "12000", "16000", f"Sans objet ; {SOURCE}"]
    for ligne in avant:
        ligne[-1] = "L" if ligne[0] == "2100" else ligne[-1]
    with fichier(dossier).open(encoding="utf-8", newline="") as flux:
        assert list(csv.reader(flux)) == [*avant, ["2101", "", "8001", "12001", "16001", SOURCE, "L"]]
    assert lire(dossier, 2100) == (8_000, 12_000, 16_000)
    assert lire(dossier, 2102) == (9000.5, None, None)
    assert lire(dossier, 2099) == lire(dossier, 2103) == lire(dossier, 2104) == (None, None, None)


def test_une_difference_refuse_tout(dossier: Path) -> None:
    avant = fichier(dossier).read_bytes()
    annees = seuils(2100, 8_000, 12_000, 16_001), seuils(2102, 9_000, 13_000, 17_000)
    with pytest.raises(ErreurCIL) as erreur:
        reporter(dossier, *annees)
    message = exiger_un_remede(
        erreur.value, "2100 Q3", "16 000 €", "16 001 €", "2102 Q1", "9 000,50 €", "9 000 €", "--remplacer"
    )
    assert "Q2" not in message
    assert fichier(dossier).read_bytes() == avant
    ecrites, remplacees = reporter(dossier, *annees, remplacer=True)
    assert remplacees == [(SIREN, 2100, "q3", 16_000, 16_001), (SIREN, 2102, "q1", 9000.5, 9_000)]
    assert ecrites == [*annees]
    assert lire(dossier, 2100) == (8_000, 12_000, 16_001)
    assert lire(dossier, 2101) == lire(dossier, 2103) == (None, None, None)
    assert lire(dossier, 2102) == (9_000, 13_000, 17_000)


def test_la_source_de_ce_qui_reste_est_gardee_et_celle_de_ce_qui_part_ne_l_est_pas(dossier: Path) -> None:
    reporter(dossier, seuils(2100, 8_000, 12_000, 16_001, source="Nouvelle"), remplacer=True)
    q1, q2, q3 = 9_100, 13_000, None
    partiels = SeuilsDeLAnnee(2102, (q1, q2, q3), "Nouvelle", "C")  # No SIREN: the one EPCI of the project.
    reporter(dossier, partiels, remplacer=True)
    lus = charger_seuils(fichier(dossier), [SIREN])[SIREN]
    assert (lus[2100].source, lus[2102].source) == ("Nouvelle", "Nouvelle")
    reporter(dossier, seuils(2102, 9_100, 13_000, 17_000, source="Troisième"))
    assert charger_seuils(fichier(dossier), [SIREN])[SIREN][2102].source == "Nouvelle ; Troisième"


def test_un_fichier_d_excel_francais_garde_sa_forme(dossier: Path) -> None:
    texte = "annee;q1;q2;q3;source;confiance\r\n2100;8 000,5;;;Arrêté;C\r\n2102;;;;Sans objet;NF\r\n"
    fichier(dossier).write_bytes(texte.encode("cp1252"))
    reporter(dossier, seuils(2102, 8_000, 12_000, 16_000.25, source="Décret"))
    assert fichier(dossier).read_bytes().decode("cp1252") == texte.replace(
        "2102;;;;Sans objet;NF", "2102;8000;12000;16000.25;Décret;L"
    )
    assert (lire(dossier, 2100), lire(dossier, 2102)) == ((8000.5, None, None), (8_000, 12_000, 16_000.25))


def test_les_colonnes_vides_d_un_tableur_se_lisent(dossier: Path) -> None:
    texte = "annee;q1;q2;q3;source;confiance;;\n2100;8000;;;Arrêté;C;;\n;;;;;;;\n"
    fichier(dossier).write_text(texte, encoding="utf-8")
    assert lire(dossier, 2100) == (8_000, None, None)
    reporter(dossier, seuils(2101, 8_001, 12_001, 16_001, source="s"))
    assert (lire(dossier, 2100), lire(dossier, 2101)) == ((8_000, None, None), (8_001, 12_001, 16_001))
    fichier(dossier).write_text(texte.replace("Arrêté;C;;", "Arrêté;C;;oubli"), encoding="utf-8")
    with refuser("ligne 2", "en-tête"):
        lire(dossier, 2100)


def test_plusieurs_epci_ont_chacun_leurs_lignes(dossier: Path) -> None:
    texte = f"epci_siren,annee,q1,q2,q3,source,confiance\n{SIREN},2100,8001,,,a,C\n{AUTRE},2100,8002,,,b,C\n"
    fichier(dossier).write_text(texte, encoding="utf-8")
    lus = [SeuilsDeLAnnee(2100, (9_000, None, None), "s", "C", AUTRE), seuils(2101, 8_000, 12_000, 16_000, source="s")]
    reporter_seuils(dossier, lus, [SIREN, AUTRE], remplacer=True)
    assert fichier(dossier).read_text("utf-8") == texte.replace("8002,,,b,C", "9000,,,s,C") + (
        f"{SIREN},2101,8000,12000,16000,s,L\n"
    )


@pytest.mark.parametrize(
    ("avant", "apres", "attendu"),
    [
        ("2102,", "2100,", ": « 2100 » figure déjà (annee)."),
        ("9000.5", "neuf mille", "« neuf mille »"),
        ("9000.5", "9.000", "« 9.000 »"),
        ("9000.5", "750", "« 750 »"),
        ("9000.5", "-9000", "« -9000 »"),
        ("9000.5", "nan", "« nan »"),
        ("9000.5,", "9000.5,8000", "croissants"),
        (",q3,", ",q4,", "q3"),
        (",note,", ",epci_siren,", "« à revoir »"),
        ("2102,", "21O2,", "« 21O2 »"),
    ],
)
def test_un_fichier_fautif_reste_intact(dossier: Path, avant: str, apres: str, attendu: str) -> None:
    assert avant in MODELE
    fichier(dossier).write_text(MODELE.replace(avant, apres, 1), encoding="utf-8")
    octets = fichier(dossier).read_bytes()
    with refuser(attendu):
        reporter(dossier, seuils(2100, 8_000, 12_000, 16_000))
    assert fichier(dossier).read_bytes() == octets


def test_une_ecriture_qui_echoue_laisse_le_fichier(dossier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    avant = fichier(dossier).read_bytes()

    def disque_plein(_: int) -> None:
        raise OSError(28, "disque plein")

    monkeypatch.setattr(fichiers.os, "fsync", disque_plein)
    with pytest.raises(OSError, match="disque plein"):
        reporter(dossier, seuils(2100, 8_000, 12_000, 16_000))
    assert fichier(dossier).read_bytes() == avant
    assert [f.name for f in fichier(dossier).parent.iterdir()] == ["seuils_quartiles.csv"]


def test_les_droits_et_le_lien_restent(dossier: Path, tmp_path: Path) -> None:
    vrai = tmp_path / "ailleurs.csv"
    fichier(dossier).rename(vrai)
    vrai.chmod(0o640)
    fichier(dossier).symlink_to(vrai)
    reporter(dossier, seuils(2100, 8_000, 12_000, 16_000))
    assert fichier(dossier).is_symlink()
    assert stat.S_IMODE(vrai.stat().st_mode) == 0o640
    assert lire(dossier, 2100) == (8_000, 12_000, 16_000)
