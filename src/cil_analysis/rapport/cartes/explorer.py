"""The map to explore: drawn by folium, with a choice of indicator, year and commune, and no network."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, Any, NamedTuple

from jinja2.utils import htmlsafe_json_dumps

from cil_analysis.grammaire.indicateur import MOIS, NOMBRE, RATIO
from cil_analysis.grammaire.libelles import titre_seul
from cil_analysis.rapport import lissage
from cil_analysis.rapport.annees import joindre
from cil_analysis.rapport.bloc import Bloc, remplir
from cil_analysis.rapport.cartes import carte_folium, cartographie
from cil_analysis.rapport.cartes import communes as cc
from cil_analysis.rapport.cartes.carte_folium import CHAMPS
from cil_analysis.rapport.cartes.communes import Echelle, a_des_objectifs
from cil_analysis.rapport.dessins import theme
from cil_analysis.rapport.figure import Dits, lien_du_classeur, note_de_secret, note_des_resultats_tus, replier
from cil_analysis.rapport.mots.definitions import definitions
from cil_analysis.rapport.mots.formats import SECRET_COURT, echapper
from cil_analysis.rapport.mots.gabarits import Annee, Gabarits
from cil_analysis.rapport.mots.lignes import OBJECTIFS, cellule, description, signe
from cil_analysis.rapport.usages import LISTE, exiger_parmi, exiger_un_identifiant
from cil_analysis.secret.table_publiee import LignePubliee
from cil_analysis.typographie import RIEN, accorder, nombre, typographie

if TYPE_CHECKING:
    import geopandas as gpd

    from cil_analysis.rapport.rapport import Rapport
    from cil_analysis.rapport.table import Table

NOM = "Carte à explorer"
_GROUPES = {True: "Objectifs des communes", False: "Autres indicateurs"}
_LIEUX = ("centre", "bord")  # of the circle that a commune holds


class Vue(NamedTuple):
    """An indicator in a year, or over several (« 2020-2022 »): its figures by commune, its title and subtitle."""

    code: str
    periode: str
    communes: Table
    titre: str
    sous_titre: str

    @property
    def nom(self) -> str:
        """What its pieces of the page are called."""
        return f"{self.code} {self.periode}"


def a_montrer(rapport: Rapport, choisis: Sequence[str] = ()) -> Iterator[tuple[Table, dict[str, Any]]]:
    """The figures by commune, an indicator and a year at a time, with the words that titles read.

    ``choisis``: codes; without any, the objectives that communes have, then what cartes.yml lists. Before the years of
    an indicator, several of them together where some communes have few allocations (lissage.yml).
    """
    toutes = {code: rapport.ensemble[code].par("commune", "annee") for code in (*rapport.publication, *choisis)}
    objectifs = [code for code, lue in toutes.items() if a_des_objectifs(lue.publiee)]
    for code in choisis or dict.fromkeys((*objectifs, *_listes(rapport))):
        siens = toutes[code]
        dits = {"nom": typographie(titre_seul(siens.indicateur)), "a_objectif": code in objectifs}
        if lisse := lissage.sur_plusieurs_annees(siens.par("commune")):
            yield lisse, {**dits, "annee": lissage.periode_de(lisse), "lisse": True}
        for annee in sorted(set(siens.publiee.valeurs("annee"))):
            if (lue := siens.par("commune").ou(annee=annee)).a_des_chiffres:
                yield lue, {**dits, "annee": Annee(annee), "lisse": False}


def _listes(rapport: Rapport) -> Sequence[str]:
    """The indicators that cartes.yml lists; none in a project that was made before it could."""
    dit = rapport.parametre("cartes.indicateurs") or ()
    codes: Sequence[str] = dit if isinstance(dit, tuple) else (dit,)
    exiger_parmi(codes, rapport.publication, "un indicateur (data/reference/parameters/cartes.yml)", LISTE)
    return codes


class CarteAExplorer(Bloc):
    """The figure of the map; ``premiere`` of its page, it brings Leaflet. JupyterLab shows it in a frame of its own."""

    def __init__(self, html: str, *, premiere: bool) -> None:
        super().__init__(f"{carte_folium.moteur()}\n{html}" if premiere else html)
        self._seule = f'<!doctype html><meta charset="utf-8">{carte_folium.moteur()}{html}'

    def _repr_mimebundle_(self, **options: object) -> dict[str, str]:
        montre = super()._repr_mimebundle_(**options)
        if "text/html" not in montre:
            return montre
        style = "width:100%;height:52rem;border:0"
        return {"text/html": f'<iframe title="{NOM}" style="{style}" srcdoc="{escape(self._seule)}"></iframe>'}


def explorer(
    rapport: Rapport, codes: Sequence[str] = (), titre: Gabarits = "{{ nom }}",
    sous_titre: Gabarits = "{{ nom }}, {{ annee }}", identifiant: str = "explorer",
) -> Bloc:  # fmt: skip
    """Une carte à explorer, avec un choix d’indicateurs et d’années, qui se passe de réseau ; rien sans chiffres.

    ``codes`` : ce qu’elle montre ; sans eux, les objectifs des communes, puis ce que cartes.yml nomme. ``titre`` et
    ``sous_titre`` sont dits pour chaque indicateur et chaque année : « nom », « annee », « a_objectif », et « lisse »,
    pour plusieurs années ensemble. Elle s’ouvre sur le premier indicateur, l’année du rapport ou sa dernière.
    """
    exiger_un_identifiant(identifiant)
    montrees = a_montrer(rapport, [codes] if isinstance(codes, str) else codes)
    vues = [
        Vue(lue.indicateur.code, str(dits["annee"]), lue, lue.dire(titre, **dits), lue.dire(sous_titre, **dits))
        for lue, dits in montrees
    ]
    if not vues:
        return Bloc("")
    premiere = not rapport.explores
    if identifiant in rapport.explores:  # another map of the page has it
        identifiant = f"{identifiant}-{len(rapport.explores) + 1}"
    rapport.explores.add(identifiant)
    par_code = {code: list(siennes) for code, siennes in groupby(vues, lambda vue: vue.code)}
    premieres = next(iter(par_code.values()))
    ouverte = next((v for v in premieres if v.periode == str(rapport.annee)), premieres[-1])
    indicateurs = [siennes[0].communes.indicateur for siennes in par_code.values()]
    # Each table is shown with its view; without a script, all of them are.
    tableaux = "".join(
        f'<div data-vue="{vue.nom}">{cartographie.donnees(vue.communes)}'
        f"{lien_du_classeur([vue.communes.indicateur])}</div>"
        for vue in vues
    )
    replis = replier(f"Données : {NOM}", tableaux) + definitions(indicateurs, NOM)
    source = joindre(rapport.source(list(par_code), rapport.periode), cartographie.credit(rapport))
    echelles = {code: cartographie.classes_de([rapport.ensemble[code].par("commune")]) for code in par_code}
    html = _cadre(par_code, echelles, ouverte, identifiant)
    dits = Dits(ouverte.titre, ouverte.sous_titre, identifiant=identifiant)
    faits = {"dessin": html, "source": source, "notes": [], "replis": replis, "projete": True}
    return CarteAExplorer(remplir("figure", mots=dits, **faits), premiere=premiere)


def _cadre(
    par_code: Mapping[str, Sequence[Vue]], echelles: Mapping[str, Echelle], ouverte: Vue, identifiant: str
) -> str:
    """The map and what stands around it: three lists (that of the communes is for the keyboard), legends, notes."""
    rapport = ouverte.communes.rapport
    vues = [vue for siennes in par_code.values() for vue in siennes]
    formes = cartographie.fond(rapport, [vue.communes.publiee for vue in vues])
    communes = {v.nom: cc.placer(rapport, v.communes.publiee, formes, echelles[v.code]) for v in vues}
    sujets = {code: titre_seul(siennes[0].communes.indicateur) for code, siennes in par_code.items()}
    nom = identifiant.lower().replace("-", "_")  # how folium names a map
    legendes, notes = [], {}
    for code, siennes in par_code.items():
        etats = {etat for vue in siennes for etat in communes[vue.nom]["etat"]}
        titre = cartographie.sujet(echelles[code], sujets[code])
        legendes.append((code, cc.legende(echelles[code], etats, f"{identifiant}-{code.lower()}", titre)))
        for vue in siennes:
            secrets = note_de_secret([vue.communes.publiee])
            notes[vue.nom] = joindre(secrets, note_des_resultats_tus({sujets[code]: vue.communes}))
    return remplir(
        "explorer",
        id=identifiant,
        nom=nom,
        titre=NOM,
        indicateurs=sujets,
        groupes=groupby(par_code, lambda code: _GROUPES[echelles[code].autour_de_l_objectif]),
        annees=sorted({vue.periode for vue in vues}, key=lambda periode: (len(periode), periode)),
        ouverte=ouverte.periode,
        communes=list(zip(formes["code_insee"], formes["nom"], strict=True)),
        description=description(ouverte.communes),
        motifs=cc.HACHURES,
        theme=theme,
        legendes=legendes,
        notes=notes,
        donnees=donnees(par_code, communes, formes, identifiant),
        programme=carte_folium.programme(nom),
    )


# --- What its page holds as data --------------------------------------------------------------------------------------


def donnees(
    par_code: Mapping[str, Sequence[Vue]], communes: Mapping[str, gpd.GeoDataFrame], formes: gpd.GeoDataFrame,
    identifiant: str,
) -> str:  # fmt: skip
    """The shapes, the years of each indicator and each view, as JSON that no text can close the script element from."""
    vues = {
        vue.nom: {
            "titre": vue.titre,
            "sousTitre": vue.sous_titre,
            "communes": {c.code_insee: _fiche(c, identifiant) for c in communes[vue.nom].itertuples()},
        }
        for siennes in par_code.values()
        for vue in siennes
    }
    annees = {code: [vue.periode for vue in siennes] for code, siennes in par_code.items()}
    objet = {"contours": _geojson(formes), "annees": annees, "vues": vues}
    return htmlsafe_json_dumps(objet, ensure_ascii=False, separators=(",", ":"))


def _fiche(c: Any, identifiant: str) -> dict[str, Any]:
    """How a commune is painted in a view, what is written on it, what its tooltip says: HTML, escaped."""
    return {
        "etat": c.etat,
        "texte": c.texte,
        "encre": theme.encre_sur(c.couleur),
        "fond": f"url(#{identifiant}-{c.etat}-hachures)" if c.etat in cc.HACHURES else c.couleur,
        "dits": {nom: echapper(dit) for nom, dit in _dits(c.ligne, c.etat).items()},
    }


def _dits(c: LignePubliee, etat: str) -> dict[str, str]:
    """What is said of a commune, as published and formatted; nothing is said of what its indicator has not."""
    lus = {nom: cellule(c, nom, avec_unite=True) for nom in ("valeur", "cible", "ecart")}
    valeur, objectif, ecart = lus["valeur"].texte, "", ""
    if etat not in (cc.CLASSE, cc.SANS_OBJECTIF):  # The words that the legend has for its sign.
        valeur = cc.SIGNES[etat].mots.partition(" : ")[2]
    if c["resultat"]:
        resultat = f" ({OBJECTIFS[c['resultat']]})" if c["resultat"] in OBJECTIFS else ""
        objectif, ecart = lus["cible"].texte, lus["ecart"].texte + ("" if lus["ecart"].est_un_signe else resultat)
    if selon_l_annee := lissage.etendue(c):
        valeur += f" ({selon_l_annee} selon l’année)"
    return {"valeur": valeur, "objectif": objectif, "ecart": ecart, "effectifs": _effectifs(c)}


def _effectifs(c: LignePubliee) -> str:
    if c["unite"] == NOMBRE:
        return ""
    if signe(c, "valeur") == SECRET_COURT:
        return SECRET_COURT
    if c["unite"] == MOIS:
        return RIEN if signe(c, "valeur") else accorder(c["denominateur"], "ménage", "ménages")
    if c["numerateur"] == c["numerateur"] and c["denominateur"] > 0:
        return f"{nombre(c['numerateur'])} {'pour' if c['unite'] == RATIO else 'sur'} {nombre(c['denominateur'])}"
    return RIEN


def _geojson(formes: gpd.GeoDataFrame) -> dict[str, Any]:
    """One feature is one commune, in WGS84 (five decimals: a metre): its name, the circle that it holds."""
    cercles = formes.maximum_inscribed_circle(tolerance=50).to_crs(4326)
    lieux = [[[round(y, 5), round(x, 5)] for x, y in cercle.coords] for cercle in cercles]
    dits: dict[str, Any] = dict.fromkeys(CHAMPS, "") | {"nom": [echapper(nom) for nom in formes["nom"]]}
    dits |= dict(zip(_LIEUX, map(list, zip(*lieux, strict=True)), strict=True))
    contours = formes.to_crs(4326).geometry.set_precision(1e-5).set_axis(formes["code_insee"])
    return dict(json.loads(contours.to_frame("geometry").assign(**dits).to_json()))
