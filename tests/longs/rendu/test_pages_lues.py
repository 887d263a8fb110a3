"""Every page of the year at once: figures are published, drawings have their words and their data, links arrive."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from itertools import chain, product
from math import ceil, floor
from pathlib import Path
from urllib.parse import unquote

import pytest

from cil_analysis.grammaire.libelles import choix_des_regles, titre_seul
from cil_analysis.projet import Projet
from cil_analysis.reference.ensemble import References
from page_lue import Noeud, arbre, contrat, fautes, figures, rangees
from registres import PAR_CODE

ANNEE = "2022"
REFERENCES = ("aria-labelledby", "aria-describedby", "aria-controls", "for")
NON_RENSEIGNE = {"NR": "non renseigné"}
MOTS = {"atteint": "atteint", "non_atteint": "non atteint", "non_calculable": "non calculable"}
ZONES = {"en_qpv": "en quartier prioritaire", "hors_qpv": "hors quartier prioritaire"}
# A number, a sign of what has none, or a result.
DIT = re.compile(r"[+−]?\d(?:[\d ]*\d)?(?:,\d+)?|(?<!\w)(?:s|nd|–)(?!\w)|non atteint|atteint|dépassé|non calculable")
# Tables of rules, sources, documents and dates: test_methode.py, tests/rapport and tests/rapport check them.
SANS_CHIFFRE = (
    "Règles de", "Définition", "Compte des lignes", "Objectifs en vigueur", "Seuils", "Critères", "Conditions",
    "Documents", "Réunions", "Membres", "Changements", "Décisions", "Actions", "Prochain terme",
    "Valeurs manquantes", "Faits établis", "Chiffres d’autres territoires",
)  # fmt: skip
# What a page computes from published figures (hand cases of tests/rapport count it), or reads in a convention.
CALCULEES = ("évolution", "écart aux règles", "écart de décompte", "stock au début", "ménages logés en",
             "ménages occupants, enquête", "taux de la convention", "région fictive")  # fmt: skip
# A share of two counts of its row, which are published.
RAPPORTS = {"candidats parmi les demandes": ("ménages candidats", "demandes"),
            "parmi les candidats": ("à qui un logement est accordé", "ménages candidats")}  # fmt: skip
# Tables whose cells put several published rows together, and how many allocations are few (lissage.yml).
PEU, COMBLER = "communes où peu de logements sont attribués", "ce qui manque à chacun pour l’objectif"
VISES = "chiffres des indicateurs que les décisions visent"
PEU_DE, REUNIES = 50, ("2020", "2021", "2022")
LISSEE = f", par commune, {REUNIES[0]}-{ANNEE}"


def net(texte: str) -> str:
    """The words of a text: ordinary spaces, one at a time, no capitals."""
    return " ".join(texte.replace("\u202f", " ").replace("\u00a0", " ").split()).casefold()


def dits(texte: str) -> list[str]:
    return DIT.findall(net(texte))


def ecrire(brut: str, decimales: int) -> str:
    """A figure of the contract as a page writes it, without its sign: a half is rounded away from zero."""
    arrondi = Decimal(brut).quantize(Decimal(1).scaleb(-decimales), ROUND_HALF_UP)
    return f"{abs(arrondi):,f}".replace(",", " ").replace(".", ",")


@dataclass
class Publie:
    """A row of the contract: what names it, and all that a cell may say of it."""

    ligne: dict[str, str]
    lieu: str
    noms: frozenset[str]
    ecrits: frozenset[str]

    def dit(self, cellule: Iterable[str]) -> bool:
        return all(mot in self.ecrits for mot in cellule)


def ne_s_arrondit_pas(ligne: dict[str, str], colonne: str) -> bool:
    """Whether one decimal would make of a share the target that it misses."""
    if colonne != "valeur" or ligne["unite"] != "pct" or ligne["resultat"] != "non_atteint":
        return False
    bornes = [ligne[nom] for nom in ("cible", "cible_max") if ligne[nom]]
    return ecrire(ligne["valeur"], 1) in [ecrire(borne, 1) for borne in bornes]


def ecart_ecrit(ligne: dict[str, str], decimales: int) -> str:
    """The gap of a share to its target, as a reader finds it between both as they are written."""
    if ligne["unite"] != "pct" or not float(ligne["ecart"]):
        return ligne["ecart"]
    borne = ligne["cible_max"] if ligne["cible_max"] and float(ligne["ecart"]) > 0 else ligne["cible"]
    ecrite = Decimal(ligne["valeur"]).quantize(Decimal(1).scaleb(-max(1, decimales)), ROUND_HALF_UP)
    return str(ecrite - Decimal(borne))


def ecrits(ligne: dict[str, str]) -> Iterator[str]:
    if ligne["statut"] == "secret":
        yield "s"
    elif ligne["statut"] != "publie":
        yield from ("nd", "–")
    trop = ligne["resultat"] == "non_atteint" and ligne["ecart"] and Decimal(ligne["ecart"]) > 0
    yield "dépassé" if trop else MOTS.get(ligne["resultat"], "–")
    for colonne in ("numerateur", "denominateur", "valeur", "cible", "cible_max", "ecart", "menages_manquants"):
        if not ligne[colonne]:
            yield "–"
            continue
        for decimales in (2, 3) if ne_s_arrondit_pas(ligne, "valeur" if colonne == "ecart" else colonne) else (0, 1):
            brut = ecart_ecrit(ligne, decimales) if colonne == "ecart" else ligne[colonne]
            ecrit = ecrire(brut, decimales)
            nul = not float(ecrit.replace(" ", "").replace(",", "."))
            signe = "" if nul else "−" if brut.startswith("-") else "+" if colonne == "ecart" else ""
            yield signe + ecrit


@pytest.fixture(scope="module")
def publies(exemple: Projet) -> list[Publie]:
    """The contract, its codes named straight from the reference files."""

    def lire(chemin: str, code: str = "code", nom: str = "libelle") -> dict[str, str]:
        with (exemple.reference / chemin).open(encoding="utf-8-sig", newline="") as flux:
            return {ligne[code]: net(ligne[nom]) for ligne in csv.DictReader(flux)}

    nomenclatures = {c.stem: lire(f"nomenclatures/{c.name}") for c in exemple.reference.glob("nomenclatures/*.csv")}
    communes = lire("territory/communes.csv", "code_insee", "nom")
    lieux = communes | lire("territory/qpv.csv", "code", "nom") | {exemple.epci_siren: net(exemple.epci_nom_court)}
    acteurs = nomenclatures["bailleurs"] | nomenclatures["reservataires"] | {"NR": "non renseigné ou non reconnu"}
    autres = communes | nomenclatures["provenances"]
    autres |= {code: net(libelle) for code, libelle in choix_des_regles(References(exemple)).items()}
    autres |= {code: net(f"{code} – {indicateur.titre}") for code, indicateur in PAR_CODE.items()}

    def lire_une(ligne: dict[str, str]) -> Publie:
        modalites = autres | nomenclatures.get(PAR_CODE[ligne["indicateur"]].modalites, {}) | NON_RENSEIGNE
        lieu = ZONES.get(ligne["perimetre_type"]) or lieux.get(ligne["perimetre_code"], "quartier non renseigné")
        acteur = [acteurs[code] for code in [ligne["acteur_code"]] if code]
        modalite = [modalites.get(code, code) for code in [ligne["modalite"]] if code]
        noms = frozenset([ligne["annee"], lieu, *acteur, *modalite])
        return Publie(ligne, lieu, noms, frozenset(ecrits(ligne)))

    return [lire_une(ligne) for ligne in contrat(exemple.rapports / ANNEE / "indicateurs.csv")]


@cache
def page_de(chemin: Path) -> Noeud:
    return arbre(chemin.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def pages(exemple: Projet) -> dict[str, Noeud]:
    """Path under the folder of the year → content."""
    dossier = exemple.rapports.resolve() / ANNEE
    lues = {c.relative_to(dossier).as_posix(): page_de(c) for c in sorted(dossier.rglob("*.html"))}
    systemes = ("index", "bilan", "demande", "gestion-en-flux", "cotation", "occupation", "gouvernance", "methode")
    dossiers = Counter(nom.partition("/")[0] for nom in lues if "/" in nom)
    assert {f"{nom}.html" for nom in systemes} <= set(lues) and len(lues) == len(systemes) + sum(dossiers.values())
    assert dossiers == {"communes": 19, "bailleurs": 5, "reservataires": 5}
    return lues


def toutes_les_figures(pages: dict[str, Noeud]) -> Iterator[tuple[str, Noeud]]:
    for nom, page in pages.items():
        for cle, figure in figures(page).items():
            yield f"{nom} {cle}", figure


# --- The pages ------------------------------------------------------------------------------------------------------


def admis(faute: str, bloc: str) -> bool:
    """Not a fault: a number of an article of the press, a code. The others are the map's, to be mended there."""
    presse = faute.startswith("milliers") and ("La Gazette des communes" in bloc or re.fullmatch(r"\d{5}", bloc))
    return bool(presse) or bloc.startswith("Légende : ") or "Touche de tabulation : " in bloc


