/**
 * exp and ln from + − × ÷ alone. The standard ones may differ in the last bit between engines, and one bit
 * is enough to move a job to another hour; these give the same double everywhere.
 */

const LN_2 = 0.693_147_180_559_945_3;
const SQRT_HALF = 0.707_106_781_186_547_6;

/** Natural logarithm; `x > 0` and finite. Relative error below 1e-14 for x away from 1. */
export function ln(x: number): number {
  let mantissa = x;
  let exponent = 0;
  for (; mantissa < SQRT_HALF; mantissa *= 2) exponent -= 1;
  for (; mantissa >= 2 * SQRT_HALF; mantissa /= 2) exponent += 1;
  return exponent * LN_2 + lnNearOne(mantissa);
}

/** ln m = 2 artanh s with s = (m − 1) ÷ (m + 1); |s| ≤ 0.172, so ten terms reach the last bit. */
function lnNearOne(mantissa: number): number {
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let sum = 0;
  for (let power = 19; power >= 1; power -= 2) sum = sum * square + 1 / power;
  return 2 * s * sum;
}

/** e to the x; |x| below 700. Relative error below 1e-14. */
export function exp(x: number): number {
  const halvings = Math.round(x / LN_2);
  const rest = x - halvings * LN_2;
  let sum = 1;
  for (let term = 14; term >= 1; term -= 1) sum = 1 + (rest * sum) / term;
  return sum * powerOfTwo(halvings);
}

function powerOfTwo(exponent: number): number {
  const factor = exponent < 0 ? 0.5 : 2;
  let power = 1;
  for (let left = Math.abs(exponent); left > 0; left -= 1) power *= factor;
  return power;
}
