// Starts the charts that have a place on the page, and draws them again when size, scheme or period change.

import { data, MINUTE } from "./theme.js";
import { span, bands, timelineSeries, timelineOption } from "./timeline.js";
import { recallsOption } from "./recalls.js";
import { fanOption, coverageOption, calibrationOption } from "./forecast.js";
import { reliabilityOption } from "./promises.js";

const shown = { ...span, hidden: new Set(), fan: 0 };
const charts = new Map();

const OPTIONS = {
  timeline: () => timelineOption(shown),
  recalls: () => recallsOption(shown),
  reliability: () => reliabilityOption(),
  fan: () => fanOption(shown.fan),
  coverage: () => coverageOption(),
  calibration: () => calibrationOption(),
};

function draw(id) {
  const chart = charts.get(id);
  if (!chart) return;
  chart.setOption(OPTIONS[id](), { notMerge: true });
}

function drawAll() {
  for (const id of charts.keys()) draw(id);
}

function start() {
  for (const id of Object.keys(OPTIONS)) {
    const place = document.getElementById(id);
    if (!place) continue;
    const pixels = Math.max(2, window.devicePixelRatio);
    charts.set(id, echarts.init(place, null, { devicePixelRatio: pixels }));
    draw(id);
  }
  charts.get("timeline")?.on("datazoom", onZoom);
  legendButtons();
  zoomButtons();
  fanControls();
  followTheReader();
}

let pending = 0;
function onZoom() {
  const [zoom] = charts.get("timeline").getOption().dataZoom;
  Object.assign(shown, { from: zoom.startValue / MINUTE, to: zoom.endValue / MINUTE });
  cancelAnimationFrame(pending);
  pending = requestAnimationFrame(() => {
    charts
      .get("timeline")
      .setOption({ series: timelineSeries(shown) }, { replaceMerge: ["series"] });
    draw("recalls");
    markZoom();
  });
}

function legendButtons() {
  const place = document.getElementById("timeline-legend");
  const queue = { name: "queue", id: "queue" };
  const keys = data.queued.some((g) => g > 0) ? [...bands(), queue] : bands();
  const names = ["owner", ...data.notices.map((_, i) => `notice-${i}`), "unsold", "queue"];
  for (const [i, key] of keys.entries()) {
    const swatch = element("i", { className: key.id === "queue" ? "swatch thin" : "swatch" });
    swatch.style.background = `var(--${names[i]})`;
    const button = element("button", { type: "button", ariaPressed: "true" });
    button.append(swatch, key.name);
    button.addEventListener("click", () => toggle(button, key.name));
    place.append(button);
  }
  if (data.outages.length > 0) place.append(outageKey());
}

function outageKey() {
  const key = element("span", { className: "legend" });
  const swatch = element("i", { className: "swatch hatched" });
  const item = element("li", {});
  item.append(swatch, "outage");
  key.append(item);
  return key;
}

function toggle(button, name) {
  const visible = shown.hidden.delete(name);
  if (!visible) shown.hidden.add(name);
  button.ariaPressed = String(visible);
  draw("timeline");
}

const PERIODS = [
  ["All", Infinity],
  ["4 weeks", 40_320],
  ["1 week", 10_080],
];

function zoomButtons() {
  const place = document.getElementById("timeline-zoom");
  const length = span.to - span.from;
  for (const [name, period] of PERIODS.filter(([, p]) => p === Infinity || p < length)) {
    place.append(
      zoomButton(name, () => zoomTo(shown.to - Math.min(period, length), shown.to), period),
    );
  }
  place.append(
    zoomButton("‹", () => shift(-1), null, "Earlier"),
    zoomButton("›", () => shift(1), null, "Later"),
  );
  markZoom();
}

function zoomButton(text, onClick, period, label = text) {
  const button = element("button", { type: "button", textContent: text, ariaLabel: label });
  if (period !== null) button.dataset.period = String(period);
  button.addEventListener("click", onClick);
  return button;
}

/** By as much as is shown, to earlier (−1) or later (1). */
function shift(sign) {
  const by = sign * (shown.to - shown.from);
  zoomTo(shown.from + by, shown.to + by);
}

/** Shows `[from, to)`, moved inside the trace. */
function zoomTo(from, to) {
  const length = Math.min(to - from, span.to - span.from);
  const start = Math.min(Math.max(from, span.from), span.to - length);
  charts.get("timeline").dispatchAction({
    type: "dataZoom",
    startValue: start * MINUTE,
    endValue: (start + length) * MINUTE,
  });
}

function markZoom() {
  const length = shown.to - shown.from;
  const all = length > 0.999 * (span.to - span.from);
  for (const button of document.querySelectorAll("#timeline-zoom [data-period]")) {
    const period = Number(button.dataset.period);
    const near = Math.abs(period - length) < 0.01 * length;
    button.ariaPressed = String(period === Infinity ? all : near && !all);
  }
}

function fanControls() {
  const choice = document.getElementById("fan-origin");
  if (!choice) return;
  const show = (index) => {
    shown.fan = (index + data.fans.length) % data.fans.length;
    choice.value = String(shown.fan);
    draw("fan");
  };
  choice.addEventListener("change", () => show(Number(choice.value)));
  document.getElementById("fan-back").addEventListener("click", () => show(shown.fan - 1));
  document.getElementById("fan-on").addEventListener("click", () => show(shown.fan + 1));
}

function element(name, properties) {
  return Object.assign(document.createElement(name), properties);
}

const PRINT_WIDTH = 680;

function followTheReader() {
  const resized = new ResizeObserver((entries) => {
    for (const { target } of entries) charts.get(target.id)?.resize();
  });
  for (const id of charts.keys()) resized.observe(document.getElementById(id));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
  matchMedia("(max-width: 719px)").addEventListener("change", drawAll);
  addEventListener("beforeprint", () => printed(true));
  addEventListener("afterprint", () => printed(false));
}

/** Paper is light and narrow, whatever the screen is. */
function printed(on) {
  document.documentElement.toggleAttribute("data-print", on);
  for (const chart of charts.values()) {
    chart.resize({ width: on ? Math.min(PRINT_WIDTH, chart.getWidth()) : "auto" });
  }
  drawAll();
}

start();