def test_chaque_page_se_lit_dit_qu_elle_est_fictive_et_ne_dit_rien_de_la_machine(
    exemple: Projet, pages: dict[str, Noeud]
) -> None:
    for nom, page in pages.items():
        assert not fautes(page, admis), nom
        assert "Données fictives" in page.texte and page.un("html").attributs["lang"] == "fr", nom
        html = (exemple.rapports / ANNEE / nom).read_text(encoding="utf-8")
        assert len(html.encode()) < 3_000_000
        assert not re.search(r"/(tmp|home|root)/|[A-Z]:\\\\Users|_pseudonyme", html) and str(exemple.racine) not in html


@cache
def identifiants(chemin: Path) -> Counter[str]:
    return Counter(n.attributs["id"] for n in page_de(chemin).tous() if "id" in n.attributs)


def test_chaque_lien_a_sa_cible_et_aucun_identifiant_n_est_double(exemple: Projet, pages: dict[str, Noeud]) -> None:
    dossier = exemple.rapports.resolve() / ANNEE
    menes = {nom: set[Path]() for nom in pages}
    for nom, page in pages.items():
        doubles = [cle for cle, fois in identifiants(dossier / nom).items() if fois > 1]
        ici = {cible for n in page.tous() for r in REFERENCES for cible in n.attributs.get(r, "").split()}
        perdues = ici - set(identifiants(dossier / nom))
        for lien in (n.attributs["href"] for n in page.tous() if ":" not in n.attributs.get("href", ":")):
            fichier, _, ancre = lien.partition("#")
            vers = ((dossier / nom).parent / unquote(fichier)).resolve() if fichier else dossier / nom
            assert vers.is_file(), (nom, lien)
            menes[nom].add(vers)
            if ancre and not identifiants(vers)[unquote(ancre)]:
                perdues.add(lien)
        assert not doubles and not perdues, (nom, doubles, perdues)
        assert "/" not in nom or {dossier / "index.html", dossier / "bilan.html"} <= menes[nom], nom
    tout = {c for c in dossier.rglob("*") if c.is_file() and not c.name.startswith(".")} - {dossier / "index.html"}
    assert menes["index.html"] >= tout, "the home page leads everywhere"


