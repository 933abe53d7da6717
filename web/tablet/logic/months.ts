/** The months that a visit looks at. */

/** The last `count` finished months before a date of the wire, latest first. */
export function finishedMonths(today: string, count = 12): string[] {
  const [year = 0, month = 1] = today.split("-").map(Number);
  return Array.from({ length: count }, (_, back) => {
    const number = year * 12 + (month - 1) - (back + 1);
    return `${Math.floor(number / 12)}-${String((number % 12) + 1).padStart(2, "0")}`;
  });
}
