"""Lists of N° uniques: who is found on them, what becomes of each of their lines, and what is refused."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest
from conftest_extraits import (
    AUJOURD_HUI,
    bail,
    compte,
    contenu,
    ecrire_csv,
    ecrire_ods,
    ecrire_xlsx,
    ecrire_zip,
    numero,
    octets_csv,
    verifier_etat,
)

from cil_analysis.commandes import main
from cil_analysis.commandes.importer import dire_les_listes
from cil_analysis.comptage.preparation import preparer_exercice
from cil_analysis.erreurs import ErreurCIL
from cil_analysis.exploration.session import session
from cil_analysis.extraits import store
from cil_analysis.extraits.importation import Bilan, importer
from cil_analysis.extraits.lots import Demande
from cil_analysis.extraits.verification import verifier
from cil_analysis.projet import Projet
from cil_analysis.reference.ensemble import References
from cil_analysis.secret.regles import regles_secret

Source = Callable[..., Path]
Importe = Callable[..., Bilan]
COMPTES = ("lues", "numeros", "doublons", "illisibles", "sans_numero", "ignorees")
RELOGES, SYPLO = "RELOGES,,oui,listes,RU,,,essai,L\n", "SYPLO,PDALHPD,,listes,SYPLO,,,essai,L\n"


@pytest.fixture
def chercher(projet: Projet, references_communes: References) -> Importe:
    """Import leases, looked for in lists given by code."""

    def lancer(*fichiers: Path, ajouter: bool = False, **listes: Path | Sequence[Path]) -> Bilan:
        par_code = {code: [dit] if isinstance(dit, Path) else dit for code, dit in listes.items()}
        return importer(
            projet,
            references_communes,
            Demande(fichiers, 2022, listes=par_code, ajouter=ajouter, aujourd_hui=AUJOURD_HUI),
        )

    return lancer


@pytest.fixture
def liste(projet: Projet) -> Source:
    """A list below its heading, in the project's raw folder."""
    return lambda nom, *cellules: ecrire_csv(projet.brut / nom, [["N° unique"], *([c] for c in cellules)])


def dites(projet: Projet) -> list[tuple[str | None, str | None]]:
    """The lists on which each household is, and those that it was looked for in."""
    lignes = store.lire(projet, "attributions", 2022)[["listes", "listes_lues"]].astype("object")
    return [tuple(None if v != v else v for v in ligne) for ligne in lignes.itertuples(index=False)]


def test_chaque_menage_dit_ses_listes_et_celles_ou_il_fut_cherche(
    projet: Projet, chercher: Importe, source: Source, liste: Source
) -> None:
    """On both, on one, on none; a row without a number was looked for nowhere, and is on none."""
    baux = source([bail(1), bail(2), bail(3), ["", *bail(4)[1:]]])
    chercher(baux, RU=liste("ru.csv", numero(1), numero(2)), SYPLO=liste("s.csv", numero(1), numero(9)))
    toutes = "SYPLO;RU"
    assert dites(projet) == [(toutes, toutes), ("RU", toutes), (None, toutes), (None, None)]
    listes = verifier_etat(projet)["listes"]
    assert {code: (dite["comptes"]["numeros"], dite["trouves"]) for code, dite in listes.items()} == {
        "SYPLO": (2, 1),
        "RU": (2, 2),
    }
    octets = (projet.brut / "ru.csv").read_bytes()
    assert listes["RU"]["fichiers"][0]["sha256"] == hashlib.sha256(octets).hexdigest()


def test_sans_liste_rien_n_est_dit(projet: Projet, chercher: Importe, source: Source) -> None:
    chercher(source([bail(1)]))
    assert dites(projet) == [(None, None)] and verifier_etat(projet)["listes"] == {}