# --- The figures ----------------------------------------------------------------------------------------------------


def test_chaque_figure_a_titre_source_alternative_et_donnees(pages: dict[str, Noeud]) -> None:
    vues = 0
    for nom, figure in toutes_les_figures(pages):
        assert figure.un("span", "titre").texte.strip() and figure.un("span", "sous-titre").texte.strip(), nom
        for source in [] if "/" in nom else [figure.un("p", "source").texte]:  # A sheet has one for all.
            assert source.startswith("Source\u202f: ") and "Données fictives." in source, nom
        assert figure.tous("td"), nom
        dessin = figure.un("div", "graphique")
        decrit = next(n for n in dessin.tous() if n.attributs.get("role") in ("img", "group"))
        decrivent = decrit.attributs.get("aria-describedby", "").split()
        enonce = [n.texte for n in dessin.tous() if n.balise == "desc" or n.attributs.get("id") in decrivent]
        # A matrix is its own table.
        assert nom.endswith("commune-classe") or re.search(r"\d|secret|disponible|publié", " ".join(enonce)), nom
        vues += 1
    assert vues > 150


def nombre(ecrit: str) -> Decimal:
    return Decimal(ecrit.replace(" ", "").replace(",", ".").replace("−", "-"))


def est_l_ecart(dit: str, avant: str, apres: str) -> bool:
    """Whether a change, in points or in %, is that of two printed figures, to their rounding."""
    a, b, x = nombre(avant), nombre(apres), abs(nombre(dit))
    moitie = Decimal("0.05") if "," in avant + apres else Decimal()
    limite = (Decimal("0.05") if "," in dit else Decimal("0.5")) + Decimal("0.001")
    if abs(abs(b - a) - x) <= limite + 2 * moitie:
        return True
    return a > 0 and abs(abs(100 * (b - a) / a) - x) <= limite + 100 * moitie * (a + b) / a**2


# Titles told of another scale of the same rows (tests/rapport), or of two tables.
TITRES_A_PART = ("refus", "lignes-v02-annee", "s01-commune", "s01e-classe")


def test_le_titre_et_l_alternative_d_une_figure_disent_les_chiffres_de_son_tableau(
    pages: dict[str, Noeud], lecteur: Lecteur
) -> None:
    """The words of a reader, and those of one who does not see the drawing; a title may tell an evolution, or a sum."""
    vus = 0
    for nom, figure in toutes_les_figures(pages):
        if nom.split()[-1] in TITRES_A_PART:
            continue
        montres, series, sommes = set[str](), list[list[str]](), set[str]()
        for table in figure.tous("table"):
            montres |= {mot.lstrip("+−") for bloc in table.blocs() for mot in dits(bloc)}
            lignes = [[dits(c.texte)[:1] for c in ligne.tous("td")] for _, ligne in rangees(table)]
            series += [
                [c[0] for c in serie if c and c[0][-1].isdigit()] for serie in (*lignes, *zip(*lignes, strict=False))
            ]
            entieres = [s for s in zip(*lignes, strict=False) if all(c and re.fullmatch(r"[\d ]+", c[0]) for c in s)]
            sommes |= {ecrire(str(sum(nombre(c[0]) for c in s)), 0) for s in entieres}
        # A map turns to several years: its second drawing is told of the rows of all of them.
        lisses = [desc for cadre in figure.tous("div", "lisse") for desc in cadre.tous("desc")]
        for desc in lisses:
            assert net(desc.texte) == lecteur.alternative_lissee(nom.split()[-1].split("-")[1].upper()), nom
        enonces = [figure.un("span", "titre"), *(d for d in figure.tous("desc") if d not in lisses)]
        for noeud in enonces:
            mots = {mot.lstrip("+−") for mot in dits(noeud.texte) if "," in mot or len(mot) > 2} - montres - sommes
            inconnus = {
                mot
                for mot in mots
                if mot[0].isdigit()
                and not re.fullmatch(r"20\d\d|100", mot)
                and not any(est_l_ecart(mot, avant, s[-1]) for s in series for avant in s[:-1])
            }
            assert not inconnus, (nom, inconnus, noeud.texte[:200])
            vus += len(dits(noeud.texte))
    assert vus > 2500


