"""What `cil verifier` points out, each thing planted alone, and that it leaves nothing behind."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from conftest_extraits import AUJOURD_HUI, RACINE, bail, ecrire_csv

from cil_analysis.commandes import main
from cil_analysis.extraits import verification
from cil_analysis.extraits.importation import Bilan, importer
from cil_analysis.extraits.lots import Demande
from cil_analysis.extraits.verification import Tolerances, Verification, comparer_entetes, lire_tolerances, verifier
from cil_analysis.projet import Projet, ouvrir_projet
from cil_analysis.reference.ensemble import References
from cil_analysis.reference.parametres import charger_parametres
from messages import exiger_du_francais, exiger_un_remede, refuser

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


@pytest.fixture(scope="module")
def deux_annees(tmp_path_factory: pytest.TempPathFactory, references_communes: References) -> Path:
    """A project of two years imported, alike, and its key."""
    dossier = tmp_path_factory.mktemp("deux-annees")
    shutil.copytree(RACINE / "data" / "reference", dossier / "projet" / "data" / "reference")
    modele = ouvrir_projet(dossier / "projet")
    modele.brut.mkdir()
    with pytest.MonkeyPatch.context() as retouche:
        retouche.setenv("CIL_DOSSIER_CLES", str(dossier / "cles"))
        for annee, corps in ((2020, lignes(2020, 66, 22)), (2021, lignes(2021, depuis=200))):
            demande = Demande([fichier(modele, f"a{annee}.csv", corps)], annee, aujourd_hui=AUJOURD_HUI)
            importer(modele, references_communes, demande)
    return dossier


@pytest.fixture
def annees(projet: Projet, deux_annees: Path, cles: Path) -> Projet:
    for nom in ("raw", "processed"):
        shutil.copytree(deux_annees / "projet" / "data" / nom, projet.racine / "data" / nom, dirs_exist_ok=True)
    shutil.copytree(deux_annees / "cles", cles)
    return projet


@pytest.fixture
def verifie(projet: Projet, references_communes: References) -> Verifie:
    """Verify rows as the extract of 2022."""

    def lancer(
        corps: Sequence[Sequence[str]], entetes: Sequence[str] = ENTETES, annee: int = 2022, **options: Any
    ) -> Verification:
        chemin = fichier(projet, "nouveau.csv", corps, entetes)
        return verifier(projet, references_communes, Demande([chemin], annee, aujourd_hui=AUJOURD_HUI, **options))

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
    dits: dict[str, list[tuple[Any, ...]]] = {nom: [tuple(x) for x in partie] for nom, partie in parties.items()}
    dits["ecartees"] = [(nom,) for nom in v.ecartees]
    assert v.points == sum(map(len, dits.values()))
    return {nom: partie for nom, partie in dits.items() if partie}


def inventees(n: int, **cellules: str) -> list[list[str]]:
    """Rows more, of households of their own."""
    return [[*bail(900 + rang, **cellules), "34", "PLUS"] for rang in range(n)]


# --- each thing, alone -----------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("annees")
def test_un_extrait_semblable_n_a_rien_d_inhabituel(verifie: Verifie) -> None:
    v = verifie(lignes(2022, 63, 21))
    assert resume(v) == {}
    assert v.avant is not None and (v.avant["annee"], list(v.annees)) == (2021, [2020, 2021])
    # Accents, case and the order of the columns are no change.
    melange = [[ligne[i] for i in (4, 0, 1, 2, 3, 5)] for ligne in lignes(2022)]
    assert resume(verifie(melange, ["AGE", "N° UNIQUE", "date du bail", "COMMUNE", "bailleur", "FINANCEMENT"])) == {}


def test_le_meme_fichier_n_a_rien_d_inhabituel_quoi_qu_il_contienne(
    annees: Projet, verifie: Verifie, importe: Importe
) -> None:
    """Even when it is unlike the years before: it is compared to its own import. A label is new once."""
    corps = [*lignes(2022, 300, 0, age=""), *inventees(5, bailleur="Office Inventé")]
    corps += [[*bail(990 + r, commune="Ville-Inventée"), "", "Prêt Inventé"] for r in range(15)]
    assert verifie(corps).points > 3
    importe(fichier(annees, "a2022.csv", corps))
    v = verifie(corps)
    assert resume(v) == {}
    assert v.avant is not None and v.avant["annee"] == 2022
    suivant = [*lignes(2023, 300, 0, age=""), *inventees(5, jour="15/03/2023", bailleur="OFFICE INVENTE")]
    assert "inconnus" not in resume(verifie(suivant, annee=2023))


@pytest.mark.usefixtures("annees")
def test_des_en_tetes_nouveaux_disparus_ou_renommes(verifie: Verifie) -> None:
    renomme = [*ENTETES[:3], "Organisme", *ENTETES[4:]]
    assert resume(verifie(lignes(2022), renomme)) == {
        "entetes": [("renommé", "bailleur", ("Bailleur",), ("Organisme",))]
    }
    un, deux = {"entetes": {"bailleur": ["Bailleur"]}}, {"entetes": {"bailleur": ["Bailleur", "Organisme"]}}
    assert comparer_entetes(un, deux) == [("nouveau", "bailleur", (), ("Organisme",))]
    assert comparer_entetes(deux, un) == []
    corps = [[*ligne[:4], ligne[5], "3", "Mme X", "non"] for ligne in lignes(2022)]
    assert resume(verifie(corps, [*ENTETES[:4], "Financement", "Étage", "Nom", "Mutation interne"])) == {
        "entetes": [
            ("disparu", "age", ("Âge",), ()),
            ("nouveau", "est_mutation_interne", (), ("Mutation interne",)),
            ("nouveau", "inconnues", (), ("Étage",)),
            ("nouveau", "personnelles", (), ("Nom",)),
        ],
        "baisses": [("age", 100.0, 0.0)],
    }


def sans_ages(corps: list[list[str]]) -> list[list[str]]:
    return [[*ligne[:4], "" if rang % 2 else ligne[4], ligne[5]] for rang, ligne in enumerate(corps)]


@pytest.mark.usefixtures("annees")
@pytest.mark.parametrize(
    ("corps", "dits"),
    [
        ([*lignes(2022), *inventees(5, bailleur="Office Inventé")], {"inconnus": [("bailleur", "Office Inventé", 5)]}),
        # What may be somebody's is no label.
        ([*lignes(2022), [*bail(900, bailleur="Mme X 06 11 22 33 44"), "MOT LIBRE", "PLUS"]], {}),
        ([[*ligne[:5], "PLI"] if rang < 2 else ligne for rang, ligne in enumerate(lignes(2022))],
         {"codes": [("financement", "PLI", 2)]}),
        (lignes(2022, 60, 60), {"volumes": [("", "", 120, 80, 80, 88), ("commune_insee", "72008", 60, 20, 20, 22),
                                            ("bailleur", "SH", 60, 20, 20, 22)]}),
        (lignes(2022, sh="LMH"), {"volumes": [("bailleur", "SH", 0, 20, 20, 22)]}),
        # Every lease is of April: none of March.
        ([[*ligne[:1], "15/04/2022", *ligne[2:]] for ligne in lignes(2022)],
         {"volumes": [("date_signature_bail", "03", 0, 80, 80, 88)]}),
        # 12 rows of Arnage are 40 % below the range, but 8 rows only; 9 rows of a commune never met are no news.
        ([*lignes(2022, 60, 12), *inventees(9, commune="Allonnes")], {}),
        (sans_ages(lignes(2022)), {"baisses": [("age", 100.0, 50.0)]}),
        ([*lignes(2022), *inventees(10, commune="Ville-Inventée")],
         {"ecartees": [("rejetees",)], "inconnus": [("commune_libelle", "Ville-Inventée", 10)]}),
        ([*lignes(2022), *inventees(9, commune="Ville-Inventée")],
         {"inconnus": [("commune_libelle", "Ville-Inventée", 9)]}),
        ([*lignes(2022), *lignes(2022)[:10]], {"ecartees": [("doublons",)]}),
    ],
)  # fmt: skip
def test_ce_qui_est_inhabituel(
    verifie: Verifie, corps: list[list[str]], dits: dict[str, list[tuple[Any, ...]]]
) -> None:
    assert resume(verifie(corps)) == dits


def test_un_premier_import_n_est_compare_a_rien(annees: Projet, verifie: Verifie) -> None:
    """Nor to the years that follow."""
    corps = [*lignes(2019, 40, 10), *inventees(5, jour="15/03/2019", bailleur="Office Inventé")]
    v = verifie(corps, annee=2019)
    assert annees.traite.is_dir() and v.avant is None
    assert resume(v) == {"inconnus": [("bailleur", "Office Inventé", 5)]}


def test_un_premier_import_dit_ce_qui_se_voit_seul(projet: Projet, capsys: pytest.CaptureFixture[str]) -> None:
    """A landlord in merged cells, of which all but the first are blank, went through without a word."""
    corps = [[*ligne[:3], "" if rang else "LMH", "" if rang % 4 else ligne[4], ligne[5], "2", ""]
             for rang, ligne in enumerate(lignes(2022, 60, 0))]  # fmt: skip
    chemin = fichier(projet, "a.csv", corps, [*ENTETES, "Étage", "Téléphone"])
    assert main(["--projet", str(projet.racine), "verifier", str(chemin), "--annee", "2022"]) == 0
    dit = exiger_du_francais(capsys.readouterr().out)
    assert dit.startswith("2 points à regarder") and "Premier import de cet extrait" in dit
    assert "nouveau : « Étage »" in dit and "Téléphone" not in dit
    (bloc,) = (partie for partie in dit.split("\n\n") if partie.startswith("Colonnes obligatoires remplies"))
    # The age, three times in four blank, is not required.
    assert [ligne.strip() for ligne in bloc.splitlines()[1:]] == ["« Bailleur » : 1,7 %"]
    # What no file has is not to be looked at.
    corps = [ligne[:4] for ligne in lignes(2022, 60, 0)]
    assert main(["--projet", str(projet.racine), "verifier", str(fichier(projet, "b.csv", corps, ENTETES[:4])),
                 "--annee", "2022"]) == 0  # fmt: skip
    assert capsys.readouterr().out.startswith("Premier import de cet extrait")


# --- the comparisons, by themselves ----------------------------------------------------------------------------------


def table(**comptes: int) -> pd.DataFrame:
    return pd.DataFrame({"bailleur": [code for code, n in comptes.items() for _ in range(n)]}, dtype="str")


@pytest.mark.parametrize(("n", "inhabituel"), [(70, False), (69, True), (156, False), (157, True), (100, False)])
def test_l_etendue_va_du_plus_petit_au_plus_grand_elargie(n: int, inhabituel: bool) -> None:
    passe = {2019: table(A=110), 2020: table(A=100), 2021: table(A=120)}
    trouves = verification.volumes_inhabituels(table(A=n), passe, "bailleur", 2022, TOLERANCES)
    assert [tuple(v) for v in trouves] == ([("bailleur", "A", n, 120, 100, 120)] if inhabituel else [])


def test_l_import_precedent_de_l_annee_compte_aussi() -> None:
    """In the range of the years before, and yet a third less than what was received for the same year."""
    passe = {2020: table(A=100), 2021: table(A=300), 2022: table(A=300)}
    trouves = verification.volumes_inhabituels(table(A=200), passe, "bailleur", 2022, TOLERANCES)
    assert [tuple(v) for v in trouves] == [("bailleur", "A", 200, 300, 100, 300)]
    del passe[2022]
    assert verification.volumes_inhabituels(table(A=200), passe, "bailleur", 2022, TOLERANCES) == []


def test_les_categories_multiples_se_comparent_une_a_une(references_communes: References) -> None:
    dictionnaire = references_communes.dictionnaires["attributions"]
    passe = pd.DataFrame({"categories_prioritaires": ["A;B", None, "C"]}, dtype="str")
    lot = pd.DataFrame({"categories_prioritaires": ["B;A", "D;C", "D", None]}, dtype="str")
    jamais = verification.codes_jamais_vus(lot, dictionnaire, [passe])
    assert [tuple(v) for v in jamais] == [("categories_prioritaires", "D", 2)]
    assert verification.codes_jamais_vus(lot, dictionnaire, [passe.assign(categories_prioritaires=None)]) == []


def test_les_tolerances_sont_des_parametres(tmp_path: Path, references_communes: References) -> None:
    assert lire_tolerances(references_communes.parametres, 2022) == TOLERANCES
    source = RACINE / "data/reference/parameters/verification.yml"
    for avant, apres, nommes in (
        ("value: 30", "value: null", ("« tolerance_volume »", "2022")),
        ("value: 10", "value: beaucoup", ("« effectif_minimal »", '"beaucoup"')),
        ("value: 5", "value: -5", ("« baisse_completude »", "« -5 » est inférieur à 0")),
    ):
        texte = source.read_text(encoding="utf-8").replace(avant, apres, 1)
        (tmp_path / "verification.yml").write_text(texte, encoding="utf-8")
        with refuser(*nommes):
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
    dit = exiger_du_francais(sortie)
    assert dit.startswith("9 points à regarder")
    cites = ("a2021.csv", "« Organisme »", "« Office Inventé » (5)", "« Ville-Inventée » (10)", "(PLI) (5)", "52,0 %",
             "−48,0 points", "5 cellules illisibles sur 125")  # fmt: skip
    assert not [cite for cite in cites if cite not in dit], dit
    cellules = [ligne.split() for ligne in dit.splitlines()]
    for nom, *nombres in (
        ("Arnage", "60", "20", "20", "à", "22"),
        ("Habitat", "60", "20", "20", "à", "22"),
        ("Ensemble", "125", "80", "80", "à", "88"),
        ("rejetées", "10", "0", "à", "regarder"),
        ("lues", "136", "81"),
    ):
        assert any(c[-len(nombres) - 1 :] == [nom, *nombres] for c in cellules), (nom, dit)
    # No name of a column or of a file of the software but where it has to be typed.
    assert not [x for x in dit.splitlines() if "_" in x and not re.search(r"^  +Pour |\.csv\)", x)]


def test_la_commande_dit_qu_il_n_y_a_rien(annees: Projet, capsys: pytest.CaptureFixture[str]) -> None:
    commande = ["--projet", str(annees.racine), "verifier", str(annees.brut / "a2021.csv"), "--annee"]
    assert main([*commande, "2021"]) == 0
    dit = exiger_du_francais(capsys.readouterr().out)
    assert dit.startswith("Rien d’inhabituel") and "(a2021.csv)" in dit


def test_un_fichier_refuse_l_est_dans_les_memes_mots(annees: Projet, capsys: pytest.CaptureFixture[str]) -> None:
    sans = fichier(annees, "sans.csv", [ligne[:3] for ligne in lignes(2022)], ENTETES[:3])
    autre = fichier(annees, "autre.csv", lignes(2021))
    for chemin, options in (
        (sans, []),
        (sans, ["--extrait", "attributions"]),
        (autre, []),
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
        exiger_un_remede(dits[0])


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
"""
_VERIFIER = "from cil_analysis.commandes import main\nsys.exit(main(sys.argv[2:]))"
_ECRIRE = "os.mkdir(f'{dossier}/ecrit')"


