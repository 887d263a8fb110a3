// Placed right after the table of contents, so that it is closed on a narrow screen before anything is drawn.
// Everything works without this script; no dollar sign here, the template engine would read it.
(function () {
  "use strict";

  var pages = document.querySelector(".page-navigation details");
  var etroit = window.matchMedia("screen and (max-width: 599px)");
  function plier() {
    if (pages) pages.open = !etroit.matches;
  }
  plier();
  etroit.addEventListener("change", plier);

  var sommaire = document.querySelector("details.sommaire");
  var large = window.matchMedia("(min-width: 1100px)");

  function ajuster() {
    if (!sommaire || window.matchMedia("print").matches) return;
    sommaire.open = large.matches;
    // At the side it is always open: its title is no button then.
    sommaire.querySelector("summary").tabIndex = large.matches ? -1 : 0;
  }
  ajuster();
  large.addEventListener("change", ajuster);
  if (sommaire) {
    sommaire.addEventListener("click", function (clic) {
      if (clic.target.closest("a") && !large.matches) sommaire.open = false;
    });
  }

  // In print every data table is shown; afterwards each <details> goes back to what the reader had chosen.
  var replies = [];
  window.addEventListener("beforeprint", function () {
    replies = Array.from(document.querySelectorAll("details:not([open])"));
    replies.forEach(function (d) { d.open = true; });
  });
  window.addEventListener("afterprint", function () {
    replies.forEach(function (d) { d.open = false; });
  });

  // A chart that its frame does not hold scrolls there: the frame is then a region, which the keyboard reaches.
  document.addEventListener("DOMContentLoaded", function () {
    var tailles = new ResizeObserver(function (mesures) {
      mesures.forEach(function (mesure) { nommer(mesure.target); });
    });
    document.querySelectorAll(".figure > .graphique:has(> svg)").forEach(function (cadre) { tailles.observe(cadre); });
  });
  function nommer(cadre) {
    // Two figures may have found the same: what each measures tells one from the other.
    var dits = Array.from(cadre.parentNode.querySelectorAll("figcaption .titre, figcaption .sous-titre"));
    var nom = ["Graphique à faire défiler"].concat(dits.map(function (e) { return e.textContent; })).join("\u202f: ");
    var enseigne = { tabindex: "0", role: "region", "aria-label": nom };
    var defile = cadre.scrollWidth > cadre.clientWidth;
    Object.keys(enseigne).forEach(function (cle) {
      if (defile) cadre.setAttribute(cle, enseigne[cle]);
      else cadre.removeAttribute(cle);
    });
  }

  // On a telephone a table is read row by row, each cell behind its heading (style.css): fewer than four columns fit in its
  // width, more than eleven are a matrix. It is ready at every width, for a screen is turned.
  function mettreEnLignes() {
    document.querySelectorAll(".tableau-defilant > table").forEach(function (table) {
      var entetes = Array.from(table.tHead.rows[0].cells).map(function (th) { return th.textContent; });
      if (entetes.length < 4 || entetes.length > 11) return;
      table.classList.add("en-lignes");
      table.querySelectorAll("td").forEach(function (td) { td.dataset.titre = entetes[td.cellIndex]; });
      // Some browsers take what is not displayed as a table for no table.
      [["thead, tbody", "rowgroup"], ["tr", "row"], ["td", "cell"], ["tbody th", "rowheader"], ["thead th", "columnheader"]]
        .forEach(function (paire) {
          table.querySelectorAll(paire[0]).forEach(function (e) { e.setAttribute("role", paire[1]); });
        });
      table.setAttribute("role", "table");
    });
  }
  document.addEventListener("DOMContentLoaded", mettreEnLignes);
})();