def test_une_carte_dit_le_dernier_chiffre_de_sa_serie_et_ce_qui_a_change(pages: dict[str, Noeud]) -> None:
    """The figure, the line that one does not see, and the evolution over a year: said of the same two figures."""
    vues = 0
    for nom, page in pages.items():
        for carte in page.tous("article", "carte"):
            if not carte.tous("desc"):
                continue
            par_an = dict(x.partition(", ")[::2] for x in net(carte.un("desc").texte).rstrip(".").split(" ; "))
            valeur, dernier = dits(carte.un("p", "valeur").texte), par_an[ANNEE]
            assert valeur == (["s"] if re.search("secret|masqué", dernier) else dits(dernier) or ["–"]), nom
            for evolution in carte.tous("p", "evolution"):
                avant = dits(par_an[str(int(ANNEE) - 1)])[0]
                assert all(est_l_ecart(x, avant, valeur[0]) for x in dits(evolution.texte)), (nom, evolution.texte)
                sens = "hausse" if nombre(valeur[0]) > nombre(avant) else "baisse"
                # Of a share, a change that chance may make is none: its standard errors are in test_annees.
                immobile = "sans changement net" if "%" in carte.un("p", "valeur").texte else "stable"
                assert sens in evolution.texte or immobile in evolution.texte, (nom, evolution.texte)
            vues += 1
    assert vues > 100


# --- The tables -----------------------------------------------------------------------------------------------------


