/** An establishment's facts, to read. */
import { Num } from "../../shared/parts";
import { ltr } from "../../shared/words";
import { whole } from "../../shared/format";
import type { Values } from "../../sync/tablet";
import { useAsked } from "../state/field";
import { visitWords } from "../words/visits";

const DIGITS = 5;

export function Facts({ place }: { place: Values }) {
  const t = visitWords();
  const links = useLinks(place);
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
    { label: t.aliases, value: listed(strings(place["aliases"])), rare: true },
    { label: t.branchOf, value: links.branchOf, rare: true },
    { label: t.principals, value: links.principals, rare: true },
    { label: t.remarks, value: text(place["remarks"]), rare: true },
  ];
  return (
    <dl class="facts">
      {rows.filter(({ value, rare }) => value !== null || rare !== true).map(({ label, value }) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value ?? <span class="muted">{t.unknown}</span>}</dd>
        </div>
      ))}
    </dl>
  );
}

/** The names of the units that this one belongs to or works for; those of other districts are not on this tablet. */
function useLinks(place: Values) {
  const t = visitWords();
  const parents = strings([place["branch_of"]]);
  const principals = strings(place["principals"]);
  const ids = [...parents, ...principals];
  const names = useAsked(
    async (from) => new Map(await Promise.all(ids.map(async (id) => [id, (await from.shown(id))?.["name"]] as const))),
    ids.join(" "),
  );
  const shown = (of: readonly string[]) => {
    const known = strings(of.map((id) => names?.get(id)));
    const missing = of.length - known.length;
    if (of.length === 0 || names === undefined) return null;
    return listed(missing > 0 ? [...known, t.elsewhere(missing)] : known);
  };
  return { branchOf: shown(parents), principals: shown(principals) };
}

const strings = (value: unknown): readonly string[] => (Array.isArray(value) ? value.filter((each): each is string => typeof each === "string" && each !== "") : []);

function listed(each: readonly string[]) {
  if (each.length === 0) return null;
  return each.map((one) => (
    <div key={one}>
      <bdi>{one}</bdi>
    </div>
  ));
}

const text = (value: unknown) => (typeof value === "string" && value !== "" ? <bdi>{value}</bdi> : null);
const code = (value: unknown) => (typeof value === "string" && value !== "" ? <Num>{value}</Num> : null);

function position(value: unknown): string | null {
  if (typeof value !== "object" || value === null) return null;
  const { lat, lon } = value as { lat?: unknown; lon?: unknown };
  return typeof lat === "number" && typeof lon === "number" ? ltr(`${lat.toFixed(DIGITS)}, ${lon.toFixed(DIGITS)}`) : null;
}
