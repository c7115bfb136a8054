import { createForecaster, type HourReading } from "../src/surplus/forecast.ts";
import { createScorer, type ForecastScore } from "../src/surplus/score.ts";
import { readHours, USAGE_FILES } from "./forecast-trace.ts";

function scoreOf(hours: readonly HourReading[]): ForecastScore {
  const forecaster = createForecaster();
  const scorer = createScorer();
  for (const reading of hours) {
    forecaster.observe(reading);
    scorer.observe(reading);
    const forecast = forecaster.forecast();
    if (forecast !== "history_too_short") scorer.enter(forecast);
  }
  return scorer.score();
}

for (const file of USAGE_FILES) {
  const hours = readHours(file);
  const began = performance.now();
  const score = scoreOf(hours);
  const seconds = (performance.now() - began) / 1000;
  console.log(
    `\n${file}: ${hours.length} h in ${seconds.toFixed(1)} s, pinball_ratio ${score.pinball_ratio?.toFixed(3)}`,
  );
  for (const lead of score.by_lead) {
    console.log(
      String(lead.lead_hours).padStart(4),
      lead.pinball?.toFixed(5),
      lead.best_baseline_pinball?.toFixed(5),
      lead.best_baseline?.padEnd(20),
      ((lead.pinball ?? 0) / (lead.best_baseline_pinball ?? 1)).toFixed(3),
      ((lead.coverage_90 ?? 0) * 100).toFixed(1),
    );
  }
}
