// The portal's only script: search on the start page; selectors, chart and table on an indicator's page.
// What is chosen stands after # in the address, so that a view can be bookmarked and sent.
"use strict";

const byId = (id) => document.getElementById(id);
const chosen = new URLSearchParams(location.hash.slice(1));

function remember(choices) {
  for (const [name, value] of Object.entries(choices)) chosen.set(name, value);
  history.replaceState(null, "", "#" + chosen);
  for (const link of document.querySelectorAll("[data-keep-kommun]")) {
    link.hash = "kommun=" + chosen.get("kommun");
  }
}

function startPage() {
  const kommun = byId("kommun");
  const search = byId("sok");
  const sections = [...document.querySelectorAll("section.kommun")];
  if (sections.some((s) => s.dataset.kommun === chosen.get("kommun"))) kommun.value = chosen.get("kommun");
  search.value = chosen.get("sok") ?? "";

  function show() {
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let hits = 0;
    let all = 0;
    for (const section of sections) {
      section.hidden = section.dataset.kommun !== kommun.value;
      for (const family of section.querySelectorAll(".family")) {
        let found = 0;
        for (const row of family.querySelectorAll("tr[data-search]")) {
          const text = row.dataset.search + " " + family.dataset.family;
          row.hidden = !words.every((word) => text.includes(word));
          found += !row.hidden;
          if (!section.hidden) all += 1;
        }
        family.hidden = found === 0;
        if (family instanceof HTMLDetailsElement) family.open = words.length > 0;
        if (!section.hidden) hits += found;
      }
    }
    byId("traffar").textContent = words.length ? `${hits} av ${all} indikatorer` : `${all} indikatorer`;
    byId("inga").hidden = hits > 0 || all === 0;
    remember({ kommun: kommun.value, sok: search.value });
  }

  search.form.addEventListener("submit", (event) => event.preventDefault());
  search.addEventListener("input", show);
  kommun.addEventListener("change", show);
  show();
}

// One indicator -----------------------------------------------------------------------------------------

// Apart in lightness too; every series also has its own point shape, for print and the colour-blind.
const COLOURS = ["#14506e", "#c2601f", "#4d7c3a", "#7b4b94", "#8a6d1f", "#2a8c86", "#a83253", "#5c5c5c"];
const SWEDISH = {
  number: { decimal: ",", thousands: "\u00a0", grouping: [3], currency: ["", "\u00a0kr"], percent: "\u00a0%", minus: "\u2212" },
  time: {
    dateTime: "%A den %d %B %Y %X", date: "%Y-%m-%d", time: "%H:%M:%S", periods: ["fm", "em"],
    days: ["söndag", "måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag"],
    shortDays: ["sön", "mån", "tis", "ons", "tor", "fre", "lör"],
    months: ["januari", "februari", "mars", "april", "maj", "juni", "juli", "augusti", "september", "oktober", "november", "december"],
    shortMonths: ["jan", "feb", "mar", "apr", "maj", "jun", "jul", "aug", "sep", "okt", "nov", "dec"],
  },
};
const LIMITS = { kvartal: 9, rullande_12: 13, manad: 13 };
const AXIS_PERIODS = 14;