class Lecteur:
    """Finds the published figures that a cell may tell: of the row, of the column, of the caption."""

    def __init__(self, publies: list[Publie], epci: str, stocks: dict[tuple[str, ...], dict[str, str]]) -> None:
        self.stocks = stocks
        self.epci = net(epci)
        self.connus = {nom for publie in publies for nom in publie.noms}
        self.par_titre = {code.casefold(): {code} for code in PAR_CODE}
        for code, indicateur in PAR_CODE.items():
            self.par_titre.setdefault(net(titre_seul(indicateur)), set()).add(code)
        self.longs = sorted(nom for nom in self.connus if len(nom) > 2)
        self.annees, self.lieux = ({p.ligne["annee"] for p in publies}, {p.lieu for p in publies})
        self.classes = self.connus - self.annees - self.lieux
        self.ranges: dict[tuple[str, str, str], list[Publie]] = {}
        for publie in publies:
            self.ranges.setdefault((publie.ligne["indicateur"], publie.ligne["annee"], publie.lieu), []).append(publie)

    def nommes(self, texte: str) -> set[str]:
        return {nom for nom in self.longs if nom in texte}

    def possibles(self, codes: set[str], exiges: set[str], ici: set[str]) -> Iterator[Publie]:
        """The rows of some indicators that are named by what is told ``ici``, and by all that is required."""
        cles = product(codes, self.annees & ici, self.lieux & ici)
        return (p for cle in cles for p in self.ranges.get(cle, ()) if exiges <= p.noms <= ici)

    def fautes(self, table: Noeud, contexte: str, codes: set[str]) -> Iterator[tuple[str, ...]]:
        """The cells that tell no published figure of their row."""
        titres = [net(th.texte) for th in table.un("thead").tous("th")][1:]
        par_defaut = self.nommes(contexte) | {ANNEE, self.epci}
        en_colonne = {titre: self.nommes(titre) for titre in titres}
        for nommee, rangee in rangees(table):
            nom, cellules = net(nommee), [net(td.texte) for td in rangee.tous("td")]
            siens = self.par_titre.get(nom.partition(" : ")[0], codes)
            en_ligne = par_defaut | self.nommes(" ; ".join([nom, *(c for c in cellules if not dits(c))])) | {nom}
            for titre, cellule in zip(titres, cellules, strict=True):
                engagement = titre in ("objectif", "cible") and "s" in cellules  # Told of a masked figure too.
                if not dits(cellule) or titre.startswith(CALCULEES) or engagement:
                    continue
                exiges, ici = {nom} & self.connus, en_ligne | en_colonne[titre]
                colonne = {titre.removesuffix(" %")} & self.connus
                if titre in RAPPORTS and cellule != "–":
                    n, d = (nombre(dict(zip(titres, cellules, strict=True))[terme]) for terme in RAPPORTS[titre])
                    juste = cellule == f"{ecrire(str(100 * n / d), 1)} %"
                elif titre in ("réservés en stock", "part du parc") and cellule != "–":
                    juste = cellule == self.stocks[tuple(nom.split(" – "))][titre]
                elif "écart à l’ensemble" in titre:
                    juste = cellule in {self.ecart(p) for p in self.possibles(siens, exiges, ici)}
                else:
                    strictes = [*self.possibles(siens, exiges | colonne, ici), *self.possibles(siens, exiges, ici)]
                    # Some tables name a class by a sentence, or put beside the indicators of their sheets another one;
                    # of the year and of the place that are named, unless nothing has these names.
                    larges = self.possibles(set(PAR_CODE) if siens is codes else siens, exiges, ici | self.classes)
                    if not strictes:
                        larges = chain(larges, self.possibles(siens, exiges, self.connus))
                    juste = any(p.dit(dits(cellule)) for p in chain(strictes, larges))
                if not juste:
                    yield nom, titre, cellule

    def du_lieu(self, code: str, lieu: str, annee: str = ANNEE) -> dict[str, str]:
        """The row of a whole commune, or of all of them."""
        siens = [p.ligne for p in self.ranges[code, annee, lieu] if p.ligne["perimetre_type"] in ("commune", "epci")]
        return next(x for x in siens if not x["acteur_code"] and not x["modalite"])

    def communes(self, code: str, *statuts: str) -> list[str]:
        """The communes whose figure of the year has one of some status, in the order of the contract."""
        siens = [p for (c, a, _), ici in self.ranges.items() if (c, a) == (code, ANNEE) for p in ici]
        siens = [p for p in siens if p.ligne["perimetre_type"] == "commune" and not p.ligne["acteur_code"]]
        return [p.lieu for p in siens if not p.ligne["modalite"] and p.ligne["statut"] in statuts]

    def peu(self, code: str) -> set[str]:
        """Those whose published share of the year rests on few allocations."""
        publiees = self.communes(code, "publie")
        return {lieu for lieu in publiees if Decimal(self.du_lieu(code, lieu)["denominateur"]) < PEU_DE}

    def reunis(self, code: str, lieu: str) -> tuple[Decimal, Decimal, list[Decimal]] | str:
        """The two terms over several years and the share of each, or the sign of what has none: masked in one of them,
        or without any allocation."""
        lignes = [self.du_lieu(code, lieu, annee) for annee in REUNIES]
        statuts = {x["statut"] for x in lignes}
        if statuts != {"publie"}:
            return "s" if "secret" in statuts else "–"
        n, d = (sum(Decimal(x[terme]) for x in lignes) for terme in ("numerateur", "denominateur"))
        return Decimal(n), Decimal(d), sorted(Decimal(x["valeur"]) for x in lignes)

    def alternative_lissee(self, code: str) -> str:
        """What the text alternative of the map of several years has to tell."""
        dits_ = []
        for lieu in self.communes(code, "publie", "secret", "sans_objet"):
            reunis = self.reunis(code, lieu)
            if isinstance(reunis, str):
                dits_.append(f"{lieu}, {'secret statistique' if reunis == 's' else 'sans objet'}")
                continue
            bas, haut = bornes(self.du_lieu(code, lieu))
            part = 100 * reunis[0] / reunis[1]
            dit = "non atteint" if bas is not None and part < bas else "atteint"
            dit = "dépassé" if haut is not None and part > haut else dit
            dits_.append(f"{lieu}, {ecrire(str(part), 1)} %, objectif {dit}")
        return f"{' ; '.join(dits_)}."

    def fautes_de_peu(self, table: Noeud, _contexte: str, codes: set[str]) -> Iterator[tuple[str, ...]]:
        """The same, of communes with few allocations: the share of the year, and that of several years together."""
        (code,) = codes
        titres = [net(th.texte) for th in table.un("thead").tous("th")][1:]
        assert titres == [
            f"{ANNEE} %", f"attributions {ANNEE}", f"{REUNIES[0]}-{ANNEE} %", f"attributions {REUNIES[0]}-{ANNEE}",
            "selon l’année",
        ]  # fmt: skip
        for nomme, rangee in rangees(table):
            lieu, cellules = net(nomme), [net(td.texte) for td in rangee.tous("td")]
            an, reunis = self.du_lieu(code, lieu), self.reunis(code, lieu)
            voulues = [ecrire(an["valeur"], 1), ecrire(an["denominateur"], 0)]
            if isinstance(reunis, str):
                voulues += [reunis] * 3
            else:
                n, d, parts = reunis
                bas, haut = (ecrire(str(part), 1) for part in (parts[0], parts[-1]))
                voulues += [ecrire(str(100 * n / d), 1), ecrire(str(d), 0), f"de {bas} à {haut} %"]
            yield from ((lieu, *x) for x in zip(titres, cellules, voulues, strict=True) if x[1] != x[2])

    def fautes_lissees(self, table: Noeud, _contexte: str, codes: set[str]) -> Iterator[tuple[str, ...]]:
        """The same, of the map to explore over several years."""
        titre = net(table.un("caption").texte).removesuffix(LISSEE)
        (code,) = {code for code in codes if net(PAR_CODE[code].titre) == titre}
        titres = [net(th.texte) for th in table.un("thead").tous("th")][1:]
        tout = self.reunis(code, self.epci)
        for nomme, rangee in rangees(table):
            lieu, cellules = net(nomme), [net(td.texte) for td in rangee.tous("td")]
            reunis, an = self.reunis(code, lieu), self.du_lieu(code, lieu)
            voulues: dict[str, str]
            if isinstance(reunis, str):
                voulues = dict.fromkeys(titres, reunis)
                if reunis == "–" and an["resultat"] == "sans_objet":
                    voulues["résultat"] = "sans objet"
            else:
                assert not isinstance(tout, str)
                n, d, parts = reunis
                part, min_max = 100 * n / d, [ecrire(str(x), 1) for x in (parts[0], parts[-1])]
                ecart = nombre(ecrire(str(part), 1)) - nombre(ecrire(str(100 * tout[0] / tout[1]), 1))
                voulues = {"ménages concernés": ecrire(str(n), 0), "ensemble": ecrire(str(d), 0),
                           "part %": ecrire(str(part), 1), "ménages manquants ou de trop": "–",
                           "écart à l’ensemble points": signe(ecart),
                           "selon l’année": "de {} à {} %".format(*min_max)}  # fmt: skip
                if an["cible"]:
                    bas, haut = bornes(an)
                    dehors = part - bas if bas is not None and (haut is None or part < bas) else Decimal()
                    dehors = part - haut if haut is not None and (bas is None or part > haut) else dehors
                    tenu = (bas is None or part >= bas) and (haut is None or part <= haut)
                    cibles = {"plancher": "{}", "plafond": "au plus {1}", "intervalle": "{} à {}"}[an["sens"]]
                    manque = "dépassé" if dehors > 0 else "non atteint"
                    voulues |= {"objectif %": cibles.format(*(ecrire(str(x or 0), 0) for x in (bas, haut))),
                                "écart points": signe(dehors.quantize(Decimal("0.1"), ROUND_HALF_UP)),
                                "résultat": "atteint" if tenu else manque}  # fmt: skip
            yield from ((lieu, t, c, voulues[t]) for t, c in zip(titres, cellules, strict=True) if c != voulues[t])

    def fautes_des_vises(self, table: Noeud, _contexte: str, _codes: set[str]) -> Iterator[tuple[str, ...]]:
        """The same, of what decisions are to move: the year before each, then its year and those that follow."""
        titres = [net(th.texte) for th in table.un("thead").tous("th")][1:]
        assert titres[:3] == ["prise", "indicateur", "l’année d’avant"] and {*titres[3:]} == self.annees
        for rangee in table.un("tbody").tous("tr"):
            prise, indicateur, *cellules = [net(td.texte) for td in rangee.tous("td")]
            nom, code, lieu = re.fullmatch(r"(.*) \((\w+)\)(?:, (.*))?", indicateur).groups()  # type: ignore[union-attr]
            assert code.upper() in self.par_titre[nom]
            annee = int(prise[-4:])
            annees = [str(annee - 1), *(titre if int(titre) >= annee else "" for titre in titres[3:])]
            for titre, cellule in zip(annees, cellules, strict=True):
                voulus = self.ranges.get((code.upper(), titre, lieu or self.epci), [])
                voulus = [p for p in voulus if not p.ligne["acteur_code"] and not p.ligne["modalite"]]
                juste = cellule == "–" if not voulus else bool(dits(cellule)) and voulus[0].dit(dits(cellule))
                if not juste:
                    yield indicateur, prise, titre, cellule

    def fautes_de_combler(self, table: Noeud, _contexte: str, codes: set[str]) -> Iterator[tuple[str, ...]]:
        """The same, of those who lack households for an objective that the whole misses: its own, else that of all."""
        (code,) = codes
        titres = [net(th.texte) for th in table.un("thead").tous("th")]
        assert titres == ["qui", "objectif", "ménages concernés", "ensemble", "ménages manquants",
                          "part de ce qui manque"]  # fmt: skip
        siens = [p for (c, a, _), ici in self.ranges.items() if (c, a) == (code, ANNEE) for p in ici]
        siens = [p for p in siens if not p.ligne["modalite"] and p.ligne["statut"] in ("publie", "secret")]
        par_axe: dict[str, dict[str, Publie]] = {}
        for p in siens:
            acteur, lieu = p.ligne["acteur_type"], p.ligne["perimetre_type"]
            if lieu == "epci" and p.ligne["acteur_code"] != "NR":
                (nom,) = p.noms - {ANNEE, p.lieu} if acteur else {"ensemble"}
                par_axe.setdefault(acteur, {})[nom] = p
            elif lieu == "commune" and not acteur:
                par_axe.setdefault(lieu, {})[p.lieu] = p
        tout = par_axe[""]["ensemble"]
        au_dessus = tout.ligne["ecart"][0] != "-"
        rangees = {
            net(tr.un("th").texte): [net(td.texte) for td in tr.tous("td")] for tr in table.un("tbody").tous("tr")
        }
        if PAR_CODE[code].compte.champ_bailleur:  # Of other dwellings than those of the whole.
            del par_axe["bailleur"]
        if rangees.keys() != {nom for axe in par_axe.values() for nom in axe}:
            yield "lignes", *sorted(rangees.keys() ^ {nom for axe in par_axe.values() for nom in axe})
        for axe in par_axe.values():
            manques = {nom: manque(p.ligne, tout.ligne, au_dessus) for nom, p in axe.items() if p.ligne["valeur"]}
            for nom, p in axe.items():
                objectif, *autres = rangees.get(nom, ["", ""])
                if nom not in manques:
                    voulues, juste = ["s"] * 4, objectif == "s"
                else:
                    somme, comptes = sum(manques.values()), (p.ligne["numerateur"], p.ligne["denominateur"])
                    part = (
                        f"{ecrire(str(Decimal(100 * manques[nom]) / somme), 0)} %" if somme and p is not tout else "–"
                    )
                    voulues = [*(ecrire(x, 0) for x in comptes), ecrire(str(manques[nom]), 0), part]
                    porteur = p if p.ligne["cible"] else tout
                    juste = porteur.dit(dits(objectif)) and objectif.endswith("(commun)") == (porteur is not p)
                if not juste or autres != voulues:
                    yield nom, objectif, *autres, *voulues

    def ecart(self, publie: Publie) -> str:
        """The difference to the figure of the whole, of two published figures as they are printed."""
        if publie.ligne["statut"] == "secret":
            return "s"
        noms = publie.noms - {publie.lieu} | {self.epci}
        ensemble = next(self.possibles({publie.ligne["indicateur"]}, noms, noms))
        if publie is ensemble or not publie.ligne["valeur"] or not ensemble.ligne["valeur"]:
            return "–"
        return signe(nombre(ecrire(publie.ligne["valeur"], 1)) - nombre(ecrire(ensemble.ligne["valeur"], 1)))


