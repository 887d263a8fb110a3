"""« cil colonnes » from a refused file to its import, without a line of Python."""

from __future__ import annotations

import csv
import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest_extracts import ENTETES as CONNUS
from conftest_extracts import bail, contenu, ecrire_csv, ecrire_table, ecrire_xlsx, numero

from cil_analysis.cli import main
from cil_analysis.project import Projet

ENTETES = [
    "Dossier SNE", "Signé\u00a0le", "Ville du bien", "Propriétaire", "Nb pers.", "Téléph.", "Zone libre | « bloc »",
    "Remarque = interne", "Longue rubrique " + "très " * 50 + "longue",
]  # fmt: skip
SECRETS = ["0699999999", "MOTLIBRE", "SECRETDELIGNE"]


def ligne(rang: int) -> list[str]:
    return [*bail(rang), str(1 + rang % 4), SECRETS[0], SECRETS[1], SECRETS[2], "rien"]


@pytest.fixture
def cil(projet: Projet, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Run the command in the project; returns what it says, with plain spaces. ``code``: how it must end."""
    monkeypatch.chdir(projet.racine)
    monkeypatch.setenv("COLUMNS", "80")

    def lancer(*arguments: object, code: int = 0) -> str:
        capsys.readouterr()
        assert main([str(a) for a in arguments]) == code
        sortie, erreurs = capsys.readouterr()
        if code:
            assert sortie == "" and erreurs.startswith("Erreur\u202f: ") and erreurs.count("\n") == 1
        assert not re.search(r"\S [;:!?](?:\s|$)|« | »", sortie + erreurs), "French typography"
        assert not any(secret in sortie + erreurs for secret in SECRETS)
        return (sortie + erreurs).replace("\u202f", " ").replace("\u00a0", " ")

    return lancer


@pytest.fixture
def fichier(projet: Projet) -> Path:
    """A file of which no heading is known."""
    lignes = [["Export du logiciel de gestion"], ENTETES, *(ligne(rang) for rang in range(40))]
    return ecrire_csv(projet.brut / "baux.csv", lignes, codage="cp1252")


CHOIX = [
    "Dossier SNE=numero_unique",
    "Signé le=date_signature_bail",
    "ville du bien=commune_libelle",
    "Propriétaire=bailleur",
    "Zone libre | « bloc »=ignoree",
    "Remarque = interne=ignoree",
    "Longue rubrique très…=personnelle",
]


def test_d_un_refus_a_un_import_en_deux_commandes(
    cil: Callable[..., str], fichier: Path, projet: Projet, record_property: Callable[[str, object], None]
) -> None:
    """The listing and two commands; the whole is a matter of seconds for the machine, of minutes for the analyst."""
    depart = time.monotonic()
    nom = fichier.relative_to(projet.racine)
    assert "Aucune ligne d’en-têtes reconnue" in cil("importer", nom, "--annee", 2022, code=1)
    assert "cil colonnes" in cil("importer", nom, "--annee", 2022, code=1)

    montre = cil("colonnes", nom)
    assert montre.startswith("baux.csv : en-têtes à la ligne 2, 40 lignes de données.\nAucun extrait reconnu.")
    assert "En-têtes inconnus (9)" in montre and "Colonnes obligatoires manquantes" in montre

    ecrit = cil("colonnes", nom, "--extrait", "attributions", "--accepter", *CHOIX, "Téléph.=personnelle")
    assert ecrit.startswith("data/reference/columns/attributions.csv, colonne entetes_ajoutes :\n")
    assert ecrit.endswith(f"Pour importer : cil importer {nom} --annee AAAA --extrait attributions\n")
    importe = cil("importer", nom, "--annee", 2022)
    assert "42 lignes lues = 40 conservées" in importe
    assert "Nb pers." in importe, "still unknown, and said"
    assert time.monotonic() - depart < 60
    record_property("secondes", round(time.monotonic() - depart, 1))

    # Files of the other vintages still import.
    ancien = ecrire_csv(projet.brut / "ancien.csv", [["N° unique", "Date du bail", "Commune", "Bailleur"],
                                                     *(bail(r, "15/03/2021") for r in range(5))])  # fmt: skip
    assert "5 conservées" in cil("importer", ancien, "--annee", 2021)


def test_les_propositions_sures_puis_les_autres(cil: Callable[..., str], fichier: Path, projet: Projet) -> None:
    premier = cil("colonnes", fichier, "--extrait", "attributions", "--accepter", "--millesime", "logiciel_x")
    assert "colonne entetes_logiciel_x :\n  Nb pers.  taille_menage\n  Téléph.   personnelle\n" in premier
    assert "Laissés de côté (7) :" in premier and "aucune colonne proche" in premier
    assert "L’import serait encore refusé : dans baux.csv, il manque « Numéro unique » (numero_unique)" in premier
    cil("colonnes", fichier, "--extrait", "attributions", "--accepter", *CHOIX, "--millesime", "logiciel_x")
    reconnu = cil("colonnes", fichier)
    assert "Extrait reconnu : attributions (Attributions)." in reconnu
    assert "En-têtes reconnus (5)" in reconnu and "En-têtes inconnus" not in reconnu
    assert "En-têtes écartés, car sans usage (2)" in reconnu and "En-têtes personnels, écartés (2)" in reconnu
    assert "Rien n’a été inscrit." in cil("colonnes", fichier, "--accepter")
    avant = contenu(projet.reference)
    assert "Rien n’a été inscrit." in cil("colonnes", fichier, "--accepter", CHOIX[0])
    assert contenu(projet.reference) == avant


@pytest.mark.parametrize("colonnes", [80, 120])
def test_la_liste_tient_dans_la_console(
    cil: Callable[..., str], fichier: Path, monkeypatch: pytest.MonkeyPatch, colonnes: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(colonnes))
    lignes = cil("colonnes", fichier, "--extrait", "attributions").splitlines()
    tableau = lignes[: next(rang for rang, texte in enumerate(lignes) if texte.startswith("Pour "))]
    assert max(map(len, tableau)) <= colonnes
    proposees = [texte for texte in tableau if re.search(r"  [01],\d\d  ", texte)]
    assert len({re.search(r"[01],\d\d  ", texte).start() for texte in proposees}) == 1  # type: ignore[union-attr]
    assert any("Longue rubrique" in texte and "…" in texte for texte in tableau)


@pytest.mark.parametrize(
    ("arguments", "motif"),
    [
        (("--accepter",), "l’extrait n’est pas reconnu"),
        (("--accepter", "Signé le=date_signature_bail"), "l’extrait n’est pas reconnu"),
        (("--extrait", "baux"), "« baux » est inconnu"),
        (("--extrait", "attributions", "--accepter", "Signé le=jour"), "« jour » n’existe pas"),
        (("--extrait", "attributions", "--accepter", "Signé=age"), "« Signé » n’est pas dans baux.csv"),
        (("--extrait", "attributions", "--accepter", "Signé le=age", "Nb pers.=age"), "deux en-têtes"),
        (("--extrait", "attributions", "--accepter", "--millesime", "Année 2026"), "millésime « Année 2026 »"),
        (("--extrait", "attributions", "--accepter", "--millesime", "usuels"), "celui des en-têtes livrés"),
    ],
)
def test_un_refus_ne_change_rien(
    cil: Callable[..., str], fichier: Path, projet: Projet, arguments: tuple[str, ...], motif: str
) -> None:
    avant = contenu(projet.racine)
    assert motif in cil("colonnes", fichier, *arguments, code=1)
    assert contenu(projet.racine) == avant


NUMERO = "N° du demandeur"


def test_un_numero_sous_un_autre_nom_s_importe(cil: Callable[..., str], projet: Projet) -> None:
    lignes = [[b[0], b[3], b[1], b[2]] for b in map(bail, range(40))]
    fichier = ecrire_csv(projet.brut / "n.csv", [[NUMERO, "Bailleur", "Date du bail", "Commune"], *lignes])
    montre = cil("colonnes", fichier)
    assert re.search(
        rf"A  {NUMERO} +0,\d\d  numero_unique +Numéro unique\n +0,\d\d  personnelle +lu aussi par num", montre
    )
    assert f'--accepter "{NUMERO}=numero_unique"' in montre, "the example is the way out"
    # Without its number it may be of another extract: it has to be named.
    assert "--extrait (le plus proche : attributions)" in cil("colonnes", fichier, "--accepter", code=1)
    nommer = ("colonnes", fichier, "--extrait", "attributions", "--accepter")
    assert "Rien n’a été inscrit." in cil(*nommer)
    # A wrong choice, then the good one: the dictionary is never opened.
    cil(*nommer, f"{NUMERO}=personnelle", "--millesime", "essai")
    assert "introuvable" in cil("importer", fichier, "--annee", 2022, code=1)
    mieux = cil(*nommer, f"{NUMERO}=numero_unique")
    assert f"  {NUMERO}  numero_unique (retiré de personnelle, colonne entetes_essai)\n" in mieux
    assert "40 conservées" in cil("importer", fichier, "--annee", 2022)


def test_deux_en_tetes_intervertis_se_remettent_en_une_commande(cil: Callable[..., str], projet: Projet) -> None:
    entetes = ["N° unique", "Date du bail", "Commune", "Bailleur", "Un", "Deux"]
    fichier = ecrire_csv(projet.brut / "i.csv", [entetes, *([*bail(r), "34", "2"] for r in range(40))])
    cil("colonnes", fichier, "--accepter", "Un=taille_menage", "Deux=age")
    avant = contenu(projet.reference)
    seul = cil("colonnes", fichier, "--accepter", "Un=age", code=1)
    assert "« age » est déjà reconnue, sous l’en-tête « Deux »" in seul and "dans la même commande" in seul
    assert contenu(projet.reference) == avant
    remis = cil("colonnes", fichier, "--accepter", "Un=age", "Deux=taille_menage")
    assert "  Un    age (retiré de taille_menage, colonne entetes_ajoutes)\n" in remis
    assert "  Deux  taille_menage (retiré de age, colonne entetes_ajoutes)\n" in remis
    assert "Rien n’a été inscrit." in cil("colonnes", fichier, "--accepter", "Un=age", "Deux=taille_menage")
    assert "deux colonnes" in cil("colonnes", fichier, "--accepter", "Un=age", "Un=ignoree", code=1)


def test_un_classeur_xls_compte_ses_en_tetes(cil: Callable[..., str], projet: Projet) -> None:
    """It tells no letter: headings are counted all the same."""
    montre = cil("colonnes", ecrire_table(projet.brut / "baux.xls"), "--extrait", "demandes")
    lignes = montre.splitlines()
    depart = next(rang for rang, texte in enumerate(lignes) if texte.startswith("En-têtes inconnus ("))
    inconnus = lignes[depart + 1 : lignes.index("", depart)]
    sans_suites = [texte for texte in inconnus if not re.match(r" {8,}[01],", texte)]
    assert lignes[depart] == f"En-têtes inconnus ({len(sans_suites)})" and len(sans_suites) > 1
    assert "(0)" not in montre


def test_montrer_n_ecrit_rien(cil: Callable[..., str], fichier: Path, projet: Projet) -> None:
    avant = contenu(projet.racine)
    cil("colonnes", fichier)
    assert contenu(projet.racine) == avant


def test_un_fichier_sans_en_tetes_est_refuse(cil: Callable[..., str], projet: Projet) -> None:
    fichier = ecrire_csv(projet.brut / "nu.csv", [ligne(rang) for rang in range(5)])
    assert "semble porter des données" in cil("colonnes", fichier, code=1)
    assert "introuvable" in cil("colonnes", projet.brut / "absent.csv", code=1)


def test_une_archive_a_une_partie_par_fichier(cil: Callable[..., str], projet: Projet, tmp_path: Path) -> None:
    baux = ecrire_csv(tmp_path / "baux.csv", [["N° unique", "Date du bail", "Commune", "Bailleur", "Nb pers."],
                                              *([*bail(r), "2"] for r in range(9))])  # fmt: skip
    demandes = ecrire_xlsx(
        tmp_path / "demandes.xlsx",
        Stock=[["N° unique", "Commune souhaitée", "Type de logement recherché", "Date dépôt dem."],
               *([numero(r), "Le Mans", "T3", "03/01/2021"] for r in range(9))],
    )  # fmt: skip
    archive = projet.brut / "envoi.zip"
    with zipfile.ZipFile(archive, "w") as zip_:
        for chemin in (baux, demandes):
            zip_.write(chemin, chemin.name)
    montre = cil("colonnes", archive)
    assert "envoi.zip/baux.csv : en-têtes à la ligne 1" in montre
    assert "envoi.zip/demandes.xlsx : feuille « Stock », en-têtes à la ligne 1" in montre
    assert montre.count("Extrait reconnu : ") == 2 and "Pour inscrire les 2 propositions sûres" in montre
    ecrit = cil("colonnes", archive, "--accepter")
    assert "columns/attributions.csv, colonne entetes_ajoutes :\n  Nb pers.  taille_menage" in ecrit
    assert "columns/demandes.csv, colonne entetes_ajoutes :\n  Date dépôt dem.  date_depot_demande" in ecrit
    assert "de plusieurs extraits" in ecrit


def test_un_dictionnaire_reenregistre_par_un_tableur(cil: Callable[..., str], fichier: Path, projet: Projet) -> None:
    chemin = projet.reference / "columns" / "attributions.csv"
    lignes = list(csv.reader(chemin.read_text(encoding="utf-8").splitlines()))
    ecrire_csv(chemin, lignes, separateur=";", codage="cp1252", fin="\r\n")
    cil("colonnes", fichier, "--extrait", "attributions", "--accepter", *CHOIX)
    apres = list(csv.reader(chemin.read_bytes().decode("cp1252").splitlines(), delimiter=";"))
    assert [ligne[:-1] for ligne in apres] == lignes
    assert apres[0][-1] == "entetes_ajoutes"
    assert chemin.read_bytes().count(b"\r\n") == chemin.read_bytes().count(b"\n") == len(lignes)
    assert "40 conservées" in cil("importer", fichier, "--annee", 2022)


def test_un_en_tete_qu_une_console_executerait_mene_a_la_liste(cil: Callable[..., str], projet: Projet) -> None:
    """And the list is the option of a command that has it: what is printed is run."""
    entetes = ["N° unique", "Date du bail", "Commune", "Bailleur", 'Zone $(rm x) `y` "z"']
    fichier = ecrire_csv(projet.brut / "n.csv", [entetes, *([*bail(rang), "a"] for rang in range(5))])
    [ligne] = [x.strip() for x in cil("colonnes", fichier).splitlines() if "--vers" in x]
    assert "$" not in ligne and "--accepter" not in ligne
    cil(*ligne.removeprefix("cil ").split())
    assert (projet.racine / "liste.xlsx").is_file()


def test_un_en_tete_qui_est_une_donnee_n_est_cite_nulle_part(cil: Callable[..., str], projet: Projet) -> None:
    """Cells that went up among the headings: a telephone number, addresses, a N° unique; a period is no number."""
    donnees = ["06_99_99_99_99 MOTLIBRE", "MOTLIBRE@exemple.fr", "MOTLIBRE(at)exemple.fr", numero(3)]
    autres = ["SYPLO", "Situation au 31/12/2022 00:00:00", "Loyers 2018-2019-2020", "Typologie", "Âge"]
    autres += ["DALO", "Financement"]
    corps = [[*bail(rang), *("" for _ in donnees), *("" for _ in autres)] for rang in range(40)]
    chemin = ecrire_csv(projet.brut / "baux.csv", [[*CONNUS, *donnees, *autres], *corps])
    dits = [
        cil("colonnes", chemin, "--extrait", "attributions"),
        cil("libelles", chemin, "--extrait", "attributions", "--vers", projet.racine / "liste.csv"),
        cil("verifier", chemin, "--annee", 2022),
        cil("importer", chemin, "--annee", 2022),
        cil("qualite", "--annee", 2022),
    ]
    assert "dont l’en-tête semble une donnée" in dits[0] and "(masqué)" in dits[3]
    assert all(autre[:10] in dits[0] for autre in autres)
    ecrits = b"".join(octets for nom, octets in contenu(projet.racine).items() if not nom.endswith("baux.csv"))
    assert b"SYPLO" in ecrits and b"Loyers 2018-2019-2020" in ecrits
    assert not any(secret.encode() in ecrits for secret in (*SECRETS, numero(3)))
    refus = cil("colonnes", chemin, "--extrait", "attributions", "--accepter", f"{numero(3)}=age", code=1)
    assert "n’est pas un en-tête" in refus
