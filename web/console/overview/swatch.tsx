/** The five steps and the hatch, as the map and its legend show them. */

/** The id of a drawing's hatch. */
export function hatchId(drawing: string): string {
  return `hatch-${drawing}`;
}

/** The hatch of districts of which too little is known. */
export function Hatch({ id }: { id: string }) {
  return (
    <defs>
      <pattern id={id} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="6" height="6" class="overview-hatch__ground" />
        <line x1="0" y1="0" x2="0" y2="6" class="overview-hatch__line" />
      </pattern>
    </defs>
  );
}

/** A step's colour; 0 is the hatch. */
export function Swatch({ step, wide = false }: { step: number; wide?: boolean }) {
  return <i class={`overview-swatch overview-swatch--${step}${wide ? " overview-swatch--wide" : ""}`} aria-hidden="true" />;
}
