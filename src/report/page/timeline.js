// Capacity over time, stacked. The drawing never holds more buckets than the eye can tell apart: whenever the
// period changes, the steps inside it are averaged anew.

import {
  MINUTE,
  base,
  color,
  data,
  gpuAxis,
  isNarrow,
  lengthName,
  moment,
  short,
  timeAxis,
  tip,
  whole,
} from "./theme.js";

export const span = {
  from: data.minute[0],
  to: data.minute[data.minute.length - 1] + data.stepMinutes,
};

export function bands() {
  return [
    { name: "owner", color: color("owner"), gpus: data.owner },
    ...data.notices.map((n, i) => ({ name: n.name, color: color(`notice-${i}`), gpus: n.gpus })),
    { name: "unsold", color: color("unsold"), gpus: data.unsold },
  ];
}

/** Half-open index windows that cover the minutes `[from, to)`; they start at multiples of their size, so that panning does not shimmer. */
function buckets(minute, from, to, most) {
  const first = Math.max(0, firstAtLeast(minute, from) - 1);
  const end = Math.min(minute.length, firstAtLeast(minute, to) + 1);
  const size = Math.max(1, Math.ceil((end - first) / most));
  const found = [];
  for (let at = Math.floor(first / size) * size; at < end; at += size) {
    found.push([at, Math.min(minute.length, at + size)]);
  }
  return found;
}

function mostBuckets() {
  return isNarrow() ? 160 : 420;
}

function bucketMinutes({ from, to }) {
  const [first, end] = buckets(data.minute, from, to, mostBuckets())[0];
  return (end - first) * data.stepMinutes;
}

