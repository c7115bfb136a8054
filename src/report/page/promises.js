// Stated against real chance of recall, a circle for each decile.

import { diagonal } from "./forecast.js";
import { base, color, data, percent, percentAxis, tip, whole } from "./theme.js";

export function reliabilityOption() {
  const rows = data.reliability;
  const shares = rows.flatMap((row) => [row.stated, row.recalled]);
  const most = Math.min(1, Math.max(0.05, Math.ceil(Math.max(...shares) * 11) / 10));
  const lots = Math.max(...rows.map((row) => row.lots));
  const name = { nameLocation: "middle", splitNumber: 5 };
  return {
    ...base(),
    grid: { left: 62, right: 24, top: 24, bottom: 48 },
    xAxis: percentAxis({
      ...name,
      min: 0,
      max: most,
      name: "stated chance of recall",
      nameGap: 28,
    }),
    yAxis: percentAxis({ ...name, min: 0, max: most, name: "really recalled", nameGap: 44 }),
    tooltip: { ...base().tooltip, formatter: ({ dataIndex }) => reliabilityTip(rows[dataIndex]) },
    series: [
      diagonal(most),
      {
        type: "scatter",
        symbolSize: (value) => 8 + 30 * Math.sqrt(value[2] / lots),
        itemStyle: {
          color: color("notice-1") || color("notice-0"),
          opacity: 0.75,
          borderColor: color("paper"),
        },
        emphasis: { disabled: true },
        data: rows.map((row) => [row.stated, row.recalled, row.lots]),
      },
    ],
  };
}

function reliabilityTip(row) {
  const fill = color("notice-1") || color("notice-0");
  return tip(`${whole(row.lots)} lots`, [
    [fill, "stated", percent(row.stated)],
    [fill, "really recalled", percent(row.recalled)],
  ]);
}