@pytest.mark.parametrize("forme", ["csv", "xlsx", "ods", "zip"])
def test_chaque_ligne_d_une_liste_est_comptee(projet: Projet, chercher: Importe, source: Source, forme: str) -> None:
    """A title, a number in two pieces, one in small letters, one twice, one cut short, one not given, and a total."""
    un, deux, trois = numero(1), numero(2), numero(3)
    lignes = [
        ["Relogements suivis par Mme X", "", ""], ["", "", ""], ["Nom", "Numéro unique", "Immeuble"],
        ["X", f"{un[:4]} {un[4:]}", "A"], ["X", deux.lower(), "A"], ["X", trois, "B"], ["X", un, "A"],
        *(["X", numero(rang), "C"] for rang in range(10, 20)),
        ["X", "0721", "A"], ["X", "", "A"], ["Total", "", ""],
    ]  # fmt: skip
    chemin = projet.brut / f"liste.{forme}"
    if forme == "csv":
        ecrire_csv(chemin, lignes)
    elif forme == "zip":
        ecrire_zip(chemin, {"a.csv": octets_csv(lignes[:-3]), "b.csv": octets_csv([lignes[2], *lignes[-3:]])})
    else:
        (ecrire_xlsx if forme == "xlsx" else ecrire_ods)(chemin, Liste=lignes, Notice=[["À lire"]])
    resultat = chercher(source([bail(1), bail(2), bail(3), bail(4)]), RU=chemin)
    dite = resultat.journal["listes"]["RU"]
    comptes = dite["comptes"]
    assert comptes["lues"] == sum(n for nom, n in comptes.items() if nom != "lues")
    assert (comptes["numeros"], comptes["illisibles"], comptes["sans_numero"]) == (13, 1, 1)
    assert comptes["doublons"] == 1 and dite["trouves"] == 3 and len(dite["illisibles"]) == 1
    assert [listes for listes, _ in dites(projet)] == ["RU", "RU", "RU", None]


def test_plusieurs_fichiers_font_une_liste(projet: Projet, chercher: Importe, source: Source, liste: Source) -> None:
    """A number that two landlords give is one; the code is read as any label of a nomenclature."""
    envois = [liste("alpha.csv", numero(1), numero(2)), liste("beta.csv", numero(2), numero(3))]
    dite = chercher(source([bail(1), bail(3)]), ru=envois).journal["listes"]["RU"]
    assert (dite["comptes"]["numeros"], dite["comptes"]["doublons"], dite["trouves"]) == (3, 1, 2)
    assert [f["nom"] for f in dite["fichiers"]] == ["alpha.csv", "beta.csv"]


def test_refaire_avec_les_memes_listes_ne_change_rien(
    projet: Projet, chercher: Importe, source: Source, liste: Source
) -> None:
    baux, ru = source([bail(1)]), liste("ru.csv", numero(1))
    chercher(baux, RU=ru)
    avant = contenu(projet.racine)
    assert chercher(baux, RU=ru).deja_fait and contenu(projet.racine) == avant
    ecrire_csv(ru, [["N° unique"], [numero(2)]])
    resultat = chercher(baux, RU=ru)
    assert not resultat.deja_fait and resultat.listes_perdues == ("RU (ru.csv)",) and dites(projet) == [(None, "RU")]
    assert chercher(baux).listes_perdues == ("RU (ru.csv)",) and dites(projet) == [(None, None)]


def test_ajouter_cherche_toutes_les_lignes_dans_toutes_les_listes(
    projet: Projet, chercher: Importe, source: Source, liste: Source, refuse: Callable[..., str]
) -> None:
    """A lease of the first files may be on a list that comes with the second, and the other way round."""
    ru = liste("ru.csv", numero(1), numero(3))
    chercher(source([bail(1), bail(2)]), RU=ru)
    suite = source([bail(3), bail(4)], "suite.csv")
    for listes in ({}, {"SYPLO": liste("s.csv", numero(2))}):
        refuse(suite, par=lambda f, x=listes: chercher(f, ajouter=True, **x), nommes=["RU (ru.csv)", "--liste"])
    chercher(suite, ajouter=True, RU=ru, SYPLO=liste("s.csv", numero(2), numero(4)))
    assert [listes for listes, _ in dites(projet)] == ["RU", "SYPLO", "RU", "SYPLO"]
    assert {lues for _, lues in dites(projet)} == {"SYPLO;RU"}
    assert verifier_etat(projet)["listes"]["RU"]["trouves"] == 2
    autre = liste("t.csv", numero(4))
    deux = {"ajouter": True, "RU": [ru, autre]}
    dit = refuse(suite, par=lambda f: chercher(f, **deux), nommes=["déjà importé", "sans --ajouter"])
    assert dit.count("suite.csv") == 2, "as what is imported, then once among the files to name"


@pytest.mark.parametrize(
    ("lignes", "dit"),
    [
        ([["N° unique"]], "aucun numéro unique"),
        ([["N° unique"], ["0721"], ["0722"], [numero(1)]], "2 numéros uniques sur 3 ne se lisent pas"),
        ([["N° unique"], ["0721"]], "1 numéro unique sur 1 ne se lit pas"),
        ([["Nom", "Prénom"], ["CANARI", "X"]], "aucune colonne de numéros uniques"),
        ([["CANARI"], ["X"]], "aucune colonne de numéros uniques"),
        ([["N° unique", "NUD"], [numero(1), numero(2)]], "plusieurs colonnes de numéros uniques"),
        ([[]], "vide"),
    ],
)
def test_une_liste_inutilisable_est_refusee(
    projet: Projet, chercher: Importe, source: Source, refuse: Callable[..., str], lignes: list[list[Any]], dit: str
) -> None:
    baux, ru = source([bail(1)]), ecrire_csv(projet.brut / "ru.csv", lignes)
    if lignes == [[]]:
        ru.write_bytes(b"")
    texte = refuse(ru, par=lambda f: chercher(baux, RU=f), nommes=[dit])
    assert "CANARI" not in texte and numero(1) not in texte


