/** A QR code, drawn as lines: black on white in every theme, with the white margin that a camera needs. */
import { encode } from "uqr";

/** Modules of white on each side (ISO/IEC 18004, 9.1). */
const MARGIN = 4;

/** A code as one path of unit squares, in an image of `size` by `size`. */
export interface Drawn {
  readonly size: number;
  readonly path: string;
}

/** The code of a text, no larger than it must be, with error correction M as the office's own codes have it. */
export function drawn(text: string): Drawn {
  const { data, size } = encode(text, { ecc: "M", boostEcc: false, border: 0 });
  const path = data.flatMap((row, y) => runs(row).map(([from, length]) => `M${from + MARGIN} ${y + MARGIN}h${length}v1h-${length}z`));
  return { size: size + 2 * MARGIN, path: path.join("") };
}

/** Where dark modules stand side by side: the first of them, and how many. */
function runs(row: readonly boolean[]): readonly (readonly [from: number, length: number])[] {
  const found: [number, number][] = [];
  row.forEach((dark, x) => {
    const last = found.at(-1);
    if (dark && last !== undefined && last[0] + last[1] === x) last[1] += 1;
    else if (dark) found.push([x, 1]);
  });
  return found;
}

/** The code of a text as an image; `label` says to the ear what it is. */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { size, path } = drawn(text);
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} data-testid="qr">
      <path d={path} shape-rendering="crispEdges" />
    </svg>
  );
}
