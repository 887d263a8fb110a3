"""Recording thresholds: nothing else in the file changes. The figures are made up."""

from __future__ import annotations

import difflib
import shutil
import stat
from datetime import date
from pathlib import Path

import pytest

from cil_analysis import fichiers
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.ecriture.valeurs import poser_valeur
from cil_analysis.reference.parametres import Reference, ValeurDatee, charger_parametres
from cil_analysis.reference.seuils import Ecart, Report, SeuilsDeLAnnee, reporter_seuils
from messages import exiger_un_remede

SOURCE = Reference('Tableau « test » : un "titre" # difficile', "https://exemple.fr/a.xlsx")

MODELE = """\
# En tête du fichier.
q1:
  description: Premier.   # trois espaces
  unit: eur
  values:
    # avant la première
    2100-01-01:  # clé commentée
      value: null  # à renseigner
      # vérifié par le service
      reference: [{title: Sans objet}]
      confidence: NF

    # entre deux
    2102-01-01:
      value: 9000.5
      reference:
        - title: 'Arrêté'
          href: https://exemple.fr
      confidence: C
# avant q2
q2:
  description: Deuxième.
  values:
    2100-01-01: {value: null, reference: [{title: Sans objet}], confidence: NF}
q3:
  description: Troisième.
  values:
    2100-01-01: {value: 16000, reference: [{title: Sans objet}], confidence: C}
    2101-01-01: {value: null, reference: [{title: Sans objet}], confidence: NF}
"""


@pytest.fixture
def dossier(tmp_path: Path) -> Path:
    (tmp_path / "parameters").mkdir()
    fichier(tmp_path).write_bytes(MODELE.encode())
    return tmp_path


def fichier(dossier: Path) -> Path:
    return dossier / "parameters" / "seuils_quartiles.yml"


def seuils(annee: int, *valeurs: float) -> SeuilsDeLAnnee:
    q1, q2, q3 = valeurs
    return SeuilsDeLAnnee(annee, (q1, q2, q3), SOURCE, "L")


def lire(dossier: Path, annee: int) -> tuple[object, ...]:
    parametres = charger_parametres(dossier / "parameters")
    return tuple(parametres[f"seuils_quartiles.q{i}"].valeur(date(annee, 6, 30)) for i in (1, 2, 3))


def entrees(valeur: int, commentaire: str = "") -> str:
    """The entry of 2100, and the one that closes it, as they must be written."""
    return f"""\
    2100-01-01:
{commentaire}      value: {valeur}
      reference:
        - title: "Tableau « test » : un \\"titre\\" # difficile"
          href: https://exemple.fr/a.xlsx
      confidence: L
    2101-01-01:
      value: null
      reference:
        - title: "Seuil de l’année, à renseigner"
          href: ""
      confidence: NF
"""


def test_le_reste_du_fichier_ne_change_pas(dossier: Path) -> None:
    lus = seuils(2100, 8_000, 12_000, 16_000)
    assert reporter_seuils(dossier, [lus]) == Report((lus,), (), (2101,))
    texte = fichier(dossier).read_text(encoding="utf-8")
    assert texte == MODELE.replace(
        """\
    2100-01-01:  # clé commentée
      value: null  # à renseigner
      # vérifié par le service
      reference: [{title: Sans objet}]
      confidence: NF
""",
        entrees(8000, "      # vérifié par le service\n"),
    ).replace(
        "    2100-01-01: {value: null, reference: [{title: Sans objet}], confidence: NF}\nq3",
        f"{entrees(12000)}q3",
    )
    assert lire(dossier, 2100) == (8_000, 12_000, 16_000)
    assert lire(dossier, 2101) == (None, None, None)
    assert lire(dossier, 2102) == (9000.5, None, None)


def test_egal_ne_change_rien_et_une_seconde_fois_non_plus(dossier: Path) -> None:
    reporter_seuils(dossier, [seuils(2100, 8_000, 12_000.25, 16_000)])
    avant = fichier(dossier).read_bytes()
    assert reporter_seuils(dossier, [seuils(2100, 8_000, 12_000.25, 16_000)]) == Report((), (), ())
    assert fichier(dossier).read_bytes() == avant


