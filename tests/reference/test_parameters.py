from datetime import date

import pytest

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.reference.parameters import Parametres, charger_parametres

BON = """
regle:
  description: Une règle.
  unit: points
  choices: {oui_a: oui pour A, oui_b: oui pour B}
  values:
    2024-01-01:
      value: oui_b
      reference: [{title: Arrêté, href: "https://exemple.fr"}]
      confidence: C
    2020-01-01:
      value: oui_a
      reference: [{title: Loi}]
      confidence: L
    2026-01-01:
      value: null
      reference: [{title: À venir}]
      confidence: NF
"""


def charger(tmp_path, contenu: str) -> Parametres:
    (tmp_path / "essai.yml").write_text(contenu, encoding="utf-8")
    return charger_parametres(tmp_path)


def test_valeur_en_vigueur(tmp_path):
    regle = charger(tmp_path, BON)["essai.regle"]
    assert regle.au(date(2019, 12, 31)) is None
    assert regle.valeur(date(2019, 12, 31)) is None
    assert regle.valeur(date(2020, 1, 1)) == "oui_a"
    assert regle.valeur(date(2023, 12, 31)) == "oui_a"
    assert regle.valeur(date(2024, 1, 1)) == "oui_b"
    assert regle.au(date(2024, 5, 1)).references[0].href == "https://exemple.fr"
    assert (regle.unite, regle.choix) == ("points", ("oui_a", "oui_b"))
    assert regle.libelles == {"oui_a": "oui pour A", "oui_b": "oui pour B"}


def test_un_null_ferme_la_valeur_precedente(tmp_path):
    regle = charger(tmp_path, BON)["essai.regle"]
    assert regle.valeur(date(2026, 1, 1)) is None
    assert regle.au(date(2030, 1, 1)).confiance == "NF"


def test_parametre_absent_dit_ou_l_ajouter(tmp_path):
    parametres = charger(tmp_path, BON)
    assert "essai.regle" in parametres and "essai.autre" not in parametres
    assert list(parametres) == ["essai.regle"] and len(parametres) == 1
    with pytest.raises(ErreurCIL, match=r"essai\.autre.*parameters/essai\.yml"):
        parametres["essai.autre"]


@pytest.mark.parametrize(
    ("avant", "apres", "attendu"),
    [
        ("  unit: points", "  unite: points", "sous-clé «\u00a0unite\u00a0» inconnue"),
        ("  description: Une règle.\n", "", "la description manque"),
        ("value: oui_b", "value: peut_etre", "«\u00a0peut_etre\u00a0» non admise au 2024-01-01"),
        ("value: oui_b", "value: [oui_a, peut_etre]", "«\u00a0peut_etre\u00a0» non admise"),
        ("value: oui_b", "valeur: oui_b", "sous-clé «\u00a0valeur\u00a0» inconnue"),
        ("      value: oui_b\n", "", "«\u00a0value\u00a0» manque au 2024-01-01"),
        ("2024-01-01:", "2024-13-01:", "date «\u00a02024-13-01\u00a0» illisible"),
        ("2024-01-01:", "2024:", "date «\u00a02024\u00a0» illisible"),
        ("2024-01-01:", "2020-01-01:", "en double"),
        ("confidence: C", "confidence: sûr", "«\u00a0confidence\u00a0»"),
        ('[{title: Arrêté, href: "https://exemple.fr"}]', "Arrêté", "«\u00a0reference\u00a0» manque"),
        ("[{title: Loi}]", "[{titre: Loi}]", "sous-clé «\u00a0titre\u00a0» inconnue"),
        (
            "  choices: {oui_a: oui pour A, oui_b: oui pour B}",
            "  choices: oui_a",
            "«\u00a0choices\u00a0» doit donner un libellé",
        ),
        ("  choices: {oui_a: oui pour A, oui_b: oui pour B}", "  choices: {oui_a", "YAML illisible"),
    ],
)
def test_fichier_fautif(tmp_path, avant, apres, attendu):
    assert avant in BON
    with pytest.raises(ErreurCIL) as erreur:
        charger(tmp_path, BON.replace(avant, apres))
    message = str(erreur.value)
    assert attendu in message
    assert "parameters/essai.yml" in message
    assert "regle" in message or "ligne" in message
    assert "\u202f:" in message and " :" not in message


def test_fichier_sans_cle_et_dossier_vide(tmp_path):
    with pytest.raises(ErreurCIL, match="aucune clé"):
        charger(tmp_path, "- 1\n")
    (tmp_path / "essai.yml").unlink()
    with pytest.raises(ErreurCIL, match="restaurer"):
        charger_parametres(tmp_path)


def test_fichier_hors_utf8(tmp_path):
    (tmp_path / "essai.yml").write_bytes(BON.encode("cp1252"))
    with pytest.raises(ErreurCIL, match="UTF-8"):
        charger_parametres(tmp_path)