function firstAtLeast(sorted, value) {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The mean over the steps of a bucket, but for those in an outage; 0 where all of them are. */
function mean(values, [from, to]) {
  let total = 0;
  let steps = 0;
  for (let i = from; i < to; i += 1) {
    if (isOutage(data.minute[i])) continue;
    total += values[i];
    steps += 1;
  }
  return steps === 0 ? 0 : total / steps;
}

function isOutage(minute) {
  return data.outages.some(([from, to]) => minute >= from && minute < to);
}

/** One point a bucket at its start, and the last value again at its end, for a line of steps. */
function points(windows, valueOf) {
  const values = windows.map(valueOf);
  const all = windows.map((w, i) => [data.minute[w[0]] * MINUTE, ...values[i]]);
  const last = windows[windows.length - 1];
  const end = (data.minute[last[1] - 1] + data.stepMinutes) * MINUTE;
  return [...all, [end, ...values[values.length - 1]]];
}

/**
 * Each band reaches from zero to its own top and is painted over the ones that reach higher: areas that only
 * touched would let the paper shine through where they meet. A point holds `[time, top, GPUs of the band]`.
 */
export function timelineSeries({ from, to, hidden }) {
  const windows = buckets(data.minute, from, to, mostBuckets());
  const visible = bands().filter((band) => !hidden.has(band.name));
  const below = windows.map(() => 0);
  const areas = visible.map((band) => areaOf(band, windows, below));
  return [overviewSeries(), ...areas.reverse(), ...(hidden.size > 0 ? [] : [queueSeries(windows)])];
}

/** Adds the band's GPUs to what lies below it. */
function areaOf(band, windows, below) {
  const gpus = windows.map((w) => mean(band.gpus, w));
  for (const [i, value] of gpus.entries()) below[i] += value;
  return {
    id: band.name,
    name: band.name,
    type: "line",
    step: "end",
    showSymbol: false,
    lineStyle: { width: 0 },
    areaStyle: { color: band.color, opacity: 1 },
    itemStyle: { color: band.color },
    emphasis: { disabled: true },
    data: points(windows, (_, i) => [below[i], gpus[i]]),
  };
}

/** Unseen in the chart itself: the slider shows the outline of its first series, what is not the owner's. */
function overviewSeries() {
  const windows = buckets(data.minute, span.from, span.to, 300);
  return {
    id: "overview",
    type: "line",
    showSymbol: false,
    silent: true,
    lineStyle: { opacity: 0 },
    emphasis: { disabled: true },
    data: points(windows, (w) => [mean(data.capacity, w) - mean(data.owner, w)]),
    markArea: { silent: true, z: 10, data: [...warmUpArea(), ...outageAreas()] },
  };
}

function outageAreas() {
  const itemStyle = { color: hatch(color("outage"), color("paper")) };
  return data.outages.map(([from, to]) => [
    { xAxis: from * MINUTE, itemStyle },
    { xAxis: to * MINUTE },
  ]);
}

function warmUpArea() {
  if (data.warmUpEnd <= span.from) return [];
  const label = { show: true, position: "insideTopLeft", color: color("ink"), fontSize: 12 };
  const itemStyle = { color: color("paper"), opacity: 0.6 };
  return [
    [
      { xAxis: span.from * MINUTE, name: isNarrow() ? "" : "warm-up", label, itemStyle },
      { xAxis: data.warmUpEnd * MINUTE },
    ],
  ];
}

function queueSeries(windows) {
  return {
    id: "queue",
    name: "queue",
    type: "line",
    step: "end",
    showSymbol: false,
    lineStyle: { width: 1.5, color: color("queue") },
    itemStyle: { color: color("queue") },
    emphasis: { disabled: true },
    data: points(windows, (w) => {
      const queued = mean(data.queued, w);
      return queued > 0 ? [mean(data.capacity, w) + queued, queued] : [null, 0];
    }),
  };
}

/** A long queue would flatten everything below it: the axis shows at most half of the capacity above it. */
function topOfTimeline(hidden) {
  if (hidden.size > 0) return null;
  const capacity = Math.max(...data.capacity);
  const queued = data.queued.reduce((most, g) => Math.max(most, g), 0);
  return queued === 0 ? capacity : capacity + Math.min(queued, capacity / 2);
}

export function timelineOption(view) {
  return {
    ...base(),
    grid: { left: 52, right: 14, top: 34, bottom: 84 },
    xAxis: timeAxis(span.from, span.to),
    yAxis: gpuAxis("GPUs", {
      max: topOfTimeline(view.hidden),
      axisLabel: { formatter: short, showMaxLabel: view.hidden.size > 0 },
    }),
    dataZoom: zooms(view),
    tooltip: { ...base().tooltip, trigger: "axis", formatter: (items) => timelineTip(items, view) },
    series: timelineSeries(view),
  };
}

function zooms(window) {
  const shown = { startValue: window.from * MINUTE, endValue: window.to * MINUTE };
  const handle = { color: color("sheet"), borderColor: color("soft") };
  return [
    {
      type: "inside",
      filterMode: "none",
      zoomOnMouseWheel: "ctrl",
      moveOnMouseMove: !isNarrow(),
      preventDefaultMouseMove: false,
      ...shown,
    },
    {
      type: "slider",
      filterMode: "none",
      height: 30,
      bottom: 12,
      left: 52,
      right: 14,
      dataBackground: shadow("soft"),
      selectedDataBackground: shadow("forecast"),
      showDetail: false,
      brushSelect: false,
      borderColor: color("rule"),
      backgroundColor: color("sheet"),
      fillerColor: echarts.color.modifyAlpha(color("forecast"), 0.14),
      handleStyle: handle,
      moveHandleStyle: { color: color("soft"), opacity: 0.6 },
      ...shown,
    },
  ];
}

function shadow(name) {
  return { lineStyle: { opacity: 0 }, areaStyle: { color: color(name), opacity: 0.45 } };
}

function timelineTip(items, view) {
  const at = items[0].axisValue / MINUTE;
  const rows = items
    .filter((item) => item.seriesId !== "overview" && item.value[1] !== null)
    .map((item) => [item.color, item.seriesName, whole(item.value[2])]);
  const mean =
    bucketMinutes(view) > data.stepMinutes ? `, mean of ${lengthName(bucketMinutes(view))}` : "";
  return tip(`${moment(at)} UTC${isOutage(at) ? ", outage" : mean}`, rows);
}