def test_une_difference_refuse_tout(dossier: Path) -> None:
    avant = fichier(dossier).read_bytes()
    annees = [seuils(2100, 8_000, 12_000, 16_001), seuils(2102, 9_000, 13_000, 17_000)]
    with pytest.raises(ErreurCIL) as erreur:
        reporter_seuils(dossier, annees)
    message = exiger_un_remede(
        erreur.value, "2100 Q3", "16 000 €", "16 001 €", "2102 Q1", "9 000,50 €", "9 000 €", "--remplacer"
    )
    assert "Q2" not in message
    assert fichier(dossier).read_bytes() == avant
    report = reporter_seuils(dossier, annees, remplacer=True)
    assert report.remplacees == (Ecart(2100, "q3", 16_000, 16_001), Ecart(2102, "q1", 9000.5, 9_000))
    assert (report.ecrites, report.fermees) == (tuple(annees), (2101, 2103))
    assert lire(dossier, 2100) == (8_000, 12_000, 16_001)
    assert lire(dossier, 2101) == lire(dossier, 2103) == (None, None, None)
    assert lire(dossier, 2102) == (9_000, 13_000, 17_000)


def test_deux_annees_qui_se_suivent_et_une_avant_toutes(dossier: Path) -> None:
    annees = [seuils(a, 8_000 + a, 12_000 + a, 16_000 + a) for a in (2104, 2103, 2098)]
    assert reporter_seuils(dossier, annees).fermees == (2099, 2105)
    assert lire(dossier, 2098) == (10_098, 14_098, 18_098)
    assert lire(dossier, 2104) == (10_104, 14_104, 18_104)
    assert lire(dossier, 2097) == lire(dossier, 2099) == lire(dossier, 2105) == (None, None, None)
    dates = [ligne.strip() for ligne in fichier(dossier).read_text("utf-8").splitlines() if ligne.startswith("    2")]
    assert dates[:7] == [f"{a}-01-01:" for a in (2098, 2099)] + ["2100-01-01:  # clé commentée"] + [
        f"{a}-01-01:" for a in (2102, 2103, 2104, 2105)
    ]
    for commentaire in ("# En tête du fichier.", "# avant la première", "# entre deux", "# avant q2"):
        assert commentaire in fichier(dossier).read_text("utf-8")


def test_le_fichier_livre_garde_ses_lignes(reference: Path, tmp_path: Path) -> None:
    (tmp_path / "parameters").mkdir()
    shutil.copy2(reference / "parameters" / "seuils_quartiles.yml", fichier(tmp_path))
    avant = fichier(tmp_path).read_text(encoding="utf-8")
    reporter_seuils(tmp_path, [seuils(2100, 8_000, 12_000, 16_000)])
    apres = fichier(tmp_path).read_text(encoding="utf-8")
    ecarts = [e for e in difflib.ndiff(avant.splitlines(), apres.splitlines()) if e[0] in "-+"]
    assert len(ecarts) == 36 and not [e for e in ecarts if e.startswith("-")]  # two entries of six lines, three times
    assert lire(tmp_path, 2100) == (8_000, 12_000, 16_000)
    assert lire(tmp_path, 2099) == lire(tmp_path, 2101) == (None, None, None)


def test_fins_de_ligne_windows_et_derniere_ligne_sans_fin(dossier: Path) -> None:
    fichier(dossier).write_bytes(MODELE.rstrip().replace("\n", "\r\n").encode())
    reporter_seuils(dossier, [seuils(2110, 8_000, 12_000, 16_000)])
    octets = fichier(dossier).read_bytes()
    assert octets.count(b"\n") == octets.count(b"\r\n")
    assert lire(dossier, 2110) == (8_000, 12_000, 16_000)


