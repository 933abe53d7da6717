/** Adding up money exactly: rupees as text on the wire ("2400.50"), whole paisa in between, never floats. */

const EXACT = /^(-?)(\d+)\.(\d{2})$/;
const GROUPS = /\B(?=(\d{3})+(?!\d))/g;

/** Rupees of the wire as whole paisa. Throws RangeError for what is no amount, rather than guess. */
export function paisa(rupees: string): bigint {
  const match = EXACT.exec(rupees);
  if (!match) throw new RangeError(`not an amount of rupees: ${rupees}`);
  const [, sign = "", whole = "", rest = ""] = match;
  const amount = BigInt(whole) * 100n + BigInt(rest);
  return sign ? -amount : amount;
}

/** Whole paisa as on the wire: 240050n is "2400.50". */
export function wireRupees(amount: bigint): string {
  const text = String(amount < 0n ? -amount : amount).padStart(3, "0");
  return `${amount < 0n ? "-" : ""}${text.slice(0, -2)}.${text.slice(-2)}`;
}

/** The sum of amounts, as on the wire; "0.00" of none. */
export function total(amounts: Iterable<string>): string {
  let sum = 0n;
  for (const each of amounts) sum += paisa(each);
  return wireRupees(sum);
}

/** An amount for a column of amounts, without "Rs" and always with paisa, so that units stand under units. */
export function inColumn(rupees: string): string {
  const [whole = "", rest = ""] = wireRupees(paisa(rupees)).replace("-", "− ").split(".");
  return `${whole.replace(GROUPS, ",")}.${rest}`;
}
