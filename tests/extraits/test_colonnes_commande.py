"""« cil colonnes » from a refused file to its import, without a line of Python."""

from __future__ import annotations

import csv
import re
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from conftest_extraits import ENTETES as CONNUS
from conftest_extraits import bail, contenu, ecrire_csv, ecrire_table, ecrire_xlsx, numero

from cil_analysis.commandes import main
from cil_analysis.extraits import store
from cil_analysis.projet import Projet
from messages import exiger_du_francais, exiger_un_remede

ENTETES = [
    "Dossier SNE", "Signé\u00a0le", "Ville du bien", "Propriétaire", "Nb pers.", "Téléph.", "Zone libre | « bloc »",
    "Remarque = interne", "Longue rubrique " + "très " * 50 + "longue",
]  # fmt: skip
SECRETS = ["0699999999", "MOTLIBRE", "SECRETDELIGNE"]


def ligne(rang: int) -> list[str]:
    return [*bail(rang), str(1 + rang % 4), SECRETS[0], SECRETS[1], SECRETS[2], "rien"]


@pytest.fixture
def cil(projet: Projet, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Callable[..., str]:
    """Run the command in the project; returns what it says. ``nommes``: what its refusal must cite."""
    monkeypatch.chdir(projet.racine)
    monkeypatch.setenv("COLUMNS", "80")

    def lancer(*arguments: object, nommes: Sequence[str] | None = None) -> str:
        avant = contenu(projet.racine)
        assert main([str(a) for a in arguments]) == (nommes is not None)
        sortie, erreurs = capsys.readouterr()
        assert not any(secret in sortie + erreurs for secret in SECRETS)
        if nommes is None:
            return exiger_du_francais(sortie + erreurs)
        assert sortie == "" and erreurs.startswith("Erreur") and erreurs.count("\n") == 1
        assert contenu(projet.racine) == avant
        return exiger_un_remede(erreurs, *nommes)

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


def test_d_un_refus_a_un_import_en_deux_commandes(cil: Callable[..., str], fichier: Path, projet: Projet) -> None:
    """The listing, which writes nothing, and two commands."""
    nom = fichier.relative_to(projet.racine)
    cil("importer", nom, "--annee", 2022, nommes=["baux.csv", "cil colonnes"])
    avant = contenu(projet.racine)
    montre = cil("colonnes", nom)
    assert contenu(projet.racine) == avant
    assert all(cite in montre for cite in ("baux.csv", "ligne 2", "40 lignes", "(9)")), montre
    ecrit = cil("colonnes", nom, "--extrait", "attributions", "--accepter", *CHOIX, "Téléph.=personnelle")
    assert "columns/attributions.csv" in ecrit and f"cil importer {nom} --annee AAAA --extrait attributions" in ecrit
    importe = cil("importer", nom, "--annee", 2022)
    assert "42 lignes lues = 40 conservées" in importe
    assert "Nb pers." in importe, "still unknown, and said"
    # Files of the other vintages still import.
    ancien = ecrire_csv(projet.brut / "ancien.csv", [CONNUS, *(bail(r, "15/03/2021") for r in range(5))])
    assert "5 conservées" in cil("importer", ancien, "--annee", 2021)


def test_aucune_commande_ne_nomme_un_extrait_devine(cil: Callable[..., str], fichier: Path) -> None:
    montre = cil("colonnes", fichier)
    assert "Aucun extrait reconnu." in montre and f"cil colonnes {fichier} --extrait NOM" in montre
    assert "--accepter" not in montre and f"cil libelles {fichier} --extrait NOM --vers" in cil("libelles", fichier)
    cil("libelles", fichier, "--vers", "liste.xlsx", nommes=["baux.csv", "--extrait", "attributions, demandes"])


def test_un_en_tete_qui_change_de_colonne_dit_laquelle_il_quitte(cil: Callable[..., str], projet: Projet) -> None:
    fichier = ecrire_csv(projet.brut / "baux.csv", [[*CONNUS, "Mutation"], *([*bail(r), "Interne"] for r in range(5))])
    ecrit = cil("colonnes", fichier, "--extrait", "attributions", "--accepter", "Mutation=type_mutation")
    assert "Mutation  type_mutation (retiré de est_mutation, colonne entetes_usuels)" in ecrit


def test_les_propositions_sures_puis_les_autres(cil: Callable[..., str], fichier: Path, projet: Projet) -> None:
    premier = cil("colonnes", fichier, "--extrait", "attributions", "--accepter", "--millesime", "logiciel_x")
    assert "entetes_logiciel_x" in premier and re.search("Nb pers. +taille_menage\n", premier)
    assert "(8)" in premier and "« Numéro unique »" in premier, "what is left, what is still missing"
    nommes = [*CHOIX, "Téléph.=personnelle"]
    cil("colonnes", fichier, "--extrait", "attributions", "--accepter", *nommes, "--millesime", "logiciel_x")
    reconnu = cil("colonnes", fichier)
    assert "attributions" in reconnu and "En-têtes inconnus" not in reconnu
    assert all(f"({n})" in reconnu for n in (5, 2)), "known, and set aside"
    avant = contenu(projet.reference)
    for choix in ((), CHOIX[:1], ["Dossier SNE=Numéro unique"]):  # By its name, or by what the list calls it.
        cil("colonnes", fichier, "--accepter", *choix)
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


def test_un_refus_ne_change_rien(cil: Callable[..., str], fichier: Path) -> None:
    for arguments, nommes in (
        (("--accepter",), ["--extrait"]),
        (("--accepter", "Signé le=date_signature_bail"), ["--extrait"]),
        (("--extrait", "baux"), ["« baux »", "attributions"]),
        (("--extrait", "attributions", "--accepter", "Signé le=jour"), ["« jour »"]),
        (("--extrait", "attributions", "--accepter", "--millesime", "Année 2026"), ["« Année 2026 »"]),
        (("--extrait", "attributions", "--accepter", "--millesime", "usuels"), ["usuels"]),
    ):
        cil("colonnes", fichier, *arguments, nommes=nommes)


NUMERO = "N° du demandeur"


def test_un_numero_sous_un_autre_nom_s_importe(cil: Callable[..., str], projet: Projet) -> None:
    lignes = [[b[0], b[3], b[1], b[2]] for b in map(bail, range(40))]
    fichier = ecrire_csv(projet.brut / "n.csv", [[NUMERO, "Bailleur", "Date du bail", "Commune"], *lignes])
    montre = cil("colonnes", fichier)
    assert re.search(rf"A  {NUMERO} +0,\d\d  numero_unique +Numéro unique\n", montre)
    assert f'--accepter "{NUMERO}=numero_unique"' in montre, "the example is the way out"
    # Without its number it may be of another extract: it has to be named.
    cil("colonnes", fichier, "--accepter", nommes=["--extrait", "attributions"])
    nommer = ("colonnes", fichier, "--extrait", "attributions", "--accepter")
    cil(*nommer)
    # A wrong choice, then the good one: the dictionary is never opened.
    cil(*nommer, f"{NUMERO}=personnelle", "--millesime", "essai")
    cil("importer", fichier, "--annee", 2022, nommes=["« Numéro unique »"])
    mieux = cil(*nommer, f"{NUMERO}=numero_unique")
    assert re.search(f"{NUMERO} +numero_unique .*personnelle, .*entetes_essai", mieux)
    assert "40 conservées" in cil("importer", fichier, "--annee", 2022)


def test_l_exemple_n_est_jamais_un_choix_douteux(cil: Callable[..., str], projet: Projet) -> None:
    """Month or year is not for an example to say; what is sure is marked."""
    entetes = ["N° unique", "Date du bail", "Commune", "Bailleur", "Revenus annuel mensuel par UC", "Nb pers."]
    lignes = [[*bail(rang), "900", "3"] for rang in range(20)]
    montre = cil("colonnes", ecrire_csv(projet.brut / "a.csv", [entetes, *lignes]))
    assert re.findall(r"(\S+) +sûre – ", montre) == ["taille_menage"]
    assert '"Revenus annuel mensuel par UC=COLONNE"' in montre, montre


def test_deux_en_tetes_intervertis_se_remettent_en_une_commande(cil: Callable[..., str], projet: Projet) -> None:
    corps = [[*bail(r), "34", "2"] for r in range(40)]
    fichier = ecrire_csv(projet.brut / "i.csv", [[*CONNUS, "Un", "Deux"], *corps])
    cil("colonnes", fichier, "--accepter", "Un=taille_menage", "Deux=age")
    cil("colonnes", fichier, "--accepter", "Un=age", nommes=["« age »", "« Deux »"])
    remis = cil("colonnes", fichier, "--accepter", "Un=age", "Deux=taille_menage")
    assert re.search("Un +age .*taille_menage, .*entetes_ajoutes", remis)
    assert re.search("Deux +taille_menage .*age, .*entetes_ajoutes", remis)
    cil("importer", fichier, "--annee", 2022)
    assert set(store.lire(projet, "attributions", 2022)["age"]) == {34}


def test_un_classeur_xls_compte_ses_en_tetes(cil: Callable[..., str], projet: Projet) -> None:
    """It tells no letter: headings are counted all the same."""
    montre = cil("colonnes", ecrire_table(projet.brut / "baux.xls"), "--extrait", "demandes")
    lignes = montre.splitlines()
    depart = next(rang for rang, texte in enumerate(lignes) if texte.startswith("En-têtes inconnus ("))
    inconnus = lignes[depart + 1 : lignes.index("", depart)]
    sans_suites = [texte for texte in inconnus if not re.match(r" {8,}[01],", texte)]
    assert lignes[depart] == f"En-têtes inconnus ({len(sans_suites)})" and len(sans_suites) > 1
    assert "(0)" not in montre


def test_un_fichier_sans_en_tetes_est_refuse(cil: Callable[..., str], projet: Projet) -> None:
    cil("colonnes", ecrire_csv(projet.brut / "nu.csv", [ligne(rang) for rang in range(5)]), nommes=["nu.csv"])
    cil("colonnes", projet.brut / "absent.csv", nommes=["absent.csv"])


def test_une_archive_a_une_partie_par_fichier(cil: Callable[..., str], projet: Projet, tmp_path: Path) -> None:
    baux = ecrire_csv(tmp_path / "baux.csv", [[*CONNUS, "Nb pers."],
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
    assert "envoi.zip/baux.csv" in montre and "envoi.zip/demandes.xlsx : feuille « Stock »" in montre
    ecrit = cil("colonnes", archive, "--accepter")
    assert re.search(r"columns/attributions\.csv.*\n +Nb pers. +taille_menage", ecrit)
    assert re.search(r"columns/demandes\.csv.*\n +Date dépôt dem. +date_depot_demande", ecrit)


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
    entetes = [*CONNUS, 'Zone $(rm x) `y` "z"']
    fichier = ecrire_csv(projet.brut / "n.csv", [entetes, *([*bail(rang), "a"] for rang in range(5))])
    montre = cil("colonnes", fichier)
    [ligne] = [x.partition(" : ")[2] for x in montre.splitlines() if "--vers" in x]
    assert "$" not in ligne and "--accepter" not in montre
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
    assert "(masqué)" in dits[3]
    assert all(autre[:10] in dits[0] for autre in autres)
    ecrits = b"".join(octets for nom, octets in contenu(projet.racine).items() if not nom.endswith("baux.csv"))
    assert b"SYPLO" in ecrits and b"Loyers 2018-2019-2020" in ecrits
    assert not any(secret.encode() in ecrits for secret in (*SECRETS, numero(3)))
    cil("colonnes", chemin, "--extrait", "attributions", "--accepter", f"{numero(3)}=age", nommes=[])
