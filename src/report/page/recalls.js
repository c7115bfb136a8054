// GPUs taken back, in bars of a natural length of time.

import {
  MINUTE,
  base,
  color,
  data,
  gpuAxis,
  isNarrow,
  lengthName,
  moment,
  timeAxis,
  tip,
  whole,
} from "./theme.js";

const BAR_MINUTES = [10, 15, 30, 60, 120, 180, 360, 720, 1_440, 2_880, 10_080, 20_160];

function barMinutes(window) {
  const most = isNarrow() ? 60 : 180;
  const fits = (length) => length >= data.stepMinutes && (window.to - window.from) / length <= most;
  return BAR_MINUTES.find(fits) ?? 20_160;
}

/** Sums over `[k × length, (k + 1) × length)`, placed at the middle of their bar. */
function sums(values, window, length) {
  const totals = new Map();
  for (const [i, value] of values.entries()) {
    if (value === 0 || data.minute[i] < window.from || data.minute[i] >= window.to) continue;
    const bar = Math.floor(data.minute[i] / length) * length;
    totals.set(bar, (totals.get(bar) ?? 0) + value);
  }
  return totals;
}

function recallSeries(name, colorName, values, window, length) {
  const totals = sums(values, window, length);
  const bars = [];
  for (let bar = Math.floor(window.from / length) * length; bar < window.to; bar += length) {
    bars.push([(bar + length / 2) * MINUTE, totals.get(bar) ?? 0]);
  }
  return {
    id: name,
    name,
    type: "bar",
    stack: "back",
    barCategoryGap: "18%",
    itemStyle: { color: color(colorName) },
    emphasis: { disabled: true },
    data: bars,
  };
}

export function recallsOption(window) {
  const length = barMinutes(window);
  return {
    ...base(),
    grid: { left: 52, right: 14, top: 34, bottom: 28 },
    xAxis: timeAxis(window.from, window.to),
    yAxis: gpuAxis(`GPUs taken back per ${lengthName(length).replace(/^1 /, "")}`, {
      splitNumber: 3,
      minInterval: 1,
    }),
    tooltip: {
      ...base().tooltip,
      trigger: "axis",
      axisPointer: { type: "none" },
      formatter: (items) =>
        tip(
          `${lengthName(length)} from ${moment(items[0].axisValue / MINUTE - length / 2)} UTC`,
          items.map((item) => [item.color, item.seriesName, whole(item.value[1])]),
        ),
    },
    series: [
      recallSeries("recalled", "recalled", data.recalled, window, length),
      recallSeries("breached", "breached", data.breached, window, length),
    ],
  };
}
