/**
 * exp and ln from + − × ÷ alone. The standard ones may differ in the last bit between engines, and one bit
 * is enough to move a job to another hour; these give the same double everywhere.
 */

/** Natural logarithm; `x > 0` and finite. Error below 4e-15, relative where the logarithm exceeds 1. */
export function ln(x: number): number {
  let mantissa = x;
  let exponent = 0;
  for (; mantissa < Math.SQRT1_2; mantissa *= 2) exponent -= 1;
  for (; mantissa >= Math.SQRT2; mantissa /= 2) exponent += 1;
  return exponent * Math.LN2 + lnNearOne(mantissa);
}

/** ln m = 2 artanh s with s = (m − 1) ÷ (m + 1); |s| ≤ 0.172, so ten terms reach the last bit. */
function lnNearOne(mantissa: number): number {
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let sum = 0;
  for (let power = 19; power >= 1; power -= 2) sum = sum * square + 1 / power;
  return 2 * s * sum;
}

/** e to the x; |x| below 700. Relative error below 2e-14 where |x| is at most 100. */
export function exp(x: number): number {
  const halvings = Math.round(x / Math.LN2);
  const rest = x - halvings * Math.LN2;
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
