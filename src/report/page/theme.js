// What all charts share. The page's scripts are modules here and are joined into one in the page. Colours live in the style sheet alone; a chart reads them whenever the scheme changes.

export const data = JSON.parse(document.getElementById("data").textContent);
export const MINUTE = 60_000;
const MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(" ");

export function color(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

export function isNarrow() {
  return document.documentElement.clientWidth < 720;
}

/** What all charts have in common. */
export function base() {
  return {
    useUTC: true,
    animation: false,
    textStyle: { fontFamily: color("sans"), color: color("soft"), fontSize: 12 },
    tooltip: {
      confine: true,
      backgroundColor: color("sheet"),
      borderColor: color("rule"),
      borderWidth: 1,
      padding: [9, 12],
      textStyle: { color: color("ink"), fontSize: 13, fontFamily: color("sans") },
      extraCssText: "box-shadow:0 4px 18px rgb(0 0 0/.14);font-variant-numeric:tabular-nums",
      axisPointer: { lineStyle: { color: color("soft"), type: "solid", width: 1 } },
    },
  };
}

export function axis(more) {
  return {
    axisLine: { show: false, lineStyle: { color: color("soft") } },
    axisTick: { show: false },
    axisLabel: { color: color("soft"), fontSize: 12, hideOverlap: true, ...more.axisLabel },
    splitLine: {
      show: more.type === "value",
      lineStyle: { color: color("rule") },
    },
    nameTextStyle: { color: color("soft"), fontSize: 12 },
    ...Object.fromEntries(Object.entries(more).filter(([key]) => key !== "axisLabel")),
  };
}

/** An axis of GPUs whose name stands above it, flush with its labels. */
export function gpuAxis(name, more) {
  return axis({
    type: "value",
    name,
    nameGap: 14,
    nameTextStyle: { color: color("soft"), fontSize: 12, align: "left", padding: [0, 0, 0, -50] },
    axisLabel: { formatter: short },
    ...more,
    splitLine: { show: true, showMaxLine: !more.max, lineStyle: { color: color("rule") } },
  });
}

export function timeAxis(from, to) {
  const labels = {
    year: "{yyyy}",
    month: "{MMM}",
    day: "{d} {MMM}",
    hour: "{HH}:{mm}",
    minute: "{HH}:{mm}",
  };
  return axis({
    type: "time",
    min: from * MINUTE,
    max: to * MINUTE,
    axisLabel: { formatter: labels },
    axisTick: { show: true, length: 4, lineStyle: { color: color("rule") } },
    axisLine: { show: true, lineStyle: { color: color("rule") } },
    splitNumber: isNarrow() ? 3 : 7,
  });
}

export function percentAxis(more) {
  const { formatter = (share) => `${Math.round(share * 100)} %`, ...rest } = more;
  return axis({ type: "value", axisLabel: { formatter }, ...rest });
}

export function short(value) {
  const units = [
    [1e6, "M"],
    [1e3, "k"],
  ];
  const [size, unit] = units.find(([size]) => value >= size * 10) ?? [1, ""];
  return `${(value / size).toLocaleString("en-US", { maximumFractionDigits: 1 })}${unit}`;
}

export function whole(value) {
  return Math.round(value).toLocaleString("en-US");
}

export function percent(share) {
  return `${(share * 100).toFixed(1)} %`;
}

export function leadName(hours) {
  if (hours % 168 === 0) return `${hours / 168} w`;
  return hours % 24 === 0 ? `${hours / 24} d` : `${hours} h`;
}

/** A length of time: 1 hour, 2 days. */
export function lengthName(minutes) {
  const units = [
    [10_080, "week"],
    [1_440, "day"],
    [60, "hour"],
  ];
  const [size, unit] = units.find(([size]) => minutes % size === 0) ?? [1, "minute"];
  const count = minutes / size;
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

export function moment(minute) {
  const at = new Date(minute * MINUTE);
  const time = at.toISOString().slice(11, 16);
  return `${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()} ${time}`;
}

/** Diagonal lines, for what is neither one thing nor the other. */
export function hatch(line, ground) {
  const tile = Object.assign(document.createElement("canvas"), { width: 8, height: 8 });
  const pen = tile.getContext("2d");
  pen.fillStyle = ground;
  pen.fillRect(0, 0, 8, 8);
  pen.strokeStyle = line;
  pen.lineWidth = 2.2;
  for (const x of [-8, 0, 8]) {
    pen.moveTo(x - 2, 10);
    pen.lineTo(x + 10, -2);
  }
  pen.stroke();
  return { image: tile, repeat: "repeat" };
}

/** A tooltip: a heading, then one row for each swatch, name and value. */
export function tip(heading, rows) {
  const esc = echarts.format.encodeHTML;
  const body = rows.map(
    ([swatch, name, value]) =>
      `<tr><td style="padding:1px 14px 1px 0;border:0;text-align:left"><i class="swatch" style="background:${swatch}"></i>` +
      `${esc(name)}</td><td style="padding:1px 0;border:0">${esc(value)}</td></tr>`,
  );
  const note = `<div style="margin-bottom:4px;color:${color("soft")}">${esc(heading)}</div>`;
  return `${note}<table style="font-size:13px">${body.join("")}</table>`;
}
