from dataclasses import replace
from datetime import date
from fnmatch import filter as qui_repondent

import pytest

from cil_analysis.erreurs import ErreurCIL
from cil_analysis.lecture_yaml import lire_du_logiciel
from cil_analysis.rapport.dessins import theme
from cil_analysis.reference.parametres import Parametres, charger_parametres
from commande import RACINE
from messages import exiger_un_remede, refuser

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
    with refuser("essai.autre", "parameters/essai.yml"):
        parametres["essai.autre"]


CHOIX = "{oui_a: oui pour A, oui_b: oui pour B}"


@pytest.mark.parametrize(
    ("avant", "apres", "nommes"),
    [
        ("  unit: points", "  unite: points", ["« unite »"]),
        ("  description: Une règle.\n", "", ["description"]),
        ("value: oui_b", "value: peut_etre", ["« peut_etre »", "2024-01-01"]),
        ("value: oui_b", "value: [oui_a, peut_etre]", ["« peut_etre »"]),
        ("value: oui_b", "valeur: oui_b", ["« valeur »"]),
        ("      value: oui_b\n", "", ["« value »", "2024-01-01"]),
        ("2024-01-01:", "2024-13-01:", ["« 2024-13-01 »"]),
        ("2024-01-01:", "2024:", ["« 2024 »"]),
        ("2024-01-01:", "2020-01-01:", ["2020-01-01"]),
        ("confidence: C", "confidence: sûr", ["« confidence »", "2024-01-01"]),
        ("value: oui_b", "value: {oui_b: 1}", ["« value »", "2024-01-01"]),
        ('[{title: Arrêté, href: "https://exemple.fr"}]', "Arrêté", ["« reference »"]),
        ("[{title: Loi}]", "[{titre: Loi}]", ["« titre »"]),
        (f"  choices: {CHOIX}", "  choices: oui_a", ["choices"]),
        (f"  choices: {CHOIX}", "  choices: {oui_a", ["ligne"]),
        (f"  choices: {CHOIX}", "  choices: !!map [oui_a]", ["ligne 5"]),  # its value is not of the type that it says
        ("value: oui_b", "value: !!float ''", ["ligne 8"]),
        (BON, "- 1\n", []),
    ],
)
def test_fichier_fautif(tmp_path, avant, apres, nommes):
    assert avant in BON
    with pytest.raises(ErreurCIL) as erreur:
        charger(tmp_path, BON.replace(avant, apres))
    exiger_un_remede(erreur.value, "parameters/essai.yml", *nommes)


def test_fichier_absent_ou_hors_utf8(tmp_path):
    with pytest.raises(ErreurCIL) as erreur:
        charger_parametres(tmp_path)
    exiger_un_remede(erreur.value, tmp_path.name)
    (tmp_path / "essai.yml").write_bytes(BON.encode("cp1252"))
    with refuser("essai.yml", "UTF-8"):
        charger_parametres(tmp_path)


def test_chaque_nombre_est_controle_la_ou_il_sert() -> None:
    """A number of the delivered parameters that no block of definitions/parametres.yml says would be read unchecked."""
    livres, jour = charger_parametres(RACINE / "data/reference/parameters"), date(2022, 12, 31)
    nombres = {nom: livres.lire(nom, jour) for nom in livres if isinstance(livres[nom].valeur(jour), int | float)}
    assert {"secret.seuil_effectif", "lissage.peu", "flux.plafond_prefet"} <= nombres.keys()
    for nom, valeur in nombres.items():
        for faux in ("beaucoup", str(valeur), True, [valeur], -1):
            datees = tuple(replace(datee, valeur=faux) for datee in livres[nom].valeurs)
            with refuser(f"{nom.partition('.')[0]}.yml", f"« {nom.partition('.')[2]} »", 2022):
                Parametres({nom: replace(livres[nom], valeurs=datees)}).lire(nom, jour)
    assert all(qui_repondent(livres, motif) for motif in lire_du_logiciel("definitions/parametres.yml"))


def test_un_nombre_exige_ne_reste_pas_a_renseigner() -> None:
    livres, jour = charger_parametres(RACINE / "data/reference/parameters"), date(2022, 12, 31)
    vides = Parametres({
        nom: replace(livres[nom], valeurs=tuple(replace(datee, valeur=None) for datee in livres[nom].valeurs))
        for nom in ("secret.seuil_effectif", "lissage.peu")
    })  # fmt: skip
    assert vides.lire("lissage.peu", jour) is None
    with refuser("secret.yml", "seuil_effectif", 2022):
        vides.lire("secret.seuil_effectif", jour)


def test_chaque_classe_d_une_carte_a_sa_couleur() -> None:
    assert lire_du_logiciel("definitions/parametres.yml")["cartes.classes"]["maximum"] == len(theme.SEQUENTIELLE)
