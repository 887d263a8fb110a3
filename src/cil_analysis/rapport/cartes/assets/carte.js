// What the map to explore adds to the one that folium draws: the choice of an indicator and a year repaints it, the list
// of communes goes to each with the keyboard. Everything that it shows is in the tables of the page too, without it.
(function () {
  "use strict";

  // Where a label may be, in parts of its size from the heart of its commune: a little aside of it, or away from it, all
  // around and nearest first, at the end of a line.
  var DECALAGES = [0, 0.1, -0.1, 0.2, -0.2, 0.4, -0.4, 0.6, -0.6];
  var A_COTE = DECALAGES.flatMap(function (x) { return DECALAGES.map(function (y) { return [x, y]; }); });
  var LOIN = [];
  for (var i = 0; i < 320; i++) LOIN.push([(0.8 + i / 128) * Math.cos(i * Math.PI / 16), (0.8 + i / 128) * Math.sin(i * Math.PI / 16)]);
  // Nine points of a box, in parts of its size, and what tells which are in an outline.
  var NEUF = [0.5, 0, 1].flatMap(function (x) { return [0.5, 0, 1].map(function (y) { return [x, y]; }); });
  var CRAYON = document.createElement("canvas").getContext("2d");
  var UNITE = /\s*(%|mois)$/, RESULTAT = /^[✓✗] (?!s)/; // what the words around, and the colour, say already

  function preparer(racine) {
    var carte = window["map_" + racine.dataset.carte];
    var couche = window["geo_json_" + racine.dataset.carte];
    var donnees = JSON.parse(racine.querySelector("script[type='application/json']").textContent);
    var choix = {};
    racine.querySelectorAll("select").forEach(function (s) { choix[s.className] = s; });
    var cadre = racine.querySelector(".cadre-carte");
    var statut = racine.querySelector("[role=status]");
    var figure = racine.closest("figure");
    var vue = null;
    var enMain = null; // the commune that is pointed at
    var etiquettes = [];

    racine.hidden = false;
    cadre.setAttribute("role", "group");
    cadre.setAttribute("aria-label", "Communes : flèches pour déplacer la carte, + et − pour l’agrandir et la réduire");
    L.control.zoom({ position: "bottomright", zoomInTitle: "Zoom avant", zoomOutTitle: "Zoom arrière" }).addTo(carte);
    if (L.Browser.mobile) carte.dragging.disable();

    function fiche(layer) { return vue.communes[layer.feature.id]; }

    function style(f) {
      var pointille = f.etat === "sans-attribution";
      return { fillColor: f.fond, color: pointille ? "#55595F" : "#fff", weight: 2, dashArray: pointille ? "1.5 4" : null };
    }

    // ---- The commune that is pointed at: an outline of its own, above its neighbours' ----

    function poser() {
      if (enMain && fiche(enMain)) enMain.setStyle(style(fiche(enMain)));
      enMain = null;
    }
    function prendre(layer) {
      poser();
      enMain = layer.setStyle({ color: "#1A1D21", weight: 4, dashArray: null }).bringToFront();
    }
    function aller(code) {
      couche.closeTooltip();
      poser();
      couche.eachLayer(function (layer) {
        if (layer.feature.id !== code || !fiche(layer)) return;
        prendre(layer);
        couche.getTooltip()._source = layer;
        couche.openTooltip(layer.feature.properties.centre);
        statut.textContent = Array.from(racine.querySelectorAll(".bulle-commune tr")).filter(function (r) {
          return r.cells[1].textContent;
        }).map(function (r) { return r.cells[0].textContent + "\u202f: " + r.cells[1].textContent; }).join(", ");
      });
    }

    // ---- Names and figures: on the largest communes first, wherever nothing else is written ----

    // A name on lines of some letters, cut at its spaces and after its hyphens.
    function couper(nom, lettres) {
      return nom.match(/[^ -]+[ -]*|[ -]+/g).reduce(function (lignes, mot) {
        var derniere = lignes[lignes.length - 1];
        if (derniere && (derniere + mot).trim().length <= lettres) lignes[lignes.length - 1] += mot;
        else lignes.push(mot);
        return lignes;
      }, []);
    }
    function ecrire(lieu, lignes) {
      var noeud = document.createElement("b");
      lignes.forEach(function (ligne) { noeud.appendChild(document.createElement("span")).textContent = ligne.trim(); });
      var e = L.tooltip({ permanent: true, direction: "center", className: "etiquette-commune", opacity: 1 });
      e.setLatLng(lieu).setContent(noeud).addTo(carte);
      e.getElement().removeAttribute("role");
      e.getElement().setAttribute("aria-hidden", "true");
      return e;
    }
    // Which of nine points of a box, its middle first, are in an outline: « some » or « every ».
    function dedans(contour, boite, bords, combien) {
      return NEUF[combien](function (uv) {
        var p = carte.containerPointToLayerPoint([
          boite[0] + uv[0] * (boite[2] - boite[0]) - bords.left, boite[1] + uv[1] * (boite[3] - boite[1]) - bords.top,
        ]);
        return CRAYON.isPointInPath(contour, p.x, p.y, "evenodd");
      });
    }
    // A label stands in its commune; with a ``marge``, it may overflow it, so many times as large as the circle that it
    // holds. A ``renvoi`` is where there is room, « dehors » outside all of them, and its line where nothing is written.
    function tenter(c, essai, bords, prises) {
      var e = ecrire(c.lieu, essai.lignes);
      var noeud = e.getElement().firstChild;
      if (essai.renvoi || essai.marge) noeud.className = essai.renvoi ? "deborde renvoi" : "deborde";
      var b = noeud.getBoundingClientRect(); // as it is written: the present mode changes its size
      var deborde = essai.renvoi || Math.hypot(b.width, b.height) / c.rayon / 2 <= essai.marge;
      function libre(boite) {
        return prises.every(function (a) {
          return a.commune === c || boite[2] < a[0] || a[2] < boite[0] || boite[3] < a[1] || a[3] < boite[1];
        });
      }
      var place = (essai.renvoi ? LOIN : A_COTE).find(function (xy) {
        var x = xy[0] * b.width, y = xy[1] * b.height;
        var boites = [[b.left + x, b.top + y, b.right + x, b.bottom + y]];
        for (var t = 0.05; essai.renvoi && t < 1; t += 0.05) {
          var lx = (b.left + b.right) / 2 + t * x, ly = (b.top + b.bottom) / 2 + t * y;
          boites.push([lx - 1, ly - 1, lx + 1, ly + 1]);
        }
        return boites[0][0] > bords.left && boites[0][2] < bords.right && boites[0][1] > bords.top && boites[0][3] < bords.bottom
          && boites.every(libre)
          && (essai.renvoi !== "dehors" || !dedans(c.tout, boites[0], bords, "some"))
          && (deborde || dedans(c.contour, boites[0], bords, "every"))
          && prises.push.apply(prises, boites);
      });
      if (!place) {
        e.remove();
        return false;
      }
      if (place[0] || place[1]) noeud.style.transform = "translate(" + 100 * place[0] + "%," + 100 * place[1] + "%)";
      if (/^secret/.test(c.f.etat)) noeud.classList.add("sur-hachures");
      else if (!noeud.className) noeud.style.color = c.f.encre;
      if (essai.renvoi) {
        var trait = e.getElement().insertBefore(document.createElement("i"), noeud);
        trait.style.width = Math.hypot(place[0] * b.width, place[1] * b.height) + "px";
        trait.style.transform = "rotate(" + Math.atan2(place[1] * b.height, place[0] * b.width) + "rad)";
      }
      etiquettes.push(e);
      return true;
    }
    function etiqueter() {
      etiquettes.splice(0).forEach(function (e) { e.remove(); });
      var bords = cadre.getBoundingClientRect();
      var boutons = cadre.querySelector(".leaflet-control-zoom").getBoundingClientRect();
      var prises = [[boutons.left, boutons.top, boutons.right, boutons.bottom]];
      var communes = [];
      var tout = new Path2D();
      couche.eachLayer(function (layer) {
        var p = layer.feature.properties;
        var rayon = carte.latLngToLayerPoint(p.centre).distanceTo(carte.latLngToLayerPoint(p.bord));
        var nom = choix.commune.querySelector("[value='" + layer.feature.id + "']").textContent;
        if (!fiche(layer)) return;
        var contour = new Path2D(layer.getElement().getAttribute("d"));
        tout.addPath(contour);
        communes.push({ f: fiche(layer), contour: contour, tout: tout, lieu: p.centre, rayon: rayon, nom: nom });
      });
      function poserUne(c, essais) {
        return essais.some(function (essai) { return tenter(c, essai, bords, prises); });
      }
      // First the names that stand on their commune; then, around them, those that do not, or at least their figure.
      var restes = communes.sort(function (a, b) { return b.rayon - a.rayon; }).filter(function (c) {
        var court = c.f.texte.replace(UNITE, "");
        var coupes = [12, 8].map(function (n) { return couper(c.nom, n).concat(court); });
        var noms = [{ lignes: [c.nom, c.f.texte] }, { lignes: coupes[0] }, { lignes: coupes[1] }];
        var dehors = coupes.map(function (lignes) { return { lignes: lignes, renvoi: "dehors" }; });
        var partout = coupes.map(function (lignes) { return { lignes: lignes, renvoi: "partout" }; });
        // On a telephone, a figure rather than a name over the neighbours.
        c.restes = dehors.concat(bords.width < 500 ? [] : partout, { lignes: [court] }, { lignes: [court.replace(RESULTAT, "")], marge: 2 });
        return !poserUne(c, noms.concat(noms.slice(1).map(function (essai) { return { lignes: essai.lignes, marge: 1.5 }; })));
      });
      restes.forEach(function (c) { // where their line ends
        var coeur = carte.latLngToContainerPoint(c.lieu).add([bords.left, bords.top]);
        prises.push(Object.assign([coeur.x - 4, coeur.y - 4, coeur.x + 4, coeur.y + 4], { commune: c }));
      });
      restes.forEach(function (c) { poserUne(c, c.restes); });
    }

    // ---- The view that is chosen ----

    function peindre(layer) {
      var f = fiche(layer);
      layer.getElement().style.display = f ? "" : "none"; // not a member in that year
      if (!f) return;
      layer.setStyle(style(f));
      layer.getElement().setAttribute("class", "leaflet-interactive commune " + f.etat);
      Object.assign(layer.feature.properties, f.dits);
      if (f.etat === "sans-attribution") layer.bringToFront(); // its dots, over its neighbours
    }
    function montrer() {
      var annees = donnees.annees[choix.indicateur.value];
      Array.from(choix.annee.options).forEach(function (o) { o.disabled = annees.indexOf(o.value) < 0; });
      if (choix.annee.selectedOptions[0].disabled) choix.annee.value = annees[annees.length - 1];
      var nom = choix.indicateur.value + " " + choix.annee.value;
      vue = donnees.vues[nom];
      couche.closeTooltip();
      poser();
      couche.eachLayer(peindre);
      Array.from(choix.commune.options).forEach(function (o) { o.disabled = o.value && !vue.communes[o.value]; });
      choix.commune.value = "";
      racine.querySelectorAll("[data-indicateur]").forEach(function (e) { e.hidden = e.dataset.indicateur !== choix.indicateur.value; });
      (figure || racine).querySelectorAll("[data-vue]").forEach(function (e) { e.hidden = e.dataset.vue !== nom; });
      if (!figure) return;
      figure.querySelector(".titre").textContent = vue.titre;
      figure.querySelector(".sous-titre").textContent = vue.sousTitre;
    }
    function changer() {
      montrer();
      etiqueter();
      imprimer();
      statut.textContent = vue.titre + ". " + vue.sousTitre;
    }

    // On paper: the view that the reader has chosen; the one that the page opens on has its own map.
    function imprimer() {
      var ancien = racine.querySelector(".carte-imprimee");
      if (ancien) ancien.remove();
      racine.classList.add("choisie");
      var dessin = cadre.querySelector(".leaflet-overlay-pane svg").cloneNode(true);
      dessin.setAttribute("class", "carte-imprimee");
      dessin.removeAttribute("style");
      dessin.setAttribute("aria-hidden", "true");
      cadre.after(dessin);
    }

    function cadrer() {
      carte.invalidateSize({ animate: false });
      if (!carte.getSize().x) return; // folded away
      carte.setMinZoom(0);
      carte.fitBounds(couche.getBounds(), { padding: [8, 8], animate: false });
      carte.setMinZoom(carte.getZoom() - 0.5);
      carte.setMaxBounds(couche.getBounds().pad(0.5));
      etiqueter();
    }

    couche.eachLayer(function (layer) {
      layer.getElement().setAttribute("tabindex", "-1"); // Leaflet makes some browsers stop at each: the list does
      layer.on("mouseover", function () { prendre(layer); }).on("mouseout", poser);
    });
    couche.on("tooltipopen", function (ev) { // whole in its frame
      var boite = ev.tooltip.getElement();
      var bords = carte.getContainer().getBoundingClientRect();
      boite.style.marginLeft = boite.style.marginTop = "0px";
      var b = boite.getBoundingClientRect();
      boite.style.marginLeft = Math.max(bords.left - b.left, Math.min(0, bords.right - b.right)) + "px";
      boite.style.marginTop = Math.max(bords.top - b.top, -8) + "px";
    });
    document.addEventListener("keydown", function (ev) { if (ev.key === "Escape") aller(""); });
    choix.indicateur.addEventListener("change", changer);
    choix.annee.addEventListener("change", changer);
    choix.commune.addEventListener("change", function () { aller(choix.commune.value); });
    choix.commune.addEventListener("blur", function () { aller(""); });
    carte.on("zoomend", function () { carte.once("moveend", etiqueter); }); // once the communes are drawn anew

    montrer();
    new ResizeObserver(cadrer).observe(cadre); // it speaks at once of the size that it finds
  }

  function commencer() { document.querySelectorAll(".carte-interactive").forEach(preparer); }
  // Once the page is there to be read: the map is far down, and takes as long to draw as the rest to load.
  if (document.readyState === "complete") commencer();
  else window.addEventListener("load", function () { setTimeout(commencer); });
})();