def signe(ecart: Decimal) -> str:
    """A difference as a page writes it."""
    return ("0,0" if not ecart else "+" if ecart > 0 else "−") + (ecrire(str(ecart), 1) if ecart else "")


def bornes(ligne: dict[str, str]) -> tuple[Decimal | None, Decimal | None]:
    """The floor and the ceiling of the objective of a row."""
    sens, cible = ligne["sens"], Decimal(ligne["cible"])
    haut = Decimal(ligne["cible_max"]) if sens == "intervalle" else cible
    return None if sens == "plafond" else cible, None if sens == "plancher" else haut


def manque(ligne: dict[str, str], tout: dict[str, str], au_dessus: bool) -> int:
    """The households that its own objective lacks as published, on the side of the whole; else that of the whole."""
    if ligne["cible"]:
        return int(ligne["menages_manquants"]) if (Decimal(ligne["ecart"]) > 0) == au_dessus else 0
    bas, haut = bornes(tout)
    n, d = int(ligne["numerateur"]), int(ligne["denominateur"])
    if au_dessus:
        return max(0, n - floor(haut * d / 100)) if haut is not None else 0
    return max(0, ceil(bas * d / 100) - n) if bas is not None else 0


@pytest.fixture(scope="module")
def lecteur(publies: list[Publie], exemple: Projet) -> Lecteur:
    """With the last stock of each landlord and réservataire, straight from the file where it is recorded."""
    noms: dict[str, str] = {}
    for quoi in ("bailleurs", "reservataires"):
        with (exemple.reference / "nomenclatures" / f"{quoi}.csv").open(encoding="utf-8-sig", newline="") as flux:
            noms |= {ligne["code"]: net(ligne["libelle"]) for ligne in csv.DictReader(flux)}
    with (exemple.reference / "parameters" / "etats_des_lieux_flux.csv").open(encoding="utf-8-sig", newline="") as flux:
        etats = sorted(csv.DictReader(flux), key=lambda x: x["jour"])
    stocks: dict[tuple[str, ...], dict[str, str]] = {}
    for x in etats:
        reserves = x["logements_reserves"]
        part = str(100 * Decimal(reserves) / Decimal(x["logements_du_bailleur"]))
        dits_ = {"réservés en stock": ecrire(reserves, 0), "part du parc": f"{ecrire(part, 1)} %"}
        stocks[noms[x["bailleur"]], noms[x["reservataire"]]] = dits_
    return Lecteur(publies, exemple.epci_nom_court, stocks)


