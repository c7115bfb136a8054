// What the forecast said and what came: one fan, then the band and the quantiles by lead.

import {
  axis,
  base,
  color,
  data,
  gpuAxis,
  isNarrow,
  leadName,
  percent,
  percentAxis,
  short,
  tip,
  whole,
} from "./theme.js";

function leadAxis(leads, more) {
  return axis({
    type: "category",
    data: leads.map(leadName),
    axisLabel: { interval: isNarrow() ? 1 : 0 },
    axisLine: { show: true, lineStyle: { color: color("rule") } },
    name: "ahead",
    nameLocation: "end",
    nameGap: 8,
    nameTextStyle: {
      color: color("soft"),
      align: "right",
      verticalAlign: "top",
      padding: [26, 0, 0, 0],
    },
    ...more,
  });
}

/** A band between two quantiles, stacked on the one below it. */
function band(name, below, above, fill) {
  return {
    name,
    type: "line",
    stack: "fan",
    showSymbol: false,
    silent: true,
    lineStyle: { width: 0 },
    itemStyle: { color: fill },
    areaStyle: { color: fill, opacity: fill === "transparent" ? 0 : 1 },
    data: above.map((value, i) => value - (below[i] ?? 0)),
  };
}

function fanSeries(fan) {
  const [most, half] = [color("fan-most"), color("fan-half")];
  return [
    band("below", [], fan.q05, "transparent"),
    band("90 %", fan.q05, fan.q25, most),
    band("50 %", fan.q25, fan.q75, half),
    band("90 %", fan.q75, fan.q95, most),
    {
      name: "median",
      type: "line",
      showSymbol: false,
      silent: true,
      lineStyle: { color: color("forecast"), width: 1.5, type: [5, 4] },
      data: fan.q50,
    },
    {
      name: "came",
      type: "line",
      symbol: "circle",
      symbolSize: 6,
      lineStyle: { color: color("ink"), width: 2 },
      itemStyle: { color: color("ink") },
      data: fan.came,
    },
  ];
}

export function fanOption(index) {
  const fan = data.fans[index];
  const most = Math.max(...data.capacity);
  const tick = 10 ** Math.floor(Math.log10(most)) / 2;
  const lowest = Math.min(...fan.q05, ...fan.came.filter((gpus) => gpus !== null));
  return {
    ...base(),
    grid: { left: 52, right: 20, top: 34, bottom: 44 },
    xAxis: leadAxis(fan.lead_hours, { boundaryGap: false }),
    yAxis: gpuAxis("GPUs that training needs", {
      min: Math.floor(lowest / tick) * tick,
      max: most,
      axisLabel: { formatter: short, showMaxLabel: false },
    }),
    tooltip: {
      ...base().tooltip,
      trigger: "axis",
      formatter: (items) => fanTip(fan, items[0].dataIndex),
    },
    series: fanSeries(fan),
  };
}

function fanTip(fan, i) {
  const came = fan.came[i] === null ? "not known" : whole(fan.came[i]);
  return tip(`${leadName(fan.lead_hours[i])} ahead`, [
    [color("ink"), "came", came],
    [color("forecast"), "median", whole(fan.q50[i])],
    [color("fan-half"), "half", `${whole(fan.q25[i])} to ${whole(fan.q75[i])}`],
    [color("fan-most"), "nine tenths", `${whole(fan.q05[i])} to ${whole(fan.q95[i])}`],
  ]);
}

export function coverageOption() {
  const shares = data.coverage.map((row) => row.share);
  const least = Math.min(0.8, Math.floor(Math.min(...shares) * 10) / 10);
  return {
    ...base(),
    grid: { left: 46, right: 20, top: 14, bottom: 44 },
    xAxis: leadAxis(
      data.coverage.map((row) => row.lead_hours),
      {},
    ),
    yAxis: percentAxis({ min: least, max: 1, interval: least < 0.6 ? 0.1 : 0.05 }),
    tooltip: {
      ...base().tooltip,
      formatter: ({ dataIndex: i, color }) =>
        tip(`${leadName(data.coverage[i].lead_hours)} ahead`, [
          [color, "inside the band", percent(shares[i])],
        ]),
    },
    series: [
      {
        type: "line",
        symbol: "circle",
        symbolSize: 8,
        lineStyle: { color: color("forecast"), width: 2 },
        itemStyle: { color: color("forecast") },
        data: shares,
        markLine: {
          silent: true,
          symbol: "none",
          label: { show: false },
          lineStyle: { color: color("soft"), type: "solid", width: 1 },
          data: [{ yAxis: 0.9 }],
        },
        markArea: {
          silent: true,
          itemStyle: { color: color("fan-most"), opacity: 0.55 },
          data: [[{ yAxis: 0.87 }, { yAxis: 0.93 }]],
        },
      },
    ],
  };
}

export function diagonal(most) {
  return {
    type: "line",
    silent: true,
    symbol: "none",
    lineStyle: { color: color("soft"), width: 1, type: [4, 4] },
    data: [
      [0, 0],
      [most, most],
    ],
  };
}

export function calibrationOption() {
  const rows = data.calibration;
  const lines = rows.map((row, i) => ({
    name: leadName(row.lead_hours),
    type: "line",
    symbol: "circle",
    symbolSize: 4,
    showSymbol: true,
    lineStyle: { color: color("forecast"), width: 1.5 },
    itemStyle: {
      color: color("forecast"),
      opacity: 0.25 + (0.75 * i) / Math.max(1, rows.length - 1),
    },
    emphasis: { focus: "series", lineStyle: { width: 3 } },
    data: row.stated.map((stated, k) => [stated, row.came[k]]),
  }));
  for (const line of lines) line.lineStyle.opacity = line.itemStyle.opacity;
  return {
    ...base(),
    grid: { left: 46, right: 20, top: 14, bottom: 44 },
    xAxis: percentAxis({ min: 0, max: 1, name: "stated", nameLocation: "middle", nameGap: 26 }),
    yAxis: percentAxis({ min: 0, max: 1 }),
    tooltip: {
      ...base().tooltip,
      formatter: ({ seriesName, value, color }) =>
        tip(`${seriesName} ahead`, [
          [color, "stated", percent(value[0])],
          [color, "came", percent(value[1])],
        ]),
    },
    series: [diagonal(1), ...lines],
  };
}
