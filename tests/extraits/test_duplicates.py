"""Duplicates, reactivations, and the union of two imports: what is counted, what is pointed out, what is refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from conftest_extraits import (
    AUJOURD_HUI,
    ENTETES,
    bail,
    compte,
    contenu,
    ecrire_csv,
    ecrire_xlsx,
    ecrire_zip,
    numero,
    octets_csv,
    valeurs,
    verifier_etat,
)

from cil_analysis.extraits import store
from cil_analysis.extraits.importation import Bilan, importer
from cil_analysis.extraits.lots import Demande
from cil_analysis.projet import Projet
from cil_analysis.reference.ensemble import References

Importe = Callable[..., Bilan]
Refuse = Callable[..., str]
DEMANDES = ["N° unique", "Commune souhaitée", "Âge"]
RADIATIONS = ["N° unique", "Date de radiation", "Motif de radiation", "Commune souhaitée"]


@pytest.fixture
def ajoute(projet: Projet, references_communes: References) -> Callable[..., Bilan]:
    """``cil importer --ajouter``."""

    def lancer(*fichiers: Path, annee: int = 2022, extrait: str | None = None) -> Bilan:
        return importer(
            projet,
            references_communes,
            Demande(fichiers, annee, extrait=extrait, ajouter=True, aujourd_hui=AUJOURD_HUI),
        )

    return lancer


@pytest.fixture
def fichier(projet: Projet) -> Callable[..., Path]:
    def ecrire(nom: str, entetes: Sequence[str], *lignes: Sequence[Any]) -> Path:
        return ecrire_csv(projet.brut / nom, [entetes, *lignes])

    return ecrire


Fichier = Callable[..., Path]


def regles(projet: Projet, extrait: str = "attributions", annee: int = 2022) -> list[tuple[Any, ...]]:
    return valeurs(store.lire_anomalies(projet, extrait, annee), "fichier", "cellule", "regle", "effet")


def lignes(projet: Projet, extrait: str = "attributions", annee: int = 2022) -> Counter[tuple[Any, ...]]:
    """The clean rows, pseudonyms included, whatever their order."""
    table = store.lire(projet, extrait, annee)
    return Counter(valeurs(table, *table.columns))


# --- the same lease, the same request --------------------------------------------------------------------------------


def test_le_meme_bail_deux_fois(projet: Projet, importe: Importe, fichier: Fichier) -> None:
    """Equal rows, rows that differ elsewhere, and rows that are another lease: day, or commune."""
    a = fichier(
        "a.csv",
        [*ENTETES, "Âge"],
        [*bail(1), "30"],
        [*bail(1), "30"],
        [*bail(2), "40"],
        [*bail(2), "41"],  # the first one is kept
        [*bail(3), "50"],
        [*bail(3, jour="16/03/2022"), "50"],  # two leases of one household
        [*bail(4), "60"],
        [*bail(4, commune="Arnage"), "60"],
        [*bail(5, commune="72181"), "70"],
        [*bail(5, commune="LE MANS", jour="2022-03-15"), " 70 "],  # equal once clean
    )
    journal = importe(a).journal
    assert journal["comptes"] == compte(11, conservees=7, doublons=3, ignorees=1)
    assert journal["motifs"]["doublons"] == {"autres valeurs": 1, "ligne identique": 2}
    assert journal["constats"] == {"repetition": 2}
    verifier_etat(projet)
    assert valeurs(store.lire(projet, "attributions", 2022), "age") == [
        (30,), (40,), (50,), (50,), (60,), (60,), (70,)
    ]  # fmt: skip
    assert regles(projet) == [
        ("a.csv", "A3", "doublon", "doublon écarté"),
        ("a.csv", "A5", "doublon_different", "doublon écarté"),
        ("a.csv", "A7", "repetition", "signalée"),
        ("a.csv", "A9", "repetition", "signalée"),
        ("a.csv", "A11", "doublon", "doublon écarté"),
    ]


def test_sans_numero_pas_de_doublon(projet: Projet, importe: Importe, fichier: Fichier) -> None:
    a = fichier("a.csv", ENTETES, *[["", *bail(1)[1:]]] * 3, *[["NC", *bail(1)[1:]]] * 2)
    assert importe(a).journal["comptes"] == compte(6, conservees=5, ignorees=1)
    assert Counter(r[2] for r in regles(projet)) == {"absente": 5}


def test_une_ligne_rejetee_ou_hors_perimetre_n_est_le_doublon_de_rien(
    projet: Projet, importe: Importe, fichier: Fichier
) -> None:
    """The good row stays whichever comes first; the account says one reason a row."""
    mauvaises = [bail(1, jour="32/03/2022"), bail(1, jour="15/03/2021"), bail(1, commune="Guécélard")]
    for ordre in ([*mauvaises, bail(1)], [bail(1), *mauvaises]):
        a = fichier("a.csv", ENTETES, *ordre, *map(bail, range(2, 8)))
        assert importe(a).journal["comptes"] == compte(11, conservees=7, rejetees=1, hors_perimetre=2, ignorees=1)


def test_la_meme_demande_dans_deux_fichiers(projet: Projet, importe: Importe) -> None:
    un = [DEMANDES, [numero(1), "Le Mans", "30"], [numero(2), "Arnage", "40"]]
    deux = [DEMANDES, [numero(2), "Arnage", "40"], [numero(1), "Allonnes", "30"], [numero(3), "Fay", ""]]
    archive = ecrire_zip(projet.brut / "z.zip", {"a.csv": octets_csv(un), "b.csv": octets_csv(deux)})
    journal = importe(archive).journal
    assert journal["comptes"] == compte(7, conservees=3, doublons=2, ignorees=2)
    assert journal["motifs"]["doublons"] == {"autres valeurs": 1, "ligne identique": 1}
    assert valeurs(store.lire(projet, "demandes", 2022), "commune_insee") == [("72181",), ("72008",), ("72130",)]
    assert regles(projet, "demandes") == [
        ("z.zip/b.csv", "A2", "doublon", "doublon écarté"),
        ("z.zip/b.csv", "A3", "doublon_different", "doublon écarté"),
    ]


# --- radiations and reactivations ------------------------------------------------------------------------------------


def test_radiee_puis_reactivee(projet: Projet, importe: Importe, fichier: Fichier) -> None:
    """A request radiated this year or the year before and found in the stock counts, and is pointed out."""
    importe(fichier("r21.csv", RADIATIONS, [numero(1), "10/11/2021", "Non-renouvellement", "Le Mans"]), annee=2021)
    importe(fichier("r20.csv", RADIATIONS, [numero(4), "10/11/2020", "Non-renouvellement", "Le Mans"]), annee=2020)
    importe(
        fichier(
            "r22.csv",
            RADIATIONS,
            [numero(2), "10/03/2022", "Abandon", "Le Mans"],
            [numero(3), "10/04/2022", "Attribution d'un logement", "Arnage"],
            [numero(9), "10/05/2022", "Irrecevable", "Arnage"],
        )
    )
    journal = importe(fichier("d.csv", DEMANDES, *([numero(rang), "Le Mans", "30"] for rang in range(1, 6)))).journal
    assert journal["comptes"] == compte(6, conservees=5, ignorees=1)
    # 3 was radiated because it was housed (not a reactivation), 4 too long ago.
    assert journal["constats"] == {"reactivee": 2}
    assert regles(projet, "demandes") == [
        ("d.csv", "A2", "reactivee", "signalée"),
        ("d.csv", "A3", "reactivee", "signalée"),
    ]


def test_deux_radiations_d_une_demande(projet: Projet, importe: Importe, fichier: Fichier) -> None:
    """Twice the same line is a duplicate; radiated, reactivated and radiated again are three events."""
    r = fichier(
        "r.csv",
        RADIATIONS,
        [numero(1), "10/01/2022", "Non-renouvellement", "Le Mans"],
        [numero(1), "10/01/2022", "Non renouvelée", "Le Mans"],
        [numero(1), "01/02/2022", "Réactivation", "Le Mans"],
        [numero(1), "10/11/2022", "Abandon", "Le Mans"],
        [numero(2), "10/11/2022", "Abandon", "Le Mans"],
    )
    journal = importe(r).journal
    assert journal["extrait"] == "radiations"
    assert journal["comptes"] == compte(6, conservees=4, doublons=1, ignorees=1)
    assert journal["constats"] == {"repetition": 2}
    assert valeurs(store.lire(projet, "radiations", 2022), "motif_radiation") == [
        ("RADREN",), ("DERADIATION",), ("RADABA",), ("RADABA",)
    ]  # fmt: skip
    verifier_etat(projet, "radiations")


# --- --ajouter -------------------------------------------------------------------------------------------------------


def test_ajouter_est_importer_ensemble(
    projet: Projet, importe: Importe, ajoute: Importe, fichier: Fichier, tmp_path: Path
) -> None:
    """The union has the same clean rows, the account is the sum, and the anomalies of both are there."""
    a = fichier("a.csv", ENTETES, bail(1), bail(2), bail(3, jour="32/01/2022"), *map(bail, range(4, 9)))
    b = ecrire_xlsx(
        projet.brut / "b.xlsx",
        A=[
            ["Titre"],
            [*ENTETES, "Âge"],
            [*bail(2), None],
            [*bail(11, commune="Arnage"), 31],
            [*bail(12, jour="1/1/2021"), 32],
        ],
    )
    importe(a)
    uni = ajoute(b)
    assert uni.ajoute and not uni.deja_fait
    journal = verifier_etat(projet)
    assert journal == uni.journal
    assert journal["comptes"] == compte(
        9 + 5, conservees=7 + 1, rejetees=1, doublons=1, hors_perimetre=1, ignorees=1 + 2
    )
    assert journal["motifs"]["doublons"] == {"déjà importée": 1}
    assert [f["nom"] for f in journal["fichiers"]] == ["a.csv", "b.xlsx"]
    assert "age" in journal["colonnes"]["reconnues"]
    assert {r[:3] for r in regles(projet)} == {
        ("a.csv", "B4", "absente"),
        ("a.csv", "B4", "illisible"),
        ("b.xlsx", "A3", "doublon"),
    }
    par_ajout = lignes(projet)
    ensemble = importe(a, b).journal
    assert lignes(projet) == par_ajout
    assert ensemble["comptes"] == journal["comptes"]


def test_ajouter_le_meme_fichier_ne_change_rien(
    projet: Projet, ajoute: Importe, refuse: Refuse, fichier: Fichier
) -> None:
    a, b = fichier("a.csv", ENTETES, bail(1)), fichier("b.csv", ENTETES, bail(2))
    assert not ajoute(a).ajoute, "the first one is an import like another"
    avant = contenu(projet.racine)
    assert ajoute(a).deja_fait
    assert contenu(projet.racine) == avant
    ajoute(b)
    avant = contenu(projet.racine)
    assert all(ajoute(*noms).deja_fait for noms in ((b,), (a,), (a, b)))
    assert contenu(projet.racine) == avant
    refuse(b, fichier("c.csv", ENTETES, bail(3)), par=ajoute, nommes=["b.csv"])
    assert lignes(projet).total() == 2


def test_un_double_entre_deux_ajouts_est_deja_importe(
    projet: Projet, importe: Importe, ajoute: Importe, fichier: Fichier
) -> None:
    """The stored row stays; what a correction would change is told. A second lease of its household is pointed out."""
    importe(fichier("a.csv", [*ENTETES, "Âge"], [*bail(1), "30"], [*bail(2), "40"], [*bail(4), "50"]))
    suite = [[*bail(1), "99"], [*bail(2, jour="01/12/2022"), "40"], [*bail(3), ""], [*bail(4), "50"]]
    journal = ajoute(fichier("b.csv", [*ENTETES, "Âge"], *suite)).journal
    assert journal["comptes"] == compte(4 + 5, conservees=5, doublons=2, ignorees=2)
    (pareille, une), (corrigee, autre) = sorted(journal["motifs"]["doublons"].items(), key=lambda motif: len(motif[0]))
    assert (pareille, une, autre) == ("déjà importée", 1, 1)
    assert "autres valeurs" in corrigee
    assert "sans --ajouter" in corrigee
    assert journal["constats"] == {"repetition": 1}
    assert valeurs(store.lire(projet, "attributions", 2022), "age") == [(30,), (40,), (50,), (40,), (None,)]
    assert ("b.csv", "A2", "doublon", "doublon écarté") in regles(projet)
    verifier_etat(projet)


def test_ajouter_apres_un_changement_des_referentiels(
    projet: Projet, importe: Importe, refuse: Refuse, fichier: Fichier
) -> None:
    """Two readings of the same labels would mix: refused, and what is stored stays."""
    importe(fichier("a.csv", ENTETES, bail(1)))
    chemin = projet.reference / "nomenclatures" / "bailleurs.csv"
    chemin.write_text(chemin.read_text("utf-8").replace("LMMH", "LMMH|Office Nouveau"), encoding="utf-8")
    b = fichier("b.csv", ENTETES, bail(2))

    def ajouter(fichier: Path) -> None:
        importer(projet, References(projet), Demande([fichier], 2022, ajouter=True, aujourd_hui=AUJOURD_HUI))

    refuse(b, par=ajouter, nommes=["référentiels", "a.csv, b.csv"])
    assert not importe(b, references=References(projet)).ajoute


def test_ajouter_un_extrait_dont_les_doublons_ne_se_voient_plus(
    importe: Importe, ajoute: Importe, refuse: Refuse, fichier: Fichier
) -> None:
    """The stock of dwellings is told apart by an identifier that is not stored."""
    entetes = ["Identifiant RPLS", "Code INSEE", "Nombre de pièces", "Année de construction", "Financement"]
    a = fichier("a.csv", entetes, ["A1", "72181", "3", "1970", "13"])
    b = fichier("b.csv", entetes, ["A2", "72181", "3", "1970", "13"])
    assert importe(a).journal["extrait"] == "parc"
    refuse(b, par=ajoute, nommes=["« parc »", "a.csv, b.csv"])
    assert importe(a, b).journal["comptes"] == compte(4, conservees=2, ignorees=2)


def test_ajouter_rien_de_l_annee(projet: Projet, importe: Importe, ajoute: Importe, fichier: Fichier) -> None:
    """A landlord with no lease of the year to add: its rows are accounted for, nothing else changes."""
    importe(fichier("a.csv", ENTETES, bail(1)))
    avant = lignes(projet)
    ajoute(fichier("b.csv", ENTETES, bail(2, jour="15/03/2021")))
    assert verifier_etat(projet)["comptes"] == compte(4, conservees=1, hors_perimetre=1, ignorees=2)
    assert lignes(projet) == avant