def de_chiffres(page: Noeud) -> list[tuple[Noeud, str, set[str]]]:
    """The tables of figures of a page, what is said above each, and the indicators of its figure."""
    tables, entete = {}, net(page.un("h1").texte)
    for figure in figures(page).values():
        feuilles = " ".join(net(d.texte) for d in figure.tous("details"))
        codes = {code.upper() for code in re.findall(r"« (\w+)(?: –| »)", feuilles)} & set(PAR_CODE)
        contexte = f"{entete} {net(figure.un('span', 'titre').texte)}"
        tables |= {id(t): (contexte, codes or set(PAR_CODE)) for t in figure.tous("table")}
    legendes = [(t, t.un("caption").texte) for t in page.tous("table")]
    par_legende = {net(f"{indicateur.titre}, {ANNEE}"): {code} for code, indicateur in PAR_CODE.items()}
    return [
        (table, f"{contexte} {net(legende)}", codes)
        for table, legende in legendes
        if not legende.startswith(SANS_CHIFFRE)
        for contexte, codes in [tables.get(id(table), (entete, par_legende.get(net(legende), set(PAR_CODE))))]
    ]


def test_chaque_cellule_dit_un_chiffre_publie_de_sa_ligne(pages: dict[str, Noeud], lecteur: Lecteur) -> None:
    vues, fausses = 0, []
    for nom, page in pages.items():
        for table, contexte, codes in de_chiffres(page):
            vues += len(table.tous("td"))
            a_part = {PEU: lecteur.fautes_de_peu, COMBLER: lecteur.fautes_de_combler, LISSEE: lecteur.fautes_lissees,
                      VISES: lecteur.fautes_des_vises}  # fmt: skip
            chercher = next((f for legende, f in a_part.items() if legende in contexte), lecteur.fautes)
            fausses += [(nom, contexte[:80], *faute) for faute in chercher(table, contexte, codes)]
    assert not fausses, "\n".join(map(str, fausses[:20]))
    assert vues > 14_000


