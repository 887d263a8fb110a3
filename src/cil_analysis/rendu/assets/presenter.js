// Present mode: the sections of the page as full-screen slides. It works on the elements of the page themselves, which
// the style sheet shows or hides: nothing is copied, ids stay unique, the interactive map goes on. Everything else
// works without this script; no dollar sign here, the template engine would read it.
(function () {
  "use strict";

  var racine = document.documentElement;
  var contenu = document.getElementById("contenu");
  var bouton = document.querySelector(".bouton-presenter");
  var PREFIXE = "#diapo=";
  var LIGNES_MAX = 16; // a longer table is to be read, not projected
  var HORS = "script, style, link, template, details, .hors-diapos, .mention-interne";

  function creer(nom, classe, texte) {
    var e = document.createElement(nom);
    e.className = classe;
    if (texte !== undefined) e.textContent = texte;
    return e;
  }
  function lire(e) { return e ? e.textContent.replace(/[ \t\n\r]+/g, " ").trim() : ""; }

  // ---- What makes a slide: elements that follow each other, their title, the headings above them ----

  function estTitre(e) { return /^H[2-6]/.test(e.tagName); }

  // The tables in view: neither folded nor in a figure.
  function tablesDe(e) {
    var tables = e.matches("table") ? [e] : Array.from(e.querySelectorAll("table"));
    return tables.filter(function (t) { return !t.closest("details, figure"); });
  }
  // A frame around several slides: columns, a group of figures.
  function estCadre(e) {
    return e.matches("div") && (e.querySelector("figure, section, .cartes") || tablesDe(e).length > 1);
  }

  function titreDe(elements) {
    var e = elements[elements.length - 1];
    var table = tablesDe(e)[0];
    var titre = estTitre(elements[0]) ? elements[0] : e.querySelector("h1, figcaption .titre") || e.querySelector("figcaption");
    if (table && table.caption && titre !== elements[0]) return lire(table.caption);
    var cartes = Array.from(e.querySelectorAll(".carte :is(.libelle, h2, h3, h4)")).map(lire).join(", ");
    var texte = titre ? lire(titre) : cartes || lire(elements[0]);
    return titre || texte.length < 120 ? texte : texte.slice(0, texte.lastIndexOf(" ", 110)) + "…";
  }

  function decouper() {
    var diapos = [];
    var noms = new Set();

    function ajouter(elements, chemin) {
      var cible = elements.find(function (e) { return e.id; }) || elements[0].closest("section[id]");
      var nom = cible ? cible.id : "titre";
      var rang = 1;
      while (noms.has(rang > 1 ? nom + "-" + rang : nom)) rang += 1;
      if (rang > 1) nom += "-" + rang;
      noms.add(nom);
      diapos.push({
        elements: elements,
        nom: nom,
        cible: cible,
        titre: titreDe(elements),
        lieu: elements[0].matches("section > :first-child") ? chemin.slice(0, -1) : chemin, // its own title says it
        section: chemin[0] || "",
      });
    }

    function parcourir(parent, chemin) {
      var attente = [];
      function vider() {
        // A heading alone is no slide: the place of the next one says it.
        if (!attente.every(estTitre)) ajouter(attente, chemin);
        attente = [];
      }
      Array.from(parent.children).forEach(function (e) {
        if (e.matches(HORS)) return;
        if (e.matches("section")) {
          var titre = e.querySelector(":scope > h2, :scope > h3, :scope > h4");
          vider();
          parcourir(e, titre ? chemin.concat(lire(titre)) : chemin);
        } else if (e.matches("header")) {
          ajouter([e], chemin);
        } else if (estCadre(e)) {
          vider();
          parcourir(e, chemin);
        } else if (e.matches("figure") || tablesDe(e).length) {
          if (tablesDe(e).some(function (t) { return t.rows.length > LIGNES_MAX; })) return;
          // The opening of a section stands alone; a sentence between two figures goes with the second.
          if (attente.length && estTitre(attente[0])) vider();
          ajouter(attente.concat(e), chemin);
          attente = [];
        } else if (e.matches(".cartes")) {
          if (attente.length > 2) vider(); // several sentences stand alone
          ajouter(attente.concat(e), chemin);
          attente = [];
        } else if (e.matches(".note")) {
          // The legend of the table or of the cards just before; elsewhere it says that a figure is missing.
          var elements = diapos.length ? diapos[diapos.length - 1].elements : [];
          var dernier = elements[elements.length - 1];
          if (dernier && dernier === e.previousElementSibling && (tablesDe(dernier).length || dernier.matches(".cartes"))) {
            elements.push(e);
          }
        } else if (lire(e)) { // columns whose figures say nothing are empty
          attente.push(e);
        }
      });
      vider();
    }

    parcourir(contenu, []);
    return diapos;
  }

  // The title, then the first drawing of each section that the notebook marks « seance », the table just before it, its
  // sentences before its cards or where nothing is drawn.
  function tracerLaSeance() {
    var route = diapos.filter(function (d) { return d.elements[0].matches("header"); });
    contenu.querySelectorAll("section.seance").forEach(function (section) {
      var siennes = diapos.filter(function (d) { return section.contains(d.elements[0]) && route.indexOf(d) < 0; });
      var dessin = siennes.find(function (d) {
        return d.elements.some(function (e) { return e.matches("figure, .cartes"); });
      });
      var cartes = dessin && dessin.elements.some(function (e) { return e.matches(".cartes"); });
      if (siennes.length && siennes[0] !== dessin && (cartes || !dessin)) route.push(siennes[0]);
      var avant = siennes[siennes.indexOf(dessin) - 1];
      if (avant && avant.elements.some(function (e) { return tablesDe(e).length; })) route.push(avant);
      if (dessin) route.push(dessin);
    });
    return route.length > 1 ? route : [];
  }

  // The slides among which one goes on: those of the sitting, or all from one that is not of it.
  function suite() { return seance.indexOf(diapos[rang]) < 0 ? diapos : seance; }

  function avancer(sens) {
    var parmi = suite();
    var i = parmi.indexOf(diapos[rang]) + sens;
    if (i >= 0 && i < parmi.length) montrer(diapos.indexOf(parmi[i]));
  }

  if (!bouton || !contenu) return;
  if (!contenu.querySelector(":scope > section > h2")) {
    bouton.remove();
    return;
  }

  var diapos = decouper();
  var seance = tracerLaSeance(); // the slides that a sitting goes through; none: all of them
  var rang = -1; // of the current slide; -1 outside the mode
  var noeud = null; // the element that is the current slide
  var places = []; // where the elements of a slide made of several were
  var enseigne = []; // what the attributes of the slide were
  var tailles = []; // what the attributes were of all that has a size of its own
  var outils = null;
  var plan = null;

  // ---- The current slide ----

  function poser() {
    var diapo = diapos[rang];
    var seul = diapo.elements.length === 1 && diapo.elements[0];
    if (seul && seul.matches("figure, header, div:not([role])")) {
      noeud = seul;
    } else {
      noeud = creer("div", "");
      diapo.elements[0].before(noeud);
      places = diapo.elements.map(function (e) {
        var place = document.createComment("");
        e.before(place);
        noeud.append(e);
        return [place, e];
      });
    }
    noeud.classList.add("diapo");
    if (!noeud.matches("figure")) changer(enseigne, noeud, "role", "group");
    changer(enseigne, noeud, "tabindex", "-1");
    changer(enseigne, noeud, "aria-roledescription", "diapositive");
    changer(enseigne, noeud, "aria-label", suite().indexOf(diapo) + 1 + " sur " + suite().length + "\u202f: " + diapo.titre);
    mener(noeud);
  }

  function changer(memoire, e, nom, valeur) {
    memoire.push([e, nom, e.getAttribute(nom)]);
    if (valeur !== undefined) e.setAttribute(nom, valeur);
  }
  function rendre(memoire) {
    memoire.splice(0).reverse().forEach(function (m) {
      if (m[2] === null) m[0].removeAttribute(m[1]);
      else m[0].setAttribute(m[1], m[2]);
    });
  }

  // What leads to an element stays displayed.
  function mener(e) {
    for (var p = e.parentElement; p !== racine && !p.matches(".diapo-chemin"); p = p.parentElement) p.classList.add("diapo-chemin");
  }
  function oublier(classe, parmi) {
    Array.from(parmi).forEach(function (e) {
      e.classList.remove(classe);
      if (!e.className) e.removeAttribute("class");
    });
  }

  function retirer() {
    if (!noeud) return;
    oublier("diapo-chemin", contenu.querySelectorAll("section.diapo-chemin, div.diapo-chemin"));
    oublier("cote-a-cote", [noeud]);
    oublier("diapo", [noeud]);
    rendre(tailles);
    rendre(enseigne);
    places.forEach(function (p) { p[0].replaceWith(p[1]); });
    if (places.length) noeud.remove();
    places = [];
    noeud = null;
  }

  function montrer(i) {
    fermerPlan();
    retirer();
    rang = Math.max(0, Math.min(i, diapos.length - 1));
    poser();
    var diapo = diapos[rang];
    outils.lieu.textContent = diapo.lieu.join(" › ") || lire(contenu.querySelector("h1:not(.diapo-lieu)"));
    outils.lieu.hidden = noeud.matches("header");
    var parmi = suite();
    var place = parmi.indexOf(diapo);
    outils.compte.textContent = place + 1 + "\u00a0/\u00a0" + parmi.length;
    outils.avancement.max = parmi.length;
    outils.avancement.value = place + 1;
    outils.precedente.disabled = place === 0;
    outils.suivante.disabled = place === parmi.length - 1;
    contenu.scrollTop = 0;
    ajuster();
    noeud.focus({ preventScroll: true });
    ecrireAdresse(PREFIXE + encodeURIComponent(diapo.nom));
  }

  function ecrireAdresse(ancre) {
    try {
      history.replaceState(history.state, "", location.href.split("#")[0] + ancre);
    } catch (refus) { /* An embedded page may forbid it, a browser refuse too many: the presentation goes on. */ }
  }

  // ---- Sizes: the largest that fits; a phone reads the slide from top to bottom ----

  function ajuster() {
    if (!noeud) return;
    rendre(tailles);
    changer(tailles, contenu, "style");
    var figure = noeud.matches("figure") ? noeud : noeud.querySelector("figure");
    var large = window.innerWidth >= 1.2 * window.innerHeight;
    noeud.classList.toggle("cote-a-cote", Boolean(large && figure));
    if (large && figure) ajusterFigure(figure);
    else if (large) ajusterTexte();
    if (deborde([])) changer(tailles, contenu, "tabindex", "0"); // the keyboard scrolls it
  }

  function deborde(cadres) {
    return contenu.scrollHeight > contenu.clientHeight + 1
      || Array.from(cadres).some(function (e) { return e.scrollWidth > e.clientWidth + 1; });
  }

  function ajusterTexte() {
    for (var dixiemes = 18; dixiemes >= 10; dixiemes -= 1) {
      contenu.style.setProperty("--echelle", dixiemes / 10);
      if (!deborde(noeud.querySelectorAll(".tableau-defilant, .carte"))) return;
    }
  }

  // The words at the left, the drawing at the right over the whole height.
  function ajusterFigure(figure) {
    var dessins = Array.from(figure.querySelectorAll("svg.graphique")).filter(function (d) { return d.getClientRects().length; });
    var seul = dessins.length === 1 ? dessins[0] : null;
    var vue = seul && seul.viewBox.baseVal;
    var haut = contenu.getBoundingClientRect().bottom - outils.lieu.getBoundingClientRect().top;
    haut -= parseFloat(getComputedStyle(contenu).paddingBottom);
    var place = noeud.clientWidth * 0.7;
    var large = vue && vue.height ? Math.min(place, haut * vue.width / vue.height) : place;
    contenu.style.setProperty("--hauteur", haut + "px");
    contenu.style.setProperty("--dessin", large + "px");
    contenu.style.setProperty("--loupe", Math.max(1, parseFloat(getComputedStyle(racine).fontSize) / 18));
    var cadre = figure.querySelector("div.graphique");
    if (dessins.length > 1) reduire(cadre, haut);
    // A map leaves their place to its legend below it, and to its key beside it.
    var carte = seul && figure.querySelector(".carte-statique");
    for (; carte && large > place / 4 && depasse(cadre, figure.querySelector(".cle")); large *= 0.97) {
      contenu.style.setProperty("--dessin", large + "px");
    }
    if (seul) agrandir(seul, parseFloat(getComputedStyle(racine).fontSize), place / large);
    var titre = figure.querySelectorAll("figcaption .titre");
    for (var dixiemes = 20; dixiemes >= 12; dixiemes -= 1) {
      contenu.style.setProperty("--titre", dixiemes / 10);
      if (!deborde(titre) && (!titre[0] || titre[0].offsetHeight < haut * 0.4)) break;
    }
  }

  function depasse(cadre, cle) {
    return cadre.scrollWidth > cadre.clientWidth + 1 || (!cle && cadre.scrollHeight > cadre.clientHeight + 1);
  }

  // Several drawings: as high as all of them can be.
  function reduire(cadre, haut) {
    for (var part = 0.95; part > 0.1; part -= 0.05) {
      contenu.style.setProperty("--dessin-haut", haut * part + "px");
      if (cadre.scrollHeight <= cadre.clientHeight + 1) return;
    }
  }

  // The text of a drawing that its height keeps small grows as far as nothing meets. Bars may be drawn longer for it.
  function agrandir(dessin, cible, place) {
    var voulue = cible / dessin.getScreenCTM().a;
    var textes = Array.from(dessin.querySelectorAll("text")).filter(lire).map(function (t) {
      var s = getComputedStyle(t);
      var colonne = s.textAnchor === "end" ? t.getAttribute("x") : "";
      return { noeud: t, ancre: s.textAnchor, taille: parseFloat(s.fontSize),
        genre: [s.fontSize, s.fontWeight, s.textAnchor, colonne].join() };
    });
    if (textes.every(function (t) { return t.taille >= voulue; })) return;
    textes.forEach(function (t) { changer(tailles, t.noeud, "style"); });
    var obstacles = Array.from(dessin.querySelectorAll("rect, circle")).filter(function (e) {
      return !e.closest("defs, pattern, clipPath");
    }).map(function (e) {
      var b = e.getBBox();
      return { g: b.x, h: b.y, d: b.x + b.width, b: b.y + b.height };
    });
    var avant = heurts(textes, obstacles, 1);
    if (dessin.querySelector("circle, g, use")) place = 1; // only bars can be longer
    for (var etire = 1; etire <= place; etire += 0.1) {
      if (etire > 1) contenu.style.setProperty("--etire", etire); // its style sets how texts are placed
      if (grossir(textes, obstacles, avant, voulue, etire)) return;
    }
  }

  // Texts that are alike stay alike. Whether all have the wanted size.
  function grossir(textes, obstacles, avant, voulue, etire) {
    var parts = {}; // of the way to the wanted size, in eighths, for each kind of text
    textes.forEach(function (t) { parts[t.genre] = 8; });
    for (;;) {
      textes.forEach(function (t) {
        var taille = t.taille + Math.max(0, voulue - t.taille) * parts[t.genre] / 8;
        t.noeud.style.setProperty("--taille", taille + "px");
      });
      var trop = new Set();
      heurts(textes, obstacles, etire).forEach(function (genres, paire) {
        if (!avant.has(paire)) genres.forEach(function (genre) { if (parts[genre]) trop.add(genre); });
      });
      if (!trop.size) return textes.every(function (t) { return t.taille >= voulue || parts[t.genre] === 8; });
      trop.forEach(function (genre) { parts[genre] -= 1; });
    }
  }

  // Which texts come too near which other, or a bar: by pair, their kinds. In units of the drawing, as stretched.
  function heurts(textes, obstacles, etire) {
    var boites = textes.map(function (t) {
      var b = t.noeud.getBBox();
      var large = b.width / etire;
      var corps = parseFloat(getComputedStyle(t.noeud).fontSize);
      var pied = t.noeud.y.baseVal.length ? t.noeud.y.baseVal.getItem(0).value : b.y + b.height * 0.8;
      var g = t.ancre === "end" ? b.x + b.width - large : t.ancre === "middle" ? b.x + (b.width - large) / 2 : b.x;
      return { g: g, d: g + large, h: pied - corps * 0.75, b: pied + corps * 0.22 };
    });
    var paires = new Map();
    boites.forEach(function (a, i) {
      boites.concat(obstacles).forEach(function (b, j) {
        if (j <= i || Math.min(a.d, b.d) - Math.max(a.g, b.g) < -3 || Math.min(a.b, b.b) - Math.max(a.h, b.h) < 2) return;
        paires.set(i + " " + j, j < textes.length ? [textes[i].genre, textes[j].genre] : [textes[i].genre]);
      });
    });
    return paires;
  }

  // ---- Bar, overview ----

  function commande(texte, nom, touches, faire) {
    var b = creer("button", "", texte);
    b.type = "button";
    b.title = nom;
    b.setAttribute("aria-label", nom);
    b.setAttribute("aria-keyshortcuts", touches);
    b.addEventListener("click", faire);
    return b;
  }

  function equiper() {
    var statut = document.querySelector(".bandeau");
    var mots = statut ? Array.from(statut.querySelectorAll("strong")).map(lire).join(" ") : "";
    outils = {
      lieu: creer("h1", "diapo-lieu diapo-garde"),
      barre: creer("nav", "diapo-barre diapo-garde"),
      avancement: creer("progress", ""),
      mention: creer("p", "diapo-mention" + (statut && statut.matches(".publie") ? " publie" : ""), mots),
      compte: creer("p", "diapo-compte"),
      precedente: commande("←", "Diapositive précédente", "ArrowLeft", function () { avancer(-1); }),
      suivante: commande("→", "Diapositive suivante", "ArrowRight", function () { avancer(1); }),
      plan: commande("Plan", "Plan de la présentation", "O", basculerPlan),
      quitter: commande("Quitter", "Quitter la présentation", "Escape", function () { quitter(); }),
    };
    outils.barre.setAttribute("aria-label", "Présentation");
    outils.avancement.setAttribute("aria-label", "Avancement");
    outils.plan.setAttribute("aria-expanded", "false");
    contenu.prepend(outils.lieu);
    if (mots) outils.barre.append(outils.mention);
    outils.barre.append(outils.avancement, outils.compte, outils.precedente, outils.suivante, outils.plan, outils.quitter);
    document.body.append(outils.barre);
  }

  function ouvrirPlan() {
    plan = creer("section", "diapo-plan diapo-garde");
    plan.setAttribute("aria-label", "Plan de la présentation");
    plan.append(creer("h1", "", "Plan de la présentation"));
    var liste = null;
    diapos.forEach(function (d, i) {
      if (!i || d.section !== diapos[i - 1].section) {
        if (d.section) plan.append(creer("h2", "", d.section));
        liste = creer("ol", "");
        plan.append(liste);
      }
      var b = creer("button", "");
      b.type = "button";
      b.append(creer("span", "numero", i + 1), " ", creer("span", "", d.titre));
      if (i === rang) b.setAttribute("aria-current", "true");
      b.addEventListener("click", function () { montrer(i); });
      var item = creer("li", "");
      item.append(b);
      liste.append(item);
    });
    document.body.insertBefore(plan, outils.barre);
    racine.classList.add("plan-ouvert");
    outils.plan.setAttribute("aria-expanded", "true");
    var courant = plan.querySelector("[aria-current]");
    courant.focus();
    courant.scrollIntoView({ block: "center" });
  }

  function fermerPlan() {
    if (!plan) return;
    plan.remove();
    plan = null;
    racine.classList.remove("plan-ouvert");
    outils.plan.setAttribute("aria-expanded", "false");
  }

  function basculerPlan() {
    if (!plan) { ouvrirPlan(); return; }
    fermerPlan();
    noeud.focus({ preventScroll: true });
  }

  // ---- In and out ----

  // The slide that the reader has under the eyes: the last to begin, the first of those that stand side by side.
  function rangEnVue() {
    var vu = 0;
    var haut = -Infinity;
    if (window.scrollY < 20) return vu;
    diapos.forEach(function (d, i) {
      var r = d.elements[0].getBoundingClientRect();
      if (!r.height || r.top >= window.innerHeight * 0.35 || r.top < haut + 1) return;
      vu = i;
      haut = r.top;
    });
    return vu;
  }

  function commencer(i) {
    if (rang < 0) {
      equiper();
      racine.classList.add("presente");
      mener(outils.lieu);
      // What an internal version says of itself is on every slide.
      contenu.querySelectorAll(".mention-interne").forEach(function (e) {
        e.classList.add("diapo-garde");
        racine.classList.add("interne");
        mener(e);
      });
      pleinEcran();
    }
    montrer(i);
  }

  function quitter(ancre) {
    var cible = diapos[rang].cible;
    if (ancre !== undefined) cible = document.getElementById(ancre);
    else ecrireAdresse(cible ? "#" + encodeURIComponent(cible.id) : "");
    fermerPlan();
    retirer();
    rang = -1;
    racine.classList.remove("presente", "interne");
    oublier("diapo-chemin", document.querySelectorAll(".diapo-chemin"));
    oublier("diapo-garde", document.querySelectorAll(".diapo-garde"));
    outils.lieu.remove();
    outils.barre.remove();
    outils = null;
    if (document.fullscreenElement) document.exitFullscreen().catch(function () {});
    // Back where the room was: the reader goes on from there.
    if (!cible) {
      window.scrollTo(0, 0);
      bouton.focus();
      return;
    }
    cible.scrollIntoView({ behavior: "instant", block: "start" });
    var libre = !cible.hasAttribute("tabindex");
    if (libre) cible.tabIndex = -1;
    cible.focus({ preventScroll: true });
    if (libre) cible.addEventListener("blur", function () { cible.removeAttribute("tabindex"); }, { once: true });
  }

  var etaitPlein = false;
  function pleinEcran() {
    var geste = navigator.userActivation;
    if (!racine.requestFullscreen || (geste && !geste.isActive)) return; // A browser says so in its console.
    racine.requestFullscreen().then(function () {
      if (rang < 0) return document.exitFullscreen();
      // Escape then reaches the page, and closes the overview before it leaves the mode.
      if (navigator.keyboard && navigator.keyboard.lock) return navigator.keyboard.lock(["Escape"]);
    }).catch(function () {}); // Refused: the window is enough.
  }
  document.addEventListener("fullscreenchange", function () {
    var sortie = etaitPlein && !document.fullscreenElement;
    etaitPlein = Boolean(document.fullscreenElement);
    if (!sortie || rang < 0) return;
    if (plan) basculerPlan();
    else quitter();
  });

  // ---- Keys, links, address, print ----

  var SUITE = { ArrowRight: 1, ArrowDown: 1, PageDown: 1, ArrowLeft: -1, ArrowUp: -1, PageUp: -1 };

  // A slide higher than the screen is first read to its end.
  function defiler(sens) {
    var reste = sens > 0 ? contenu.scrollHeight - contenu.clientHeight - contenu.scrollTop : contenu.scrollTop;
    if (reste < 2) return false;
    contenu.scrollBy({ top: sens * contenu.clientHeight * 0.85, behavior: "instant" });
    return true;
  }

  function toucher(ev) {
    var cible = ev.target;
    var touche = ev.key.length === 1 ? ev.key.toLowerCase() : ev.key;
    if (ev.ctrlKey || ev.altKey || ev.metaKey || (ev.shiftKey && touche !== " ")) return;
    if (cible.closest("input, select, textarea, [contenteditable]") && !(rang >= 0 && touche === "Escape")) return;
    if (rang < 0) {
      if (touche !== "p" || ev.repeat) return;
      commencer(rangEnVue());
    } else if (touche === "Escape") {
      if (plan) basculerPlan();
      else if (noeud.querySelector(".leaflet-tooltip:not(.etiquette-commune)")) return; // it closes first
      else quitter();
    } else if (touche === "o") {
      basculerPlan();
    } else if (plan) {
      return;
    } else if (touche === " ") {
      if (cible.closest("button, a, summary")) return;
      var sens = ev.shiftKey ? -1 : 1;
      if (!defiler(sens)) avancer(sens);
    } else if (touche === "Home") {
      montrer(0);
    } else if (touche === "End") {
      montrer(diapos.indexOf(suite()[suite().length - 1]));
    } else if (touche in SUITE) {
      // Arrows move the map, and what scrolls sideways.
      if (/^Arrow/.test(touche) && cible.closest(".leaflet-container")) return;
      var cadre = cible.closest("[tabindex='0']");
      if (/Left|Right/.test(touche) && cadre && cadre.scrollWidth > cadre.clientWidth + 1) return;
      if (/Left|Right/.test(touche) || !defiler(SUITE[touche])) avancer(SUITE[touche]);
    } else {
      return;
    }
    ev.preventDefault();
  }
  // Before the map, which closes its tooltip at Escape.
  document.addEventListener("keydown", toucher, true);

  document.addEventListener("click", function (ev) {
    var lien = rang >= 0 && ev.target.closest("a[href^='#']");
    if (!lien) return;
    var vers = document.getElementById(decodeURIComponent(lien.hash.slice(1)));
    var i = diapos.findIndex(function (d) {
      return vers && d.elements.some(function (e) { return vers.contains(e) || e.contains(vers); });
    });
    if (i < 0) return;
    ev.preventDefault();
    montrer(i);
  });

  function lireAdresse() {
    var ancre = "";
    try {
      ancre = decodeURIComponent(location.hash);
    } catch (illisible) { ancre = location.hash; }
    if (ancre.indexOf(PREFIXE) === 0) {
      commencer(diapos.findIndex(function (d) { return d.nom === ancre.slice(PREFIXE.length); }));
    } else if (rang >= 0) {
      quitter(ancre.slice(1));
    }
  }
  window.addEventListener("hashchange", lireAdresse);

  // Another size of the window, another view of the map.
  var attendu = false;
  function reprendre() {
    if (attendu || rang < 0) return;
    attendu = true;
    requestAnimationFrame(function () { attendu = false; ajuster(); });
  }
  window.addEventListener("resize", reprendre);
  contenu.addEventListener("change", reprendre);

  // On paper the page is whole and in its own order.
  window.addEventListener("beforeprint", retirer);
  window.addEventListener("afterprint", function () { if (rang >= 0) montrer(rang); });

  bouton.hidden = false;
  bouton.addEventListener("click", function () { commencer(rangEnVue()); });
  if (location.hash) lireAdresse();
})();
