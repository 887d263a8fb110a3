// The interactive map: the choice of an indicator and a year repaints, renames and explains the communes. Every string
// of the data is written as text. Everything that it shows is in the tables of the page too, without this script.
(function () {
  "use strict";

  var FINE = "\u202f";
  var RIEN = "\u2013";
  var SVG = "http://www.w3.org/2000/svg";
  var CROIX = "M9 5l8 8M17 5l-8 8";
  var PAS = []; // the moves of a label that are tried, in pixels, the smallest first
  for (var x = -32; x <= 32; x += 8) for (var y = -32; y <= 32; y += 8) PAS.push([x, y]);
  PAS.sort(function (a, b) { return Math.hypot(a[0], a[1]) - Math.hypot(b[0], b[1]); });

  function creer(nom, classe, texte) {
    var e = document.createElement(nom);
    if (classe) e.className = classe;
    if (texte !== undefined) e.textContent = texte;
    return e;
  }
  function creerSvg(nom, attributs) {
    var e = document.createElementNS(SVG, nom);
    Object.keys(attributs).forEach(function (cle) { e.setAttribute(cle, attributs[cle]); });
    return e;
  }

  function dessiner(racine) {
    var donnees = JSON.parse(racine.querySelector("script").textContent);
    var choixIndicateur = racine.querySelector("select.indicateur");
    var choixAnnee = racine.querySelector("select.annee");
    var cadre = racine.querySelector(".cadre-carte");
    var legende = racine.querySelector(".legende");
    var note = racine.querySelector(".note");
    var description = document.getElementById(racine.getAttribute("aria-describedby"));
    var statut = racine.querySelector("[role=status]");
    var figure = racine.closest("figure");
    var vue = null; // the one shown: its communes, its words
    var champs = [];
    var etiquettes = [];
    var pointilles = [];
    var enMain = null; // the outline of the commune that is pointed at

    racine.hidden = false;
    var carte = L.map(cadre, {
      center: [0, 0], zoom: 0, zoomControl: false, attributionControl: false, scrollWheelZoom: false, zoomSnap: 0,
      fadeAnimation: false,
    });
    cadre.setAttribute("role", "group");
    cadre.setAttribute("aria-label", "Communes : flèches pour déplacer la carte, + et − pour l’agrandir et la réduire");
    L.control.zoom({ position: "bottomright", zoomInTitle: "Zoom avant", zoomOutTitle: "Zoom arrière" }).addTo(carte);
    if (L.Browser.mobile) carte.dragging.disable();

    var couche = L.geoJSON(donnees.contours, {
      style: function () {
        return { color: "#fff", weight: 2, fillOpacity: 1, className: "commune", smoothFactor: 0, noClip: true };
      },
    }).addTo(carte);
    couche.bindTooltip(bulle, { className: "bulle-commune", opacity: 1, direction: "top" });

    function fiche(layer) { return vue.communes[layer.feature.id]; }
    function estMasque(etat) { return /^secret/.test(etat); }
    function fond(etat, couleur) { return estMasque(etat) ? "url(#" + racine.id + "-" + etat + "-hachures)" : couleur; }

    // ---- What is said of a commune ----

    function bulle(layer) {
      var table = creer("table");
      [["Commune", layer.feature.properties.nom]].concat(champs.map(function (champ, i) {
        return [champ, fiche(layer).valeurs[i]];
      })).forEach(function (paire) {
        var ligne = table.insertRow();
        var titre = creer("th", "", paire[0]);
        titre.scope = "row";
        ligne.append(titre, creer("td", "", paire[1]));
      });
      return table;
    }

    function enPhrase(layer) {
      var mots = champs.map(function (champ, i) { return [champ.toLowerCase(), fiche(layer).valeurs[i]]; });
      return layer.feature.properties.nom + ". " + mots.filter(function (m) { return m[1] !== RIEN; })
        .map(function (m) { return m[0] + FINE + ": " + m[1]; }).join(", ");
    }

    // An outline above the neighbours: moving the commune itself would take the focus away.
    function contour(layer, style) {
      return L.polygon(layer.getLatLngs(), Object.assign({ interactive: false, fill: false, noClip: true }, style)).addTo(carte);
    }
    function poser() {
      if (enMain) enMain.remove();
      enMain = null;
    }
    function prendre(layer) {
      poser();
      enMain = contour(layer, { color: "#1A1D21", weight: 4 });
    }

    // ---- Names and figures on the communes that can hold them ----

    // Where to move a label, as little as can be, so that its commune holds it whole; nothing when none does.
    function placer(etiquette, layer) {
      etiquette.options.offset = [0, 0];
      etiquette.update();
      var boite = etiquette.getElement().getBoundingClientRect();
      var chemin = layer.getElement();
      var vers = chemin.getScreenCTM().inverse();
      var bords = [[0, 0], [1, 0], [0, 0.5], [1, 0.5], [0, 1], [1, 1], [0.5, 0], [0.5, 1]];
      var trouve = PAS.find(function (pas) {
        return bords.every(function (b) {
          var x = boite.left + pas[0] + b[0] * boite.width;
          var y = boite.top + pas[1] + 1 + b[1] * (boite.height - 2);
          return chemin.isPointInFill(new DOMPoint(x, y).matrixTransform(vers));
        });
      });
      if (!trouve) return false;
      etiquette.options.offset = trouve;
      etiquette.update();
      return true;
    }

    function etiqueter() {
      etiquettes.splice(0).forEach(function (e) { e.remove(); });
      couche.eachLayer(function (layer) {
        var f = fiche(layer);
        if (!f) return;
        var noeud = creer("div", estMasque(f.etat) ? "sur-hachures" : "");
        var chiffre = creer("b", "", f.texte);
        noeud.style.color = donnees.encres[f.couleur];
        noeud.append(layer.feature.properties.nom, chiffre);
        var e = L.tooltip({ permanent: true, direction: "center", className: "etiquette-commune", opacity: 1 });
        e.setLatLng(layer.feature.properties.centre).setContent(noeud).addTo(carte);
        e.getElement().removeAttribute("role");
        e.getElement().setAttribute("aria-hidden", "true");
        // The shorter forms leave out what the colour, or the hatching, and the words above the map say.
        var nombre = f.texte.replace(estMasque(f.etat) ? / s$/ : /^[✓✗] /, "");
        var formes = [f.texte, nombre, nombre.replace(/\s*%$/, "")];
        var tient = placer(e, layer) || formes.some(function (texte) {
          chiffre.textContent = texte;
          noeud.replaceChildren(chiffre);
          return placer(e, layer);
        });
        if (tient) etiquettes.push(e);
        else e.remove();
      });
      imprimer();
    }

    function cadrer() {
      carte.invalidateSize({ animate: false });
      if (!carte.getSize().x) return; // folded away
      carte.off("zoomend", etiqueter); // labels take long to place: once, when all is in its place
      carte.setMinZoom(0);
      carte.fitBounds(couche.getBounds(), { padding: [8, 8], animate: false });
      carte.setMinZoom(carte.getZoom() - 0.5);
      carte.setMaxBounds(couche.getBounds().pad(0.5));
      carte.on("zoomend", etiqueter);
      etiqueter();
    }

    // ---- The view that is chosen ----

    function peindre(layer) {
      var f = fiche(layer);
      var chemin = layer.getElement();
      chemin.style.display = f ? "" : "none"; // not a member in that year
      if (!f) return;
      layer.setStyle({ fillColor: fond(f.etat, f.couleur) });
      chemin.setAttribute("class", "leaflet-interactive commune " + f.etat);
      chemin.setAttribute("aria-label", enPhrase(layer));
      if (f.etat === "sans-attribution") {
        pointilles.push(contour(layer, { color: "#55595F", weight: 2, dashArray: "1.5 4" }));
      }
    }

    function pastille(ligne) {
      var dessin = creerSvg("svg", { width: 26, height: 18, "aria-hidden": "true", focusable: "false" });
      var carre = creerSvg("rect", { x: 1, y: 1, width: 24, height: 16, fill: fond(ligne.nom, ligne.couleur), stroke: "#55595F" });
      if (ligne.nom === "sans-attribution") carre.setAttribute("stroke-dasharray", "1.5 3");
      dessin.append(carre);
      if (/^sans-(parc|qpv)$/.test(ligne.nom)) {
        dessin.append(creerSvg("path", { d: CROIX, stroke: "#1A1D21", "stroke-width": 1.5 }));
      }
      return dessin;
    }

    function expliquer(titre) {
      legende.setAttribute("aria-label", "Légende" + FINE + ": " + titre);
      legende.replaceChildren.apply(legende, vue.legende.map(function (ligne) {
        var item = creer("li");
        var place = creer("span", "pastille " + ligne.nom);
        place.append(pastille(ligne));
        item.append(place, creer("span", "", ligne.texte));
        return item;
      }));
      note.textContent = vue.note;
      note.hidden = !vue.note;
    }

    function decrire() {
      var mots = [];
      couche.eachLayer(function (layer) {
        if (fiche(layer)) mots.push(layer.feature.properties.nom + ", " + fiche(layer).valeurs[0]);
      });
      description.textContent = mots.join(FINE + "; ") + ".";
    }

    // The words and the table of the figure around follow the map.
    function accorder(nom) {
      if (!figure) return;
      figure.querySelector(".titre").textContent = vue.titre;
      figure.querySelector(".sous-titre").textContent = vue.sousTitre;
      figure.querySelectorAll("[data-vue]").forEach(function (e) { e.hidden = e.dataset.vue !== nom; });
    }

    // A year without figures cannot be chosen; the last one that has some takes its place.
    function limiter(annees) {
      Array.from(choixAnnee.options).forEach(function (o) { o.disabled = !annees[o.value]; });
      if (!annees[choixAnnee.value]) choixAnnee.value = Object.keys(annees).sort().pop();
    }

    function montrer() {
      var indicateur = donnees.indicateurs[choixIndicateur.value];
      limiter(indicateur.annees);
      vue = indicateur.annees[choixAnnee.value];
      champs = indicateur.champs;
      couche.closeTooltip();
      poser();
      pointilles.splice(0).forEach(function (p) { p.remove(); });
      couche.eachLayer(peindre);
      expliquer(indicateur.titreLegende);
      decrire();
      accorder(choixIndicateur.value + " " + choixAnnee.value);
    }

    function changer() {
      montrer();
      racine.classList.add("choisie");
      etiqueter();
      statut.textContent = vue.titre + ". " + vue.sousTitre;
    }

    // ---- On paper: the view that the reader has chosen, as it is; the one that the page opens on has its own map ----

    function imprimer() {
      var ancien = racine.querySelector(".carte-imprimee");
      if (ancien) ancien.remove();
      if (!racine.classList.contains("choisie")) return;
      var dessin = creerSvg("svg", { "class": "carte-imprimee", "aria-hidden": "true", focusable: "false" });
      var coins = [Infinity, Infinity, -Infinity, -Infinity];
      couche.eachLayer(function (layer) {
        if (!fiche(layer)) return;
        var chemin = layer.getElement();
        var b = chemin.getBBox();
        coins = [Math.min(coins[0], b.x), Math.min(coins[1], b.y), Math.max(coins[2], b.x + b.width), Math.max(coins[3], b.y + b.height)];
        dessin.append(creerSvg("path", { d: chemin.getAttribute("d"), fill: chemin.getAttribute("fill"), stroke: "#55595F" }));
      });
      etiquettes.forEach(function (e) {
        var p = carte.latLngToLayerPoint(e.getLatLng()).add(e.options.offset);
        var mots = Array.from(e.getContent().childNodes);
        mots.forEach(function (mot, i) {
          var y = p.y + (i - (mots.length - 1) / 2) * 17 + 5;
          var texte = creerSvg("text", { x: p.x, y: y, "text-anchor": "middle", "font-size": 14, fill: e.getContent().style.color });
          if (mot.nodeName === "B") texte.setAttribute("font-weight", "700");
          if (e.getContent().className) texte.setAttribute("style", "stroke:#fff;stroke-width:4px;paint-order:stroke");
          texte.textContent = mot.textContent;
          dessin.append(texte);
        });
      });
      dessin.setAttribute("viewBox", [coins[0] - 4, coins[1] - 4, coins[2] - coins[0] + 8, coins[3] - coins[1] + 8].join(" "));
      cadre.after(dessin);
    }

    // ---- Mouse, keyboard ----

    couche.eachLayer(function (layer) {
      var chemin = layer.getElement();
      chemin.setAttribute("tabindex", "0");
      chemin.setAttribute("role", "img");
      chemin.addEventListener("focus", function () {
        prendre(layer);
        couche.closeTooltip(); // Leaflet has opened it elsewhere: moved while open, it would not be kept in the frame
        couche.getTooltip()._source = layer;
        couche.openTooltip(layer.feature.properties.centre);
      });
      chemin.addEventListener("blur", function () {
        poser();
        couche.closeTooltip();
      });
      layer.on("mouseover", function () { prendre(layer); }).on("mouseout", poser);
    });
    couche.on("tooltipopen", function (ev) {
      var boite = ev.tooltip.getElement();
      var bords = carte.getContainer().getBoundingClientRect();
      boite.style.marginLeft = boite.style.marginTop = "0px";
      var b = boite.getBoundingClientRect();
      boite.style.marginLeft = Math.max(bords.left - b.left, Math.min(0, bords.right - b.right)) + "px";
      boite.style.marginTop = Math.max(bords.top - b.top, -8) + "px";
    });
    document.addEventListener("keydown", function (ev) { if (ev.key === "Escape") couche.closeTooltip(); });
    choixIndicateur.addEventListener("change", changer);
    choixAnnee.addEventListener("change", changer);

    montrer();
    new ResizeObserver(cadrer).observe(cadre); // it speaks at once of the size that it finds
  }

  function commencer() { document.querySelectorAll(".carte-interactive").forEach(dessiner); }
  // Once the page is there to be read: the map is far down, and takes as long to draw as the rest to load.
  if (document.readyState === "complete") commencer();
  else window.addEventListener("load", function () { setTimeout(commencer); });
})();