def test_un_tableau_par_lieu_ou_par_bailleur_les_a_tous(
    pages: dict[str, Noeud], publies: list[Publie], lecteur: Lecteur
) -> None:
    """In the pages of the whole: no row is lost, whatever it has to say; some tables are of some communes alone."""
    lieux = {p.lieu for p in publies if (p.ligne["indicateur"], p.ligne["perimetre_type"]) == ("V01", "commune")}
    bailleurs = {nom for p in publies if p.ligne["indicateur"] == "A01" for nom in p.noms if nom.startswith("bailleur")}
    vus = 0
    for nom, page in pages.items():
        # The cotation parts the landlords that try it from the others.
        for table, contexte, codes in [] if "/" in nom or nom == "cotation.html" else de_chiffres(page):
            lignes = dict.fromkeys(net(tr.un("th").texte) for tr in table.un("tbody").tous("tr"))
            communes = [lieu for lieu in lignes if lieu in lieux]
            assert communes == sorted(communes, key=lambda lieu: (lieu != "le mans", sans_accent(lieu))), nom
            voulus = lieux
            if PEU in contexte:
                voulus = lecteur.peu(*codes)
            elif COMBLER in contexte:
                voulus = {*lecteur.communes(*codes, "publie", "secret")}
            assert voulus is lieux or {*communes} == voulus, (nom, table.un("caption").texte)
            for tous in (voulus, bailleurs):
                if len(lignes.keys() & tous) > 2:
                    assert lignes.keys() >= tous, (nom, table.un("caption").texte)
                    vus += 1
    assert vus > 60


def sans_accent(texte: str) -> str:
    return unicodedata.normalize("NFD", texte).encode("ascii", "ignore").decode()


def test_le_suivi_a_chaque_chiffre_qui_a_un_objectif(pages: dict[str, Noeud], publies: list[Publie]) -> None:
    """A row a figure with a target, in the table of its indicator; « resultat » says that a masked one has one."""
    lignes = [p.ligne for p in publies]
    suivis = [x["indicateur"] for x in lignes if x["annee"] == ANNEE and x["resultat"] not in ("", "sans_objet")]
    suivi = next(n for n in pages["bilan.html"].tous("details") if "un par un" in n.un("summary").texte)
    montres = {net(t.un("caption").texte): len(t.un("tbody").tous("tr")) for t in suivi.tous("table")}
    voulus = Counter(net(f"{PAR_CODE[code].titre}, {ANNEE}") for code in suivis)
    assert montres.items() >= voulus.items() and len(suivis) > 50
