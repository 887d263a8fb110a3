"""The sheets of a commune and of a landlord: what they say of it, what they leave to the whole, nothing masked."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from carnets import derouler, section
from rapports import EPCI, REFERENCES, avec, lu, rapport
from tables_publiees import avec_objectif

from cil_analysis.rapport.bloc import Bloc
from cil_analysis.rapport.rapport import Rapport
from cil_analysis.reference.sujets import sujets
from messages import lisible
from page_lue import Noeud, tableau_lu
from registres import PAR_CODE

COMMUNE, AUTRE = "72003", "72181"
BAILLEUR, AUTRE_BAILLEUR = list(sujets(REFERENCES, 2022, "bailleur"))[:2]
ANNEES = (2021, 2022)
O01 = "Ménages du premier quartile logés hors quartier prioritaire"
DE_LUI = {"acteur_type": "bailleur", "acteur_code": BAILLEUR}


def lignes(cles: dict[str, Any], numerateur: float, denominateur: float = float("nan")) -> list[dict[str, Any]]:
    compte = {"numerateur": numerateur} | ({} if denominateur != denominateur else {"denominateur": denominateur})
    tout = {"perimetre_type": "epci", "perimetre_code": EPCI, "acteur_type": "", "acteur_code": ""}
    return [tout | {"annee": annee} | cles | compte for annee in ANNEES]


def bilan(attribuees: int = 60, concernes: int = 20, **plus: Any) -> Rapport:
    """A commune, a landlord and the EPCI; ``attribuees`` and ``concernes``: of the commune, and of the landlord."""
    ici = {"perimetre_type": "commune", "perimetre_code": COMMUNE}
    ailleurs = {"perimetre_type": "commune", "perimetre_code": AUTRE}
    partout: dict[str, Any] = {}
    r = rapport(
        {
            "V01": lignes(ici, attribuees) + lignes(ailleurs, 400) + lignes(partout, 900),
            "T01": lignes(ici, attribuees, 900) + lignes(ailleurs, 400, 900),
            "A01": lignes(DE_LUI, attribuees, 900),
            "O01": avec_objectif(
                lignes(ici, concernes, 80) + lignes(ailleurs, 60, 200) + lignes(partout, 200, 800)
                + lignes(DE_LUI, concernes, 80) + lignes(DE_LUI | ailleurs, 30, 100)
            ),
            "O04": avec_objectif(lignes(partout, 210, 800) + lignes(DE_LUI, concernes, 80)),
            **plus,
        },
        ANNEES,
    )  # fmt: skip
    # As the registry has them: what an indicator is cut by, and of which households.
    for code in ("O01", "O04"):
        if len(table := r.publication[code]):
            table._indicateur = PAR_CODE[code]
    return r


def fiche(r: Rapport, genre: str, code: str) -> dict[str, Bloc]:
    return derouler(f"fiche_{genre}.qmd", r, **{genre: code})


def page(sections: dict[str, Bloc]) -> Noeud:
    return lu(Bloc("".join(bloc.html for ancre, bloc in sections.items() if ancre)))


def objectifs_lus(r: Rapport, genre: str, code: str) -> dict[str, list[str]]:
    noeud = page(fiche(r, genre, code))
    [table] = [t for t in noeud.tous("table") if "Objectifs suivis" in t.un("caption").texte]
    return {lisible(nom): [lisible(x) for x in cases] for nom, cases in tableau_lu(table).lignes.items()}


def test_une_fiche_dit_son_sujet_et_l_ensemble_a_cote() -> None:
    sections = fiche(bilan(), "commune", COMMUNE)
    essentiel = lisible(lu(sections["essentiel"]).texte)
    assert "60 logements sociaux ont été attribués dans la commune en 2022 (60 en 2021), soit 6,7 % des" in essentiel
    assert "Le Mans Métropole : 900" in essentiel and "Le Mans Métropole : 25,0 %" in essentiel
    assert f"L’objectif « {O01} » (part : 25,0 %) est atteint." in essentiel
    liens = {a.attributs["href"] for a in page(sections).tous("a") if "xlsx" in a.attributs["href"]}
    assert liens <= {"../bilan.xlsx"}  # A sheet is one folder below.


def de_lui(*concernes: int) -> list[dict[str, Any]]:
    """O01 of the landlord, so many of its 80 leases in each commune; what each lacks to reach 25 %."""
    communes = list(REFERENCES.territoire.communes["code_insee"])
    lieux = [DE_LUI | {"perimetre_type": "commune", "perimetre_code": code} for code in communes]
    lus = [ligne for lieu, n in zip(lieux, concernes, strict=False) for ligne in lignes(lieu, n, 80)]
    return [ligne | {"menages_manquants": max(0, 20 - ligne["numerateur"])} for ligne in avec_objectif(lus)]


def test_une_fiche_s_ouvre_par_ce_qui_est_manque_et_de_combien() -> None:
    sections = fiche(bilan(O01=de_lui(17, 10, 18, 40, 19), O04=[]), "bailleur", BAILLEUR)
    lue = lu(sections["essentiel"])
    premier, attributions = (lisible(p.texte) for p in lue.tous("p")[:2])
    noms = list(REFERENCES.territoire.communes["nom"])
    assert lue.tous("p")[0].attributs["class"] == "constat"
    assert premier == (
        f"L’objectif « {O01} ({noms[1]}) » (au moins 25 %) est manqué de 12,5 points, soit 10 ménages : la part est de "
        "12,5 %."
    )
    assert attributions.startswith("60 logements sociaux ont été attribués par le bailleur en 2022")
    tous = lisible(fiche(bilan(O01=de_lui(20, 30, 40, 50), O04=[]), "bailleur", BAILLEUR)["essentiel"].html)
    assert "Les 4 objectifs dont le résultat est publié sont atteints." in tous


@pytest.mark.parametrize(("colonnes", "dit"), [(["age"], True), (["age", "revenu_uc_annuel_eur"], False)])
def test_une_part_qui_compte_comme_vide_une_colonne_absente_le_dit_la_ou_elle_se_lit(
    colonnes: list[str], dit: bool
) -> None:
    """A landlord whose whole file has no incomes is told 0 % of modest households: beside it, why (D18)."""
    fichiers = [{"nom": "a.csv", "colonnes": ["age", "revenu_uc_annuel_eur"]}, {"nom": "b.csv", "colonnes": colonnes}]
    recu = {"extrait": "attributions", "annee": 2022, "importe_le": "2023-01-01", "fichiers": fichiers}
    r = bilan(concernes=0)
    r = Rapport(r.references, replace(r.publication, imports=(recu,)))
    phrase = (
        "Colonnes que des fichiers n’ont pas, comptées comme si elles étaient vides : « Revenu annuel par unité de "
        "consommation »."
    )
    sections = fiche(r, "bailleur", BAILLEUR)
    figures = [r[code].par("bailleur").barres("Titre") for code in ("O01", "A01")]
    lues = [sections["essentiel"], sections["objectifs"], *figures, sections["evolution"]]
    assert [phrase in lisible(bloc.html) for bloc in lues] == [dit, dit, dit, False, False]
    assert (phrase in lisible("".join(section("bilan_annuel.qmd", "essentiel", r)))) is dit
    assert "b.csv" not in "".join(bloc.html for bloc in lues), "a file may have the name of a landlord"


def test_l_en_tete_d_une_cellule_de_trop_le_dit() -> None:
    depasse = [x | {"menages_manquants": 12} for x in avec_objectif(lignes(DE_LUI, 40, 80), 35, "plafond")]
    noeud = page(fiche(bilan(O04=depasse), "bailleur", BAILLEUR))
    tables = [t for t in noeud.tous("table") if "de trop" in lisible(t.un("tbody").texte)]
    assert "Objectifs suivis, 2022" in {lisible(t.un("caption").texte) for t in tables}
    for table in tables:
        entetes = [lisible(th.texte) for th in table.un("thead").tous("th")][1:]
        rangees = ([lisible(td.texte) for td in tr.tous("td")] for tr in table.un("tbody").tous("tr"))
        assert all("de trop" in e for cases in rangees for e, x in zip(entetes, cases, strict=True) if "de trop" in x)


def test_ce_qui_ne_se_compare_pas_ne_se_met_pas_cote_a_cote() -> None:
    """O04 of a landlord is on its non-reserved dwellings alone; its result in one commune is no share of the whole."""
    lus = objectifs_lus(bilan(concernes=10), "bailleur", BAILLEUR)
    ensemble = {nom: cases[-1] for nom, cases in lus.items()}
    dits = [lisible(fiche(bilan(), *qui)["objectifs"].html) for qui in (("bailleur", BAILLEUR), ("commune", COMMUNE))]
    assert "(Le\xa0Mans)" in fiche(bilan(), "bailleur", BAILLEUR)["objectifs"].html, "a name is not cut"
    assert ["seuls logements non réservés" in dit for dit in dits] == [True, False]
    assert ensemble == {
        "Ménages du premier quartile logés hors quartier prioritaire": "25,0 %",
        "Ménages du premier quartile logés hors quartier prioritaire (Le Mans)": "–",
        "Ménages prioritaires": "–",
    }
    premier = next(iter(lus.values()))
    assert premier[:7] == ["10", "80", "12,5 %", "au moins 25 %", "−12,5 points", "–", "non atteint"]


@pytest.mark.parametrize(("genre", "code"), [("commune", COMMUNE), ("bailleur", BAILLEUR)])
def test_une_fiche_ne_montre_rien_de_ce_qui_est_masque(genre: str, code: str) -> None:
    """Two reports that differ by what is masked give one sheet."""
    deux = [fiche(bilan(n, n), genre, code) for n in (3, 4)]
    assert {ancre: bloc.html for ancre, bloc in deux[0].items()} == {a: bloc.html for a, bloc in deux[1].items()}
    assert "est masqué par le secret statistique" in lisible(deux[0]["essentiel"].html)


def test_la_cible_d_un_chiffre_masque_se_lit() -> None:
    """It is written in objectifs.csv; nothing else of the row is told."""
    connus = REFERENCES.objectifs
    fixes = connus.assign(valeur=connus["valeur"].mask(connus["id"].eq("CIA-O01-COMMUNE"), 22))
    lus = objectifs_lus(avec(bilan(3, 3), objectifs=fixes), "commune", COMMUNE)
    assert lus[O01][:-1] == ["s", "s", "s", "au moins 22 %", "s", "s", "s"]


def test_une_commune_sans_attribution_n_a_pas_de_dessin() -> None:
    r = bilan(0, 0, O01=[], O04=[])
    sections = fiche(r, "commune", COMMUNE)
    assert "Aucun logement social n’a été attribué dans la commune en 2022" in lisible(sections["essentiel"].html)
    assert not page(sections).tous("figure", "figure")
    assert "Aucun ménage n’a été logé dans la commune en 2022." in lisible(sections["menages"].html)
    assert "Aucune attribution dans la commune, 2021-2022." in lisible(sections["evolution"].html)
    # One that joined in the last year: of those before, nobody has counted anything.
    arrivee = bilan(V01=lignes({"perimetre_type": "commune", "perimetre_code": COMMUNE}, 0)[-1:])
    assert "Aucune attribution dans la commune, 2022." in lisible(fiche(arrivee, "commune", COMMUNE)["evolution"].html)
    assert "Aucun objectif ne peut être mesuré en 2022." in lisible(sections["objectifs"].html)


def test_la_source_ne_nomme_pas_un_extrait_qui_n_a_pas_ete_importe() -> None:
    ici = {"perimetre_type": "commune", "perimetre_code": COMMUNE}
    for demandes, source in ((float("nan"), "des attributions"), (90, "des attributions et des demandes")):
        tous = lisible(fiche(bilan(V02=lignes(ici, demandes)), "commune", COMMUNE)["chiffres"].html)
        assert f"Source : extraits {source} 2021-2022" in tous and "V02" in tous


def test_ce_qui_n_est_pas_publie_n_est_pas_dit_nul() -> None:
    commune = fiche(bilan(O01=[], V01=[]), "commune", COMMUNE)
    assert "Aucune attribution dans la commune n’est publiée" in lisible(commune["evolution"].html)
    ailleurs = lignes(DE_LUI | {"acteur_code": AUTRE_BAILLEUR}, 40, 900)
    for a01, dit in (
        ([], "Le nombre d’attributions du bailleur en 2022 n’est pas disponible."),
        (lignes(DE_LUI | {"acteur_code": "NR"}, 900, 900), "n’est pas disponible."),
        (ailleurs, "Aucun logement social n’a été attribué par le bailleur en 2022."),
    ):
        assert dit in lisible(fiche(bilan(A01=a01), "bailleur", BAILLEUR)["essentiel"].html)