def test_deux_feuilles_de_numeros_sont_refusees(
    projet: Projet, chercher: Importe, source: Source, refuse: Callable[..., str]
) -> None:
    """One would be read, and the other lost."""
    feuilles = {"Alpha": [["N° unique"], [numero(1)]], "Beta": [["N° unique"], [numero(2)]]}
    ru, baux = ecrire_xlsx(projet.brut / "ru.xlsx", **feuilles), source([bail(1)])
    refuse(ru, par=lambda f: chercher(baux, RU=f), nommes=["plusieurs feuilles"])


def test_une_liste_mal_nommee_est_refusee(
    chercher: Importe, source: Source, liste: Source, refuse: Callable[..., str], references_communes: References,
    projet: Projet,
) -> None:  # fmt: skip
    """An unknown code; the same file twice, as two lists or as the extract; an extract that goes with no list."""
    baux, ru = source([bail(1)]), liste("ru.csv", numero(1))
    with pytest.raises(ErreurCIL, match=r"CANARD.*nomenclatures/listes\.csv.*SYPLO, RU"):
        chercher(baux, CANARD=ru)
    refuse(ru, par=lambda f: chercher(baux, RU=f, SYPLO=f), nommes=["le même fichier"])
    refuse(baux, par=lambda f: chercher(f, RU=f), nommes=["le même fichier"])
    demandes = ecrire_csv(
        projet.brut / "d.csv", [["N° unique", "Commune souhaitée", "Âge"], [numero(1), "Arnage", "30"]]
    )
    with pytest.raises(ErreurCIL, match=r"demandes.*--liste"):
        chercher(demandes, RU=ru)


def test_verifier_lit_les_listes_et_n_ecrit_rien(
    projet: Projet, references_communes: References, source: Source, liste: Source
) -> None:
    baux, ru = source([bail(1), bail(2)]), liste("ru.csv", numero(1))
    avant = contenu(projet.racine)
    verification = verifier(
        projet, references_communes, Demande([baux], 2022, listes={"RU": [ru]}, aujourd_hui=AUJOURD_HUI)
    )
    assert verification.journal["listes"]["RU"]["trouves"] == 1 and contenu(projet.racine) == avant
    assert verification.journal["comptes"] == compte(3, conservees=2, ignorees=1)


def test_verifier_dit_les_listes_que_l_import_compare_avait_lues(
    projet: Projet, references_communes: References, chercher: Importe, source: Source, liste: Source
) -> None:
    baux, ru = source([bail(1), bail(2)]), liste("ru.csv", numero(1))
    chercher(baux, RU=ru)
    for listes, oubliees in (({}, ["RU"]), ({"RU": [ru]}, [])):
        demande = Demande([baux], 2022, listes=listes, aujourd_hui=AUJOURD_HUI)
        verification = verifier(projet, references_communes, demande)
        assert list(verification.listes_oubliees) == oubliees and verification.points == len(oubliees)


