"""What `cil verifier` points out, each thing planted alone, and that it leaves nothing behind."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import astuple
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from conftest_extracts import AUJOURD_HUI, RACINE, bail, ecrire_csv

from cil_analysis.cli import main
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.extracts import comparaison
from cil_analysis.extracts.importation import Bilan
from cil_analysis.extracts.tolerances import Tolerances, lire_tolerances
from cil_analysis.extracts.verification import Verification, verifier
from cil_analysis.project import Projet
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.parameters import charger_parametres
from messages import lisible

ENTETES = ["N° unique", "Date du bail", "Commune", "Bailleur", "Âge", "Financement"]
TOLERANCES = Tolerances(tolerance_volume=30, effectif_minimal=10, baisse_completude=5, hausse_ecartees=2)
Importe = Callable[..., Bilan]
Verifie = Callable[..., Verification]


def lignes(
    annee: int, le_mans: int = 60, arnage: int = 20, *, depuis: int = 0, sh: str = "SH", age: str = "34"
) -> list[list[str]]:
    """Leases of a year: those of Le Mans are LMH's, those of Arnage « sh »'s; half are PLUS, half PLAI."""
    communes = [("Le Mans", "LMH")] * le_mans + [("Arnage", sh)] * arnage
    return [
        [*bail(depuis + rang, f"15/03/{annee}", commune, bailleur), age, "PLUS" if rang % 2 else "PLAI"]
        for rang, (commune, bailleur) in enumerate(communes)
    ]


def fichier(projet: Projet, nom: str, corps: Sequence[Sequence[str]], entetes: Sequence[str] = ENTETES) -> Path:
    return ecrire_csv(projet.brut / nom, [entetes, *corps])


@pytest.fixture
def annees(projet: Projet, importe: Importe) -> Projet:
    """Two years imported, alike."""
    importe(fichier(projet, "a2020.csv", lignes(2020, 66, 22)), annee=2020)
    importe(fichier(projet, "a2021.csv", lignes(2021, depuis=200)), annee=2021)
    return projet


@pytest.fixture
def verifie(projet: Projet, references_communes: References) -> Verifie:
    """Verify rows as the extract of 2022."""

    def lancer(
        corps: Sequence[Sequence[str]], entetes: Sequence[str] = ENTETES, annee: int = 2022, **options: Any
    ) -> Verification:
        chemin = fichier(projet, "nouveau.csv", corps, entetes)
        return verifier(projet, references_communes, [chemin], annee, aujourd_hui=AUJOURD_HUI, **options)

    return lancer


def resume(v: Verification) -> dict[str, list[tuple[Any, ...]]]:
    """What is pointed out, the empty parts left out."""
    parties = {
        "entetes": v.entetes,
        "inconnus": v.inconnus,
        "codes": v.codes,
        "volumes": v.volumes,
        "baisses": v.baisses,
    }
    dits: dict[str, list[tuple[Any, ...]]] = {nom: [astuple(x) for x in partie] for nom, partie in parties.items()}
    dits["ecartees"] = [(nom,) for nom in v.ecartees]
    assert v.points == sum(map(len, dits.values()))
    return {nom: partie for nom, partie in dits.items() if partie}


# --- each thing, alone -----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("annees")
def test_un_extrait_semblable_n_a_rien_d_inhabituel(verifie: Verifie) -> None:
    v = verifie(lignes(2022, 63, 21))
    assert resume(v) == {}
    assert v.passe is not None and (v.passe.journal["annee"], list(v.passe.tables)) == (2021, [2020, 2021])
    # Accents, case and the order of the columns are no change.
    melange = [[ligne[i] for i in (4, 0, 1, 2, 3, 5)] for ligne in lignes(2022)]
    assert resume(verifie(melange, ["AGE", "N° UNIQUE", "date du bail", "COMMUNE", "bailleur", "FINANCEMENT"])) == {}


def test_le_meme_fichier_n_a_rien_d_inhabituel_quoi_qu_il_contienne(
    annees: Projet, verifie: Verifie, importe: Importe
) -> None:
    """Even when it is unlike the years before: it is compared to its own import."""
    corps = [*lignes(2022, 300, 0, age=""), *([*bail(900 + r), "34", "Prêt Inventé"] for r in range(20))]
    corps += [[*bail(990 + r, commune="Ville-Inventée"), "", ""] for r in range(15)]
    assert verifie(corps).points > 3
    importe(fichier(annees, "a2022.csv", corps))
    v = verifie(corps)
    assert resume(v) == {}
    assert v.passe is not None and v.passe.journal["annee"] == 2022


@pytest.mark.usefixtures("annees")
def test_un_en_tete_renomme(verifie: Verifie) -> None:
    entetes = ["N° unique", "Date du bail", "Commune", "Organisme", "Âge", "Financement"]
    assert resume(verifie(lignes(2022), entetes)) == {
        "entetes": [("renommé", "bailleur", ("Bailleur",), ("Organisme",))]
    }


@pytest.mark.usefixtures("annees")
def test_des_en_tetes_nouveaux_et_disparus(verifie: Verifie) -> None:
    corps = [[*ligne[:4], ligne[5], "3", "Mme X", "non"] for ligne in lignes(2022)]
    entetes = [*ENTETES[:4], "Financement", "Étage", "Nom", "Mutation interne"]
    dits = resume(verifie(corps, entetes))
    assert dits == {
        "entetes": [
            ("disparu", "age", ("Âge",), ()),
            ("nouveau", "est_mutation_interne", (), ("Mutation interne",)),
            ("nouveau", "inconnues", (), ("Étage",)),
            ("nouveau", "personnelles", (), ("Nom",)),
        ],
        "baisses": [("age", 100.0, 0.0)],
    }


def test_un_libelle_inconnu_n_est_nouveau_qu_une_fois(annees: Projet, verifie: Verifie, importe: Importe) -> None:
    corps = [*lignes(2022), *([*bail(900 + r, bailleur="Office Inventé"), "34", "PLUS"] for r in range(5))]
    assert resume(verifie(corps)) == {"inconnus": [("bailleur", "Office Inventé", 5)]}
    importe(fichier(annees, "a2022.csv", corps))
    suivant = [*lignes(2023), *([*bail(900 + r, "15/03/2023", bailleur="OFFICE INVENTE"), "", ""] for r in range(5))]
    assert resume(verifie(suivant, annee=2023)) == {}


@pytest.mark.usefixtures("annees")
def test_une_valeur_personnelle_n_est_pas_un_libelle(verifie: Verifie) -> None:
    corps = [*lignes(2022), [*bail(900, bailleur="Mme X 06 11 22 33 44"), "MOT LIBRE", "PLUS"]]
    assert resume(verifie(corps)) == {}


@pytest.mark.usefixtures("annees")
def test_un_code_connu_jamais_vu(verifie: Verifie) -> None:
    corps = lignes(2022)
    corps[0][5] = corps[1][5] = "PLI"
    assert resume(verifie(corps)) == {"codes": [("financement", "PLI", 2)]}


@pytest.mark.usefixtures("annees")
def test_une_commune_qui_triple(verifie: Verifie) -> None:
    dits = resume(verifie(lignes(2022, 60, 60)))
    assert dits == {
        "volumes": [
            ("", "", 120, 80, 80, 88),
            ("commune_insee", "72008", 60, 20, 20, 22),
            ("bailleur", "SH", 60, 20, 20, 22),
        ]
    }


@pytest.mark.usefixtures("annees")
def test_un_bailleur_qui_disparait(verifie: Verifie) -> None:
    assert resume(verifie(lignes(2022, sh="LMH"))) == {
        "volumes": [("bailleur", "SH", 0, 20, 20, 22)],
    }


@pytest.mark.usefixtures("annees")
def test_un_petit_nombre_n_est_pas_juge(verifie: Verifie) -> None:
    """12 rows of Arnage are 40 % below the range, but 8 rows only; 9 rows of a commune never met are no news."""
    corps = [*lignes(2022, 60, 12), *([*bail(900 + r, commune="Allonnes"), "34", "PLUS"] for r in range(9))]
    assert resume(verifie(corps)) == {}


@pytest.mark.usefixtures("annees")
def test_une_colonne_qui_perd_la_moitie_de_ses_valeurs(verifie: Verifie) -> None:
    corps = lignes(2022)
    for ligne in corps[::2]:
        ligne[4] = ""
    assert resume(verifie(corps)) == {"baisses": [("age", 100.0, 50.0)]}


@pytest.mark.usefixtures("annees")
def test_des_lignes_ecartees_plus_nombreuses(verifie: Verifie) -> None:
    rejetees = [[*bail(900 + r, commune="Ville-Inventée"), "34", "PLUS"] for r in range(10)]
    inconnue = [("commune_libelle", "Ville-Inventée", 10)]
    assert resume(verifie([*lignes(2022), *rejetees])) == {"ecartees": [("rejetees",)], "inconnus": inconnue}
    assert "ecartees" not in resume(verifie([*lignes(2022), *rejetees[1:]]))
    doubles = lignes(2022)[:10]
    assert resume(verifie([*lignes(2022), *doubles])) == {"ecartees": [("doublons",)]}


def test_un_premier_import_n_est_compare_a_rien(verifie: Verifie) -> None:
    v = verifie([*lignes(2022), *([*bail(900 + r, bailleur="Office Inventé"), "", ""] for r in range(5))])
    assert v.passe is None
    assert resume(v) == {"inconnus": [("bailleur", "Office Inventé", 5)]}


def test_les_annees_suivantes_ne_comptent_pas(annees: Projet, verifie: Verifie) -> None:
    assert annees.traite.is_dir()
    v = verifie(lignes(2019, 10, 10), annee=2019)
    assert v.passe is None and resume(v) == {}


# --- the comparisons, by themselves ----------------------------------------------------------------------------------


def table(**comptes: int) -> pd.DataFrame:
    return pd.DataFrame({"bailleur": [code for code, n in comptes.items() for _ in range(n)]}, dtype="str")


@pytest.mark.parametrize(("n", "inhabituel"), [(70, False), (69, True), (156, False), (157, True), (100, False)])
def test_l_etendue_va_du_plus_petit_au_plus_grand_elargie(n: int, inhabituel: bool) -> None:
    passe = {2019: table(A=110), 2020: table(A=100), 2021: table(A=120)}
    trouves = comparaison.volumes_inhabituels(table(A=n), passe, "bailleur", 2022, TOLERANCES)
    assert [astuple(v) for v in trouves] == ([("bailleur", "A", n, 120, 100, 120)] if inhabituel else [])


def test_l_import_precedent_de_l_annee_compte_aussi() -> None:
    """In the range of the years before, and yet a third less than what was received for the same year."""
    passe = {2020: table(A=100), 2021: table(A=300), 2022: table(A=300)}
    trouves = comparaison.volumes_inhabituels(table(A=200), passe, "bailleur", 2022, TOLERANCES)
    assert [astuple(v) for v in trouves] == [("bailleur", "A", 200, 300, 100, 300)]
    del passe[2022]
    assert comparaison.volumes_inhabituels(table(A=200), passe, "bailleur", 2022, TOLERANCES) == []


def test_une_annee_sans_la_colonne_ne_dit_rien() -> None:
    passe = {2020: pd.DataFrame({"bailleur": [None] * 50}, dtype="str"), 2021: table(A=100)}
    assert comparaison.volumes_inhabituels(table(A=100), passe, "bailleur", 2022, TOLERANCES) == []
    vide = pd.DataFrame({"bailleur": [None] * 50}, dtype="str")
    assert comparaison.volumes_inhabituels(vide, passe, "bailleur", 2022, TOLERANCES) == []
    assert comparaison.volumes_inhabituels(pd.DataFrame({"x": [1]}), passe, "bailleur", 2022, TOLERANCES) == []


def test_les_plus_grands_ecarts_d_abord() -> None:
    trouves = comparaison.volumes_inhabituels(
        table(A=100, B=300, C=50), {2021: table(A=50, B=100, C=120)}, "bailleur", 2022, TOLERANCES
    )
    assert [v.code for v in trouves] == ["B", "C", "A"]


def test_les_categories_multiples_se_comparent_une_a_une(references_communes: References) -> None:
    dictionnaire = references_communes.dictionnaires["attributions"]
    passe = pd.DataFrame({"categories_prioritaires": ["A;B", None, "C"]}, dtype="str")
    lot = pd.DataFrame({"categories_prioritaires": ["B;A", "D;C", "D", None]}, dtype="str")
    jamais = comparaison.codes_jamais_vus(lot, dictionnaire, [passe])
    assert [astuple(v) for v in jamais] == [("categories_prioritaires", "D", 2)]
    assert comparaison.codes_jamais_vus(lot, dictionnaire, [passe.assign(categories_prioritaires=None)]) == []


def test_les_tolerances_sont_des_parametres(tmp_path: Path, references_communes: References) -> None:
    assert lire_tolerances(references_communes.parametres, 2022) == TOLERANCES
    source = RACINE / "data/reference/parameters/verification.yml"
    for avant, apres, motif in (
        ("value: 30", "value: null", "« tolerance_volume » n’est pas renseigné pour 2022"),
        ("value: 10", "value: beaucoup", "« effectif_minimal » vaut « beaucoup »"),
        ("value: 5", "value: -5", "« baisse_completude » vaut « -5 »"),
    ):
        texte = source.read_text(encoding="utf-8").replace(avant, apres, 1)
        (tmp_path / "verification.yml").write_text(texte, encoding="utf-8")
        with pytest.raises(ErreurCIL, match=motif):
            lire_tolerances(charger_parametres(tmp_path), 2022)


# --- the command -----------------------------------------------------------------------------------------------------


def etat(dossier: Path) -> dict[str, tuple[int, bytes]]:
    """Every file and folder: its permissions and its bytes."""
    return {
        str(c.relative_to(dossier)): (c.stat().st_mode, c.read_bytes() if c.is_file() else b"")
        for c in sorted(dossier.rglob("*"))
    }


def test_la_commande_dit_chaque_point(annees: Projet, capsys: pytest.CaptureFixture[str]) -> None:
    corps = lignes(2022, 60, 60)
    for ligne in corps[::2]:
        ligne[4] = ""
    corps += [[*bail(900 + r, bailleur="Office Inventé"), "34", "PLI"] for r in range(5)]
    corps += [[*bail(950 + r, commune="Ville-Inventée"), "34", "PLUS"] for r in range(10)]
    nouveau = fichier(annees, "nouveau.csv", corps, [*ENTETES[:3], "Organisme", *ENTETES[4:]])
    assert main(["--projet", str(annees.racine), "verifier", str(nouveau), "--annee", "2022"]) == 0
    sortie, erreurs = capsys.readouterr()
    assert erreurs == ""
    dites = lisible(sortie).splitlines()
    assert dites[:2] == [
        "9 points à regarder – Attributions 2022, usage interne : effectifs bruts, ne pas diffuser",
        "Comparé à l’import de 2021 (a2021.csv) ; nombres de lignes comparés à ceux de 2020 à 2021.",
    ]
    for attendue in (
        "  renommé : « Bailleur » devient « Organisme » (colonne « Bailleur »)",
        "  « Bailleur » : « Office Inventé » (5)",
        "  « Bailleur » : 5 cellules illisibles sur 125 remplies",
        "  « Commune du logement (nom) » : « Ville-Inventée » (10)",
        "  « Financement du logement » : Prêt locatif intermédiaire (PLI) (5)",
        "  « Âge du demandeur » : 52,0 %, contre 100,0 % (−48,0 points)",
    ):
        assert attendue in dites, sortie
    cellules = [ligne.split() for ligne in dites]
    assert ["Arnage", "60", "20", "20", "à", "22"] in cellules
    assert ["Sarthe", "Habitat", "60", "20", "20", "à", "22"] in cellules
    assert ["Ensemble", "125", "80", "80", "à", "88"] in cellules
    assert ["rejetées", "10", "0", "à", "regarder"] in cellules
    compte = {c[0]: int(c[-2]) for c in cellules if c and c[0] in ("conservées", "ignorées")}
    assert compte == {"conservées": 125, "ignorées": 1}
    assert ["lignes", "lues", "136", "81"] in cellules
    # French spacing throughout, and no name of a column or of a file of the software but where it has to be typed.
    assert " :" not in sortie and " %" not in sortie
    assert not [ligne for ligne in dites if "_" in ligne and not re.search(r"^  +Pour |\.csv\)", ligne)]


def test_la_commande_dit_qu_il_n_y_a_rien(annees: Projet, capsys: pytest.CaptureFixture[str]) -> None:
    commande = ["--projet", str(annees.racine), "verifier", str(annees.brut / "a2021.csv"), "--annee"]
    assert main([*commande, "2021"]) == 0
    sortie = lisible(capsys.readouterr().out)
    assert sortie.startswith("Rien d’inhabituel – Attributions 2021, usage interne")
    assert "Comparé à l’import précédent de 2021 (a2021.csv)" in sortie
    assert "a2021" not in sortie.split("Compte des lignes")[1]


def test_un_fichier_refuse_l_est_dans_les_memes_mots(annees: Projet, capsys: pytest.CaptureFixture[str]) -> None:
    sans = fichier(annees, "sans.csv", [ligne[:3] for ligne in lignes(2022)], ENTETES[:3])
    autre = fichier(annees, "autre.csv", lignes(2021))
    fiche = annees.brut / "abime.csv.meta.yml"
    fiche.write_bytes(b"a: [")
    abime = fichier(annees, "abime.csv", lignes(2022))
    for chemin, options in (
        (sans, []),
        (sans, ["--extrait", "attributions"]),
        (autre, []),
        (abime, []),
        (autre, ["--extrait", "baux"]),
        (annees.brut / "absent.csv", []),
    ):
        avant = etat(annees.racine)
        dits = []
        for commande in ("verifier", "importer"):
            arguments = ["--projet", str(annees.racine), commande, str(chemin), "--annee", "2022", *options]
            assert main(arguments) == 1
            sortie, erreurs = capsys.readouterr()
            assert sortie == ""
            dits.append(erreurs)
            if commande == "verifier":
                assert etat(annees.racine) == avant
        assert dits[0] == dits[1] and dits[0].startswith("Erreur\u202f: ")


def test_rien_n_est_ecrit_ni_cle_ni_verrou(projet: Projet, cles: Path, capsys: pytest.CaptureFixture[str]) -> None:
    projet.traite.rmdir()
    chemin = fichier(projet, "nouveau.csv", lignes(2022))
    avant = etat(projet.racine)
    assert main(["--projet", str(projet.racine), "verifier", str(chemin), "--annee", "2022"]) == 0
    assert lisible(capsys.readouterr().out).startswith("Premier import de cet extrait – Attributions 2022")
    assert etat(projet.racine) == avant
    assert not cles.exists()


_ESPION = """
import os, sys
dossier = sys.argv[1]
ECRITURES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
def espionner(nom, arguments):
    ecrit = nom == "open" and arguments[2] & ECRITURES
    ecrit = ecrit or nom in ("os.mkdir", "os.remove", "os.rename", "os.rmdir", "os.chmod", "os.utime", "shutil.rmtree")
    if ecrit and str(arguments[0]).startswith(dossier):
        os.write(2, f"{nom} {arguments[0]}".encode())
        os._exit(9)
sys.addaudithook(espionner)
from cil_analysis.cli import main
sys.exit(main(sys.argv[2:]))
"""


@pytest.mark.parametrize(("commande", "code"), [("verifier", 0), ("importer", 9)])
def test_aucun_fichier_n_est_ouvert_en_ecriture(annees: Projet, tmp_path: Path, commande: str, code: int) -> None:
    """Whatever is undone afterwards included: so the command works on a project that is read-only."""
    chemin = fichier(annees, "nouveau.csv", lignes(2022))
    arguments = [str(tmp_path), "--projet", str(annees.racine), commande, str(chemin), "--annee", "2022"]
    fait = subprocess.run(
        [sys.executable, "-c", _ESPION, *arguments],
        env=os.environ | {"PYTHONPATH": str(RACINE / "src")},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert fait.returncode == code, fait.stderr
