"""(c) The report, from its notebook to its page."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

from benchmarks import donnees
from benchmarks.tableau import Ligne

APPELS, CHIFFRES = Path("appels.pickle"), Path("publication.pickle")


class Rendu:
    """Exécution et rendu du carnet bilan_annuel.qmd, moteur interne, sans PDF.

    Measured: what makes the page of an already published bilan – kernel started and stopped, every cell run, Pandoc,
    the page written. The figures are published before, once, and handed over as « cil bilan » does.
    Reference, two parts: nbclient executes a notebook whose only cell has the same imports, kernel started and stopped,
    and a fresh process that has made those imports draws and serialises the figures of the report, each once, as the
    report shows them (charts, maps, small multiples, key series, the interactive map with its data). Not in it: the
    choice of what is drawn, its descriptions, tables and sentences, the passage of the outputs from the kernel, Pandoc.
    """

    repeat = 4
    lignes = (
        Ligne(
            "c", "Exécution et rendu du bilan (page HTML)", "time_rendu",
            ("time_rendu", "time_carnet_vide", "track_figures"), reference=("time_carnet_vide", "track_figures"),
            nom_reference="carnet vide (nbclient) et figures nues",
            rapport_au_plus=1.5,
        ),
        Ligne(
            "c", "– dont les figures nues", "track_figures", ("time_carnet_vide", "track_figures"),
            reference="time_carnet_vide", nom_reference="carnet vide (nbclient)",
        ),
        Ligne(
            "e", "Mémoire\u202f: rendu du bilan (c), le plus gros processus", "peakmem_rendu",
            ("peakmem_rendu", "peakmem_carnet_vide"), "o", "peakmem_carnet_vide", "carnet vide (nbclient)",
        ),
    )  # fmt: skip

    def setup_cache(self) -> None:
        from cil_analysis.projet import ouvrir_projet
        from cil_analysis.reference.ensemble import References
        from cil_analysis.secret.publication import publier_annee

        projet = ouvrir_projet(donnees.exemple())
        references = References(projet)
        CHIFFRES.write_bytes(pickle.dumps((references, publier_annee(projet, references, donnees.ANNEE))))

    def setup(self) -> None:
        from benchmarks import figures
        from cil_analysis.projet import ouvrir_projet
        from cil_analysis.rendu import notebooks
        from cil_analysis.secret.transmission import transmettre

        self.projet = ouvrir_projet(donnees.exemple())
        self.carnet = self.projet.carnets / "bilan_annuel.qmd"
        self.parametres: dict[str, object] = {"annee": donnees.ANNEE, "projet": str(self.projet.racine)}
        self.imports = figures.imports(notebooks.lire(self.carnet))
        self.pile = ExitStack()
        self.pile.enter_context(transmettre(*pickle.loads(CHIFFRES.read_bytes())))
        if not APPELS.exists():
            texte = notebooks.injecter(notebooks.lire(self.carnet), self.parametres, self.carnet.name)
            assert figures.enregistrer(texte, APPELS) > 20

    def teardown(self) -> None:
        self.pile.close()

    def time_rendu(self) -> None:
        from cil_analysis.rendu.atelier import Choix, chauffer
        from cil_analysis.rendu.page import Commande, fabriquer

        with chauffer(self.projet.carnets, Choix("interne")) as mettre_en_page:
            page = fabriquer(Commande(self.carnet, self.parametres, "Bilan"), mettre_en_page)
        Path("bilan.html").write_text(page, encoding="utf-8")

    def time_carnet_vide(self) -> None:
        import nbformat
        from nbclient import NotebookClient

        vide = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(self.imports)])  # type: ignore[no-untyped-call]
        NotebookClient(vide, kernel_name="python3").execute()

    def track_figures(self) -> float:
        commande = [sys.executable, "-m", "benchmarks.figures", str(APPELS)]
        env = os.environ | {"MPLBACKEND": "Agg"}
        return float(subprocess.run(commande, check=True, capture_output=True, text=True, env=env).stdout)

    track_figures.unit = "s"  # type: ignore[attr-defined]
    peakmem_rendu, peakmem_carnet_vide = time_rendu, time_carnet_vide