def test_la_commande_dit_ce_que_sont_devenues_les_listes(
    projet: Projet, source: Source, liste: Source, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who is found, unless they are few; a list that finds nobody, or that no rule reads; lists lost on the way."""

    def cil(*arguments: str | Path) -> str:
        assert main([*map(str, arguments), "--annee", "2022", "--projet", str(projet.racine)]) == 0
        sortie = capsys.readouterr()
        return (sortie.out + sortie.err).replace("\u202f", " ").replace("\xa0", " ")

    baux = source([bail(rang) for rang in range(60)])
    grande = liste("grande.csv", *map(numero, range(20, 40)), *map(numero, range(200, 240)))
    petite, vaine = liste("petite.csv", numero(1), numero(2)), liste("vaine.csv", *map(numero, range(100, 160)))
    with (projet.reference / "priorites.csv").open("a", encoding="utf-8") as table:
        table.write(RELOGES)
    dit = cil("importer", baux, "--liste", f"RU={grande}", "--liste", f"SYPLO={petite}")
    assert "20 de ses numéros sont dans l’extrait" in dit and "combien sont dans l’extrait ne se dit pas" in dit
    assert "ne lit la liste SYPLO" in dit and "ne lit la liste RU" not in dit
    dit = cil("importer", baux, "--liste", f"RU={vaine}")
    assert "aucun ou peu de ses numéros" in dit and "SYPLO (petite.csv)" in dit and "RU (grande.csv)" in dit
    dit = cil("importer", baux)
    assert "RU (vaine.csv)" in dit
    assert "liste non lue" in cil("qualite", "--priorites")
    dit = cil("importer", baux, "--liste", f"RU={projet.brut}/*nde.csv")
    assert "grande.csv" in dit and "Listes du ménage" not in cil("qualite")
    dit = cil("verifier", baux, "--liste", f"SYPLO={petite}")
    assert "ajoutez --liste CODE=FICHIER pour celles qui existent cette année\n  RU\n" in dit
    assert "jamais" not in cil("verifier", baux, "--liste", f"RU={grande}", "--liste", f"SYPLO={petite}")
    session.cache_clear()  # As in a process of its own.
    dit = cil("qualite", "--priorites")
    assert "Liste lue : RU (grande.csv)" in dit and "règles seules : 20" in dit


@pytest.mark.parametrize(
    ("numeros", "trouves", "egaux", "dit"),
    [
        (1, 0, range(2), "ne se dit pas"), (9, 9, range(10), "ne se dit pas"), (64, 0, range(5), "aucun"),
        (64, 61, range(60, 65), "tous"), (64, 59, [59], "59 de ses numéros"), (10, 5, [5], "5 de ses numéros"),
    ],
)  # fmt: skip
def test_trouves_ou_non_peu_de_numeros_ne_se_comptent_pas(
    references_communes: References, numeros: int, trouves: int, egaux: Iterable[int], dit: str
) -> None:
    """Neither by themselves, nor by subtraction: one sentence for every count that it could be."""
    assert regles_secret(references_communes.parametres, 2022).seuil_effectif == 5

    def phrase(trouves: int) -> str:
        journal = {"annee": 2022, "manquants": {}, "listes": {"RU": {
            "comptes": dict.fromkeys(COMPTES, 0) | {"numeros": numeros}, "fichiers": [], "trouves": trouves,
        }}}  # fmt: skip
        return "\n".join(dire_les_listes(journal, references_communes))

    assert dit in phrase(trouves)
    assert [n for n in range(numeros + 1) if phrase(n) == phrase(trouves)] == list(egaux)


def test_les_commandes_qui_reimportent_redonnent_les_listes(
    projet: Projet, chercher: Importe, source: Source, liste: Source, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without them, what is pasted would drop the lists, and the priorities that rest on them."""
    baux, ru = source([bail(1)]), liste("ru d’avril.csv", numero(1))
    chercher(baux, RU=ru)
    options = f'--extrait attributions --liste "RU={ru.name}"'
    for commande in (["libelles", str(baux), "--accepter"], ["colonnes", str(baux)]):
        assert main([*commande, "--projet", str(projet.racine)]) == 0
        assert options in capsys.readouterr().out
    lignes = store.lire(projet, "attributions", 2022).assign(age="trente")
    with pytest.raises(ErreurCIL, match=f"type attendu.*cil importer FICHIER --annee 2022 {options}"):
        preparer_exercice(References(projet), 2022, attributions=lignes)
    rangees = projet.traite / "attributions" / "annee=2022" / "part.parquet"
    journal = projet.traite / "journal" / "attributions-2022.json"
    sans_empreintes = {cle: valeur for cle, valeur in json.loads(journal.read_text("utf-8")).items() if cle != "ecrits"}
    for abimer in (
        lambda: rangees.write_bytes(b"x"),
        lambda: journal.write_text(json.dumps(sans_empreintes), "utf-8"),
        rangees.unlink,
    ):
        abimer()
        with pytest.raises(ErreurCIL, match=f"cil importer FICHIER --annee 2022 {options}"):
            store.lire(projet, "attributions", 2022)
    journal.write_text("{", "utf-8")
    with pytest.raises(ErreurCIL, match=r"cil importer .*--annee 2022 --extrait attributions.*--liste CODE=FICHIER"):
        store.journaux(projet)


def test_un_journal_d_avant_les_listes_se_lit(projet: Projet, chercher: Importe, source: Source, liste: Source) -> None:
    """The import that it tells is replaced as another."""
    baux = source([bail(1)])
    chercher(baux)
    chemin = projet.traite / "journal" / "attributions-2022.json"
    journal = json.loads(chemin.read_text("utf-8"))
    del journal["listes"]
    chemin.write_text(json.dumps(journal), encoding="utf-8")
    assert chercher(baux, RU=liste("ru.csv", numero(1))).listes_perdues == ()
    assert dites(projet) == [("RU", "RU")]
