/** An establishment's facts, to read. */
import { Num } from "../../shared/parts";
import { ltr } from "../../shared/words";
import { whole } from "../../shared/format";
import type { Values } from "../../sync/tablet";
import { visitWords } from "../words/visits";

const DIGITS = 5;

export function Facts({ place }: { place: Values }) {
  const t = visitWords();
  const state: Record<string, string> = { open: t.open, closed: t.closed, shifted: t.shifted, untraceable: t.untraceable };
  const workers = place["workers_declared"];
  const rows = [
    { label: t.address, value: text(place["address"]) },
    { label: t.registration, value: code(place["registration_no"]) },
    { label: t.owner, value: text(place["owner"]) },
    { label: t.phone, value: code(place["phone"]) },
    { label: t.sector, value: text(place["sector"]) },
    { label: t.declared, value: typeof workers === "number" ? <Num>{whole(workers)}</Num> : null },
    { label: t.status, value: state[String(place["status"] ?? "open")] ?? null },
    { label: t.position, value: position(place["location"]) },
    { label: t.remarks, value: text(place["remarks"]) },
  ];
  return (
    <dl class="facts">
      {rows.filter(({ label, value }) => value !== null || label !== t.remarks).map(({ label, value }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value ?? <span class="muted">{t.unknown}</span>}</dd>
        </div>
      ))}
    </dl>
  );
}

const text = (value: unknown) => (typeof value === "string" && value !== "" ? <bdi>{value}</bdi> : null);
const code = (value: unknown) => (typeof value === "string" && value !== "" ? <Num>{value}</Num> : null);

function position(value: unknown): string | null {
  if (typeof value !== "object" || value === null) return null;
  const { lat, lon } = value as { lat?: unknown; lon?: unknown };
  return typeof lat === "number" && typeof lon === "number" ? ltr(`${lat.toFixed(DIGITS)}, ${lon.toFixed(DIGITS)}`) : null;
}