function indicatorPage(data) {
  const selects = Object.fromEntries(
    ["kommun", "period", "uppdelning", "konvention", "antal"].map((name) => [name, byId(name)]),
  );
  // Intl takes the decimal text as it is: rounding half up on the exact value, as in the other reports.
  const asValue = new Intl.NumberFormat("sv-SE", {
    style: data.mattenhet === "andel" ? "percent" : "decimal",
    minimumFractionDigits: data.decimaler,
    maximumFractionDigits: data.decimaler,
    useGrouping: true,
  });
  const asPart = new Intl.NumberFormat("sv-SE", { maximumFractionDigits: 1, useGrouping: true });
  let view = null;
  let drawing = 0;

  const part = (text, status) => (status !== "ok" ? data.delsymboler[status] : text === null ? "" : asPart.format(text));
  const value = (text, status) => (status !== "ok" ? data.symboler[status] : text === null ? "–" : asValue.format(text));
  const conventionName = (code) => (code === null ? "Ingen frist räknas" : "Konvention: " + code);

  function fill(select, options) {
    const wanted = select.value || chosen.get(select.id);
    select.replaceChildren(...options.map(([id, name]) => new Option(name, id)));
    const ids = options.map(([id]) => id);
    select.value = ids.includes(wanted) ? wanted : ids[0];
    select.parentElement.hidden = options.length < 2;
  }

  function unique(series, id, name) {
    return [...new Map(series.map((s) => [String(s[id]), name(s)])).entries()];
  }

  function choose() {
    fill(selects.kommun, data.kommuner.map((k) => [k.id, k.namn]));
    let series = data.serier.filter((s) => s.kommun === selects.kommun.value);
    const own = unique(series, "konvention", (s) => s.konvention ?? "Ingen");
    // The card's own convention comes first, and with it what is shown unless something else is asked for.
    fill(selects.konvention, own.sort((a, b) => (b[0] === String(data.konvention)) - (a[0] === String(data.konvention))));
    series = series.filter((s) => String(s.konvention) === selects.konvention.value);
    const types = new Set(series.map((s) => s.periodtyp));
    fill(selects.period, Object.entries(data.periodtyper).filter(([id]) => types.has(id)));
    series = series.filter((s) => s.periodtyp === selects.period.value);
    const breakdowns = unique(series, "uppdelning", (s) => s.uppdelningNamn);
    fill(selects.uppdelning, breakdowns.sort((a, b) => (b[0] === "total") - (a[0] === "total")));
    const all = (data.perioder[selects.period.value] ?? []).length;
    const limit = LIMITS[selects.period.value] ?? all;
    fill(selects.antal, limit < all ? [[`${limit}`, `De senaste ${limit}`], ["alla", `Alla ${all}`]] : [["alla", "Alla"]]);
    return series.filter((s) => s.uppdelning === selects.uppdelning.value);
  }

  /** One object per period and group that has a row, in order of time. */
  function points(series) {
    const periods = data.perioder[selects.period.value] ?? [];
    const first = selects.antal.value === "alla" ? 0 : periods.length - Number(selects.antal.value);
    const goals = selects.uppdelning.value === "total" ? data.mal[selects.kommun.value] ?? {} : {};
    return periods.flatMap((period, at) =>
      at < first ? [] : series.filter((s) => s.s[at] !== null).map((s) => ({
        period: period.namn + (period.slut > lagePer() ? data.hittills : ""),
        axel: period.kort + (period.slut > lagePer() ? "*" : ""),
        ordning: at,
        grupp: s.grupp,
        version: s.d[at],
        tal: s.v[at] === null ? null : Number(s.v[at]),
        taljare: part(s.t[at], s.s[at]),
        namnare: data.harNamnare ? part(s.n[at], s.s[at]) : "",
        varde: value(s.v[at], s.s[at]),
        mal: goals[period.id] === undefined ? "" : asValue.format(goals[period.id]),
        malTal: goals[period.id] === undefined ? null : Number(goals[period.id]),
        maluppfyllelse: s.m?.[at] ?? "",
        kommentar: s.k?.[at] ?? "",
        skyddad: s.s[at] === "rojandeskyddad",
        status: data.statusar[s.s[at]],
      })),
    );
  }

  function element(name, text, properties = {}) {
    return Object.assign(document.createElement(name), { textContent: text }, properties);
  }

  function table(rows) {
    const several = selects.uppdelning.value !== "total";
    const goals = rows.some((r) => r.mal);
    const versions = new Set(rows.map((r) => r.version)).size > 1;
    const columns = [
      ["Period", "period", ""],
      several && [selects.uppdelning.selectedOptions[0].text, "grupp", ""],
      // A count is its own numerator.
      data.harNamnare && ["Täljare", "taljare", "num"],
      data.harNamnare && ["Nämnare", "namnare", "num"],
      [data.vardeRubrik, "varde", "num strong"],
      goals && ["Mål", "mal", "num"],
      rows.some((r) => r.maluppfyllelse) && ["Måluppfyllelse", "maluppfyllelse", "said"],
      rows.some((r) => r.kommentar) && ["Kommentar", "kommentar", "said"],
      versions && ["Definition", "version", "num"],
      rows.some((r) => r.status) && ["Status", "status", ""],
    ].filter(Boolean);
    const head = element("tr", "");
    head.append(...columns.map(([name, , style]) => element("th", name, { scope: "col", className: style })));
    const newest = [...rows].sort((a, b) => b.ordning - a.ordning);
    const body = newest.map((row, at) => {
      const line = element("tr", "");
      const next = newest[at + 1];
      if (next && next.version !== row.version && next.ordning !== row.ordning) line.className = "new-version";
      line.append(...columns.map(([, key, style], place) =>
        place === 0
          ? element("th", row[key], { scope: "row" })
          : element("td", row[key], { className: style }),
      ));
      return line;
    });
    const thead = element("thead", "");
    const tbody = element("tbody", "");
    thead.append(head);
    tbody.append(...body);
    byId("varden").replaceChildren(thead, tbody);
    byId("tabellrubrik").textContent = "Värden: " + heading();
  }

  const lagePer = () => data.kommuner.find((k) => k.id === selects.kommun.value).lagePer;

  function heading() {
    const [kommun, ...rest] = [selects.kommun, selects.period, selects.uppdelning].map((s) => s.selectedOptions[0]?.text ?? "");
    return [kommun, ...rest.map((text) => text.toLowerCase())].filter(Boolean).join(", ");
  }

  function proof() {
    const code = selects.konvention.value || data.konvention;
    return `${conventionName(code === "null" ? null : code)}. Läge per ${lagePer() || "–"}. Utgåva ${data.utgava}.`;
  }

  /** On a long axis only the first period of each year is named. */
  function axisValues(rows) {
    const names = [...new Set(rows.map((r) => r.axel))];
    if (names.length <= AXIS_PERIODS) return { labelExpr: "datum.label", values: names };
    const firsts = names.filter((name) => /^(jan|K1|T1|D1|H1) /.test(name));
    return { labelExpr: "'20' + split(datum.label, ' ')[1]", values: firsts.length ? firsts : names };
  }

  function specification(rows, width) {
    const groups = [...new Set(rows.map((r) => r.grupp))];
    const { labelExpr, values } = axisValues(rows);
    const firstOfVersion = rows.filter((r, at) => at > 0 && rows[at - 1].version !== r.version && rows[at - 1].ordning !== r.ordning);
    const x = {
      field: "axel", type: "ordinal", sort: null, title: null,
      axis: { values, labelExpr, labelAngle: 0, labelOverlap: true, grid: false, ticks: true },
    };
    const y = {
      field: "tal", type: "quantitative", title: data.vardeRubrik, scale: { zero: true, nice: true },
      axis: { format: data.mattenhet === "andel" ? "~%" : ",~f", tickCount: 6, domain: false, ticks: false },
    };
    const color = {
      field: "grupp", type: "nominal", title: null, scale: { domain: groups, range: COLOURS },
      legend: groups.length > 1 ? { orient: "bottom", columns: Math.max(1, Math.floor(width / 150)), symbolStrokeWidth: 3 } : null,
    };
    const tooltip = [
      { field: "period", title: "Period" },
      { field: "grupp", title: "Grupp" },
      ...(data.harNamnare ? [{ field: "taljare", title: "Täljare" }, { field: "namnare", title: "Nämnare" }] : []),
      { field: "varde", title: data.vardeRubrik },
    ];
    const layer = [
      {
        mark: { type: "line", strokeWidth: 2.25, invalid: "break-paths-show-domains" },
        // A new definition breaks the line: its values are not a continuation.
        encoding: { x, y, color, detail: { field: "version" } },
      },
      {
        mark: { type: "point", filled: true, size: 55, opacity: 1 },
        transform: [{ filter: "isValid(datum.tal)" }],
        encoding: { x, y, color, shape: { field: "grupp", scale: { domain: groups }, title: null, legend: color.legend }, tooltip },
      },
      {
        mark: { type: "text", text: "..", fontSize: 15, dy: -6, color: "#55605f" },
        transform: [{ filter: "datum.skyddad" }],
        encoding: { x, y: { value: "height" }, tooltip: [{ field: "period", title: "Period" }, { field: "grupp", title: "Grupp" }, { field: "status", title: "Status" }] },
      },
    ];
    if (rows.some((r) => r.malTal !== null)) {
      layer.push({
        mark: { type: "tick", thickness: 2, bandSize: 34, color: "#1d2a30" },
        transform: [{ filter: "isValid(datum.malTal)" }],
        encoding: { x, y: { field: "malTal", type: "quantitative" }, tooltip: [{ field: "period", title: "Period" }, { field: "mal", title: "Mål" }] },
      });
    }
    if (firstOfVersion.length) {
      layer.push({
        data: { values: firstOfVersion },
        mark: { type: "rule", strokeDash: [4, 4], color: "#97420f", xOffset: -12 },
        encoding: { x, tooltip: [{ field: "version", title: "Ny definition, version" }] },
      });
    }
    const notes = [heading() + ". " + proof()];
    if (rows.some((r) => r.malTal !== null)) notes.push("Svart linje: mål.");
    if (rows.some((r) => r.skyddad)) notes.push(".. röjandeskyddat värde.");
    if (firstOfVersion.length) notes.push("Streckad linje: ny definition.");
    if (rows.some((r) => r.axel.endsWith("*"))) notes.push("* perioden var inte slut.");
    return {
      $schema: "https://vega.github.io/schema/vega-lite/v6.json",
      description: `${data.namn}. ${heading()}. Alla värden står i tabellen nedanför.`,
      title: {
        text: wrap(data.namn, width / 8.2), subtitle: wrap(notes.join(" "), width / 6.1), anchor: "start",
        fontSize: 15, fontWeight: 600, subtitleFontSize: 11, subtitleColor: "#55605f", offset: 14,
      },
      data: { values: rows },
      width: "container",
      height: 280,
      autosize: { type: "fit-x", contains: "padding" },
      layer,
      config: {
        background: "#ffffff",
        font: "system-ui, 'Segoe UI', Roboto, 'Noto Sans', 'Liberation Sans', Arial, sans-serif",
        view: { stroke: null },
        axis: { labelFontSize: 11, titleFontSize: 11, titleFontWeight: 400, labelColor: "#1d2a30", titleColor: "#55605f", gridColor: "#e6e3da", domainColor: "#a9a59a", tickColor: "#a9a59a" },
        legend: { labelFontSize: 12, labelLimit: 220 },
        title: { color: "#1d2a30" },
      },
    };
  }

  /** A long text as lines of at most `length` characters, as a title cannot wrap by itself. */
  function wrap(text, length) {
    const lines = [""];
    for (const word of text.split(" ")) {
      const last = lines[lines.length - 1];
      if (last && last.length + word.length + 1 > length) lines.push(word);
      else lines[lines.length - 1] = last ? last + " " + word : word;
    }
    return lines;
  }

  async function chart(rows) {
    const panel = byId("diagram");
    const mine = (drawing += 1);
    const measured = rows.some((r) => r.tal !== null);
    panel.setAttribute("aria-label", `Diagram: ${data.namn}, ${heading()}. Alla värden står i tabellen.`);
    byId("bevis").textContent = (measured ? "" : "Det finns inga värden att rita. ") + proof();
    for (const button of document.querySelectorAll("[data-bild]")) button.hidden = !measured;
    panel.hidden = !measured;
    view?.finalize();
    view = null;
    if (!measured) return panel.replaceChildren();
    const result = await vegaEmbed(panel, specification(rows, panel.clientWidth - 24), {
      actions: false, renderer: "svg", ast: false,
      formatLocale: SWEDISH.number, timeFormatLocale: SWEDISH.time,
    });
    if (mine !== drawing) return result.finalize();
    view = result.view;
  }

  async function savePicture(kind) {
    const url = await view.toImageURL(kind, 2);
    const link = element("a", "", { href: url, download: `${data.id}_${selects.kommun.value}_${selects.period.value}.${kind}` });
    link.click();
  }

  function show() {
    const rows = points(choose());
    remember(Object.fromEntries(Object.values(selects).map((s) => [s.id, s.value])));
    table(rows);
    return chart(rows);
  }

  selects.period.addEventListener("change", () => {
    // How many periods to show is a choice for one type of period; the next starts from its own default.
    selects.antal.replaceChildren();
    chosen.delete("antal");
  });
  for (const select of Object.values(selects)) select.addEventListener("change", show);
  for (const button of document.querySelectorAll("[data-bild]")) {
    button.addEventListener("click", () => savePicture(button.dataset.bild));
  }
  for (const name of Object.keys(selects)) fill(selects[name], []);
  show();
}

for (const part of document.querySelectorAll("[data-script]")) part.hidden = false;
if (byId("data")) indicatorPage(JSON.parse(byId("data").textContent));
else startPage();
