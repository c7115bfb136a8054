// Capacity over time, stacked. The drawing never holds more buckets than the eye can tell apart: whenever the
// period changes, the steps inside it are averaged anew.

import {
  MINUTE,
  base,
  color,
  data,
  gpuAxis,
  isNarrow,
  moment,
  short,
  timeAxis,
  tip,
  whole,
} from "./theme.js";

const MOST_BUCKETS = 420;

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

function mean(values, [from, to]) {
  let total = 0;
  for (let i = from; i < to; i += 1) total += values[i];
  return total / (to - from);
}

/** One point a bucket at its start, and the last value again at its end, for a line of steps. */
function points(windows, valueOf) {
  const all = windows.map((w) => [data.minute[w[0]] * MINUTE, valueOf(w)]);
  const last = windows[windows.length - 1];
  const end = (data.minute[last[1] - 1] + data.stepMinutes) * MINUTE;
  return [...all, [end, all[all.length - 1][1]]];
}

export function timelineSeries(window) {
  const windows = buckets(data.minute, window.from, window.to, isNarrow() ? 160 : MOST_BUCKETS);
  const stack = bands().map((band) => ({
    id: band.name,
    name: band.name,
    type: "line",
    stack: "gpus",
    step: "end",
    showSymbol: false,
    lineStyle: { width: 0 },
    areaStyle: { color: band.color, opacity: 1 },
    itemStyle: { color: band.color },
    emphasis: { disabled: true },
    data: points(windows, (w) => mean(band.gpus, w)),
  }));
  return [...stack, queueSeries(windows)];
}

function queueSeries(windows) {
  return {
    id: "queue",
    name: "training's queue",
    type: "line",
    step: "end",
    showSymbol: false,
    lineStyle: { width: 1.5, color: color("queue") },
    itemStyle: { color: color("queue") },
    emphasis: { disabled: true },
    data: points(windows, (w) => {
      const queued = mean(data.queued, w);
      return queued > 0 ? mean(data.capacity, w) + queued : null;
    }),
    markArea: {
      silent: true,
      itemStyle: { color: color("outage"), opacity: 0.75 },
      data: data.outages.map(([from, to]) => [{ xAxis: from * MINUTE }, { xAxis: to * MINUTE }]),
    },
  };
}

/** A long queue would flatten everything below it: the axis shows at most half of the capacity above it. */
function topOfTimeline() {
  const capacity = Math.max(...data.capacity);
  const queued = data.queued.reduce((most, g) => Math.max(most, g), 0);
  return queued === 0 ? capacity : capacity + Math.min(queued, capacity / 2);
}

export function timelineOption(window) {
  return {
    ...base(),
    grid: { left: 52, right: 14, top: 34, bottom: 84 },
    legend: { show: false },
    xAxis: timeAxis(span.from, span.to),
    yAxis: gpuAxis("GPUs", {
      max: topOfTimeline(),
      axisLabel: { formatter: short, showMaxLabel: false },
    }),
    dataZoom: zooms(window),
    tooltip: { ...base().tooltip, trigger: "axis", formatter: timelineTip },
    series: timelineSeries(window),
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
      showDataShadow: false,
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

function timelineTip(items) {
  const at = items[0].axisValue / MINUTE;
  const index = Math.max(0, firstAtLeast(data.minute, at + 1) - 1);
  const rows = items
    .filter((item) => item.value[1] !== null)
    .map((item) => {
      const queue = item.seriesId === "queue";
      const value = queue ? item.value[1] - data.capacity[index] : item.value[1];
      return [item.color, item.seriesName, whole(value)];
    })
    .reverse();
  const down = data.outages.some(([from, to]) => at >= from && at < to);
  return tip(`${moment(at)} UTC${down ? ", outage" : ""}`, rows);
}