def test_une_date_s_aligne_sur_celles_qui_y_sont() -> None:
    """Quoted dates, lists at the column of their key: as a YAML library writes them (the example project)."""
    texte = """\
q1:
    values:
        '2100-01-01':
            value: 1
            reference:
            - title: A
              href: ''
            confidence: C
"""
    pose = poser_valeur(texte, "q1", ValeurDatee(date(2101, 1, 1), 2.5, (Reference("B", ""),), "L"))
    assert pose == texte + (
        "        2101-01-01:\n          value: 2.5\n          reference:\n"
        '            - title: "B"\n              href: ""\n          confidence: L\n'
    )


@pytest.mark.parametrize("saisie", ['"9 000"', "true", "[9000]"])
def test_une_valeur_mal_saisie_differe(dossier: Path, saisie: str) -> None:
    fichier(dossier).write_text(MODELE.replace("9000.5", saisie), encoding="utf-8")
    with pytest.raises(ErreurCIL) as erreur:
        reporter_seuils(dossier, [seuils(2102, 9_000, 13_000, 17_000)])
    exiger_un_remede(erreur.value, "2102 Q1")
    reporter_seuils(dossier, [seuils(2102, 9_000, 13_000, 17_000)], remplacer=True)
    assert lire(dossier, 2102) == (9_000, 13_000, 17_000)


@pytest.mark.parametrize(
    ("avant", "apres", "attendu"),
    [
        ("2102-01-01", "2102-03-01", "01/03/2102"),
        ("q3:\n", "q4:\n", "q3"),
        (
            "  values:\n    2100-01-01: {value: null, reference: [{title: Sans objet}], confidence: NF}\nq3",
            "  values: {2100-01-01: {value: null, reference: [{title: Sans objet}], confidence: NF}}\nq3",
            "« q2 »",
        ),
        # An alias that the edit would leave without its anchor.
        ("reference: [{title: Sans objet}]\n", "reference: &r [{title: Sans objet}]\n", "renvois"),
    ],
)
def test_un_fichier_que_l_on_ne_sait_pas_modifier_reste_intact(
    dossier: Path, avant: str, apres: str, attendu: str
) -> None:
    texte = MODELE.replace(avant, apres, 1)
    assert texte != MODELE
    if "&r" in apres:
        texte = texte.replace(
            "    2101-01-01: {value: null, reference: [{title: Sans objet}]",
            "    2101-01-01: {value: null, reference: *r",
        )
    fichier(dossier).write_text(texte, encoding="utf-8")
    octets = fichier(dossier).read_bytes()
    with pytest.raises(ErreurCIL) as erreur:
        reporter_seuils(dossier, [seuils(2100, 8_000, 12_000, 16_000), seuils(2102, 9_000.5, 13_000, 17_000)])
    exiger_un_remede(erreur.value, attendu)
    assert fichier(dossier).read_bytes() == octets


def test_une_ecriture_qui_echoue_laisse_le_fichier(dossier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    avant = fichier(dossier).read_bytes()

    def disque_plein(_: int) -> None:
        raise OSError(28, "disque plein")

    monkeypatch.setattr(fichiers.os, "fsync", disque_plein)
    with pytest.raises(OSError, match="disque plein"):
        reporter_seuils(dossier, [seuils(2100, 8_000, 12_000, 16_000)])
    assert fichier(dossier).read_bytes() == avant
    assert [f.name for f in fichier(dossier).parent.iterdir()] == ["seuils_quartiles.yml"]


def test_les_droits_et_le_lien_restent(dossier: Path, tmp_path: Path) -> None:
    vrai = tmp_path / "ailleurs.yml"
    fichier(dossier).rename(vrai)
    vrai.chmod(0o640)
    fichier(dossier).symlink_to(vrai)
    reporter_seuils(dossier, [seuils(2100, 8_000, 12_000, 16_000)])
    assert fichier(dossier).is_symlink()
    assert stat.S_IMODE(vrai.stat().st_mode) == 0o640
    assert lire(dossier, 2100) == (8_000, 12_000, 16_000)
