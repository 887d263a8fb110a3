// What the map to explore adds to the one that folium draws: the choice of an indicator and a year repaints it, the list
// of communes goes to each with the keyboard. Everything that it shows is in the tables of the page too, without it.
(function () {
  "use strict";

  var UNITE = /\s*(%|mois)$/; // what the words around say already

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

    // ---- Names and figures at the heart of communes, the largest first; elsewhere the pointer and the list tell them ----

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
    // A label is in the circle that its commune holds, or a little over it, on white; a figure alone may be twice as large.
    function tenter(c, lignes, prises) {
      var e = ecrire(c.lieu, lignes);
      var noeud = e.getElement().firstChild;
      var b = noeud.getBoundingClientRect(); // as it is written: the present mode changes its size
      var part = Math.hypot(b.width, b.height) / c.rayon / 2;
      var libre = prises.every(function (a) { return b.right < a.left || a.right < b.left || b.bottom < a.top || a.bottom < b.top; });
      if (!libre || part > (lignes.length > 1 ? 1.5 : 2)) {
        e.remove();
        return false;
      }
      if (/^secret/.test(c.f.etat) || part > 1) noeud.className = "sur-blanc";
      else noeud.style.color = c.f.encre;
      prises.push(b);
      etiquettes.push(e);
      return true;
    }
    function etiqueter() {
      etiquettes.splice(0).forEach(function (e) { e.remove(); });
      var prises = [cadre.querySelector(".leaflet-control-zoom").getBoundingClientRect()];
      var communes = [];
      couche.eachLayer(function (layer) {
        var p = layer.feature.properties;
        var rayon = carte.latLngToLayerPoint(p.centre).distanceTo(carte.latLngToLayerPoint(p.bord));
        var nom = choix.commune.querySelector("[value='" + layer.feature.id + "']").textContent;
        if (fiche(layer)) communes.push({ f: fiche(layer), lieu: p.centre, rayon: rayon, nom: nom });
      });
      communes.sort(function (a, b) { return b.rayon - a.rayon; }).forEach(function (c) {
        var court = c.f.texte.replace(UNITE, "");
        [[c.nom, c.f.texte], couper(c.nom, 12).concat(court), couper(c.nom, 8).concat(court), [court]]
          .some(function (lignes) { return tenter(c, lignes, prises); });
      });
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
      statut.textContent = vue.titre + ". " + vue.sousTitre;
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