@pytest.mark.parametrize(("suite", "code"), [(_VERIFIER, 0), (_ECRIRE, 9)])
def test_aucun_fichier_n_est_ouvert_en_ecriture(projet: Projet, tmp_path: Path, suite: str, code: int) -> None:
    """Nor key nor lock, nor what is undone afterwards: so the command works on a project that is read-only."""
    chemin = fichier(projet, "nouveau.csv", lignes(2022))
    arguments = [str(tmp_path), "--projet", str(projet.racine), "verifier", str(chemin), "--annee", "2022"]
    fait = subprocess.run(
        [sys.executable, "-c", _ESPION + suite, *arguments],
        env=os.environ | {"PYTHONPATH": str(RACINE / "src")},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert fait.returncode == code, fait.stderr


def test_une_annee_qui_n_est_pas_celle_du_fichier_se_dit(
    verifie: Verifie, annees: Projet, capsys: pytest.CaptureFixture[str]
) -> None:
    """A few rows of the year that was typed by mistake are no import of it; those of a long history are."""
    trois_ans = [*lignes(2020), *lignes(2021, depuis=200), *lignes(2022, depuis=400)]
    assert not verification.dire_une_autre_annee(verifie(trois_ans).journal)
    erreur = verifie([*lignes(2021, depuis=200), [*bail(900, "03/01/2022"), "34", "PLUS"]])
    assert "80 lignes sur 81 ne sont pas de 2022" in verification.dire_une_autre_annee(erreur.journal)
    seule = {"annee": 2022, "comptes": {"lues": 1, "ignorees": 0}, "motifs": {"hors_perimetre": {"autre année": 1}}}
    assert verification.dire_une_autre_annee(seule).startswith("la seule ligne n’est pas de 2022")
    sans = verifie([[*bail(900, "03/01/2022"), "34", "PLUS"]])
    assert erreur.points > sans.points, "it is looked at"
    chemin = str(annees.brut / "nouveau.csv")
    fichier(annees, "nouveau.csv", [*lignes(2021, depuis=200), [*bail(900, "03/01/2022"), "34", "PLUS"]])
    for commande in ("verifier", "importer"):
        assert main(["--projet", str(annees.racine), commande, chemin, "--annee", "2022"]) == 0
        sorties = capsys.readouterr()
        assert "vérifiez --annee" in sorties.out + sorties.err, commande
    pleine = fichier(annees, "pleine.csv", lignes(2022))
    assert main(["--projet", str(annees.racine), "importer", str(pleine), "--annee", "2022"]) == 0
    avant = etat(annees.racine)
    for commande in ("verifier", "importer"):
        capsys.readouterr()
        assert main(["--projet", str(annees.racine), commande, chemin, "--annee", "2022"]) == 1
        exiger_un_remede(capsys.readouterr().err, "nouveau.csv", "80 lignes sur 81", "1 des 80 lignes")
    assert etat(annees.racine) == avant
