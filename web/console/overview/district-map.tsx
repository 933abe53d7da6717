/** The districts' own polygons, coloured by a measure; what is too small is shown once more beside them. */
import { MapPinOff } from "lucide-preact";
import { useMemo, useState } from "preact/hooks";
import { Empty, Loading, Trouble } from "../../shared/parts";
import type { Compliance } from "../../shared/wire.gen";
import { clusters, draw, holds, type Cluster, type Region } from "./drawing";
import { DistrictCard } from "./district-card";
import { Hatch, hatchId, Swatch } from "./swatch";
import { stepOf, stepsOf, tooFew, valueOf, type Measure, type Steps } from "./measures";
import { behindText, hatchText, stepTexts, valueText } from "./said";
import { useShapes, type Shape } from "./shapes";
import { overviewWords } from "./words";

const WIDTH = 420;
const HEIGHT = 460;
const MARGIN = 6;
const INSET = { width: 190, height: 140, margin: 10 };
/** Districts smaller than a square of this many pixels are not told apart by eye. */
const SMALL = 26;
const LETTER = 5.8;
const LABEL_HEIGHT = 28;

interface Looking {
  readonly looked: string | null;
  readonly onLook: (district: string | null) => void;
}

interface MapProps extends Looking {
  readonly rows: readonly Compliance[];
  readonly measure: Measure;
}

/** The map with its card, insets and legend. */
export function DistrictMap(props: MapProps) {
  const said = overviewWords();
  const { shapes, problem, again } = useShapes();
  const features = shapes?.features;
  return (
    <section class="card overview-map" aria-label={said.map}>
      {problem !== null && <Trouble problem={problem} again={again} />}
      {!features && problem === null && <Loading />}
      {features?.length === 0 && <Empty icon={MapPinOff} title={said.noShapes} />}
      {features && features.length > 0 && <Drawn {...props} shapes={features} />}
    </section>
  );
}

interface Colours {
  readonly by: ReadonlyMap<string, Compliance>;
  readonly measure: Measure;
  readonly steps: Steps;
}

/** The step of a district from 1 to 5; 0: hatched. */
function stepAt({ by, measure, steps }: Colours, id: string): number {
  const row = by.get(id);
  const value = row && valueOf(row, measure);
  return !row || !value || tooFew(row, measure) ? 0 : stepOf(value, steps, measure);
}

function Drawn({ rows, measure, looked, onLook, shapes }: MapProps & { shapes: readonly Shape[] }) {
  const said = overviewWords();
  const [chosen, setChosen] = useState<string | null>(null);
  const regions = useMemo(() => draw(shapes, WIDTH, HEIGHT, MARGIN), [shapes]);
  const groups = useMemo(() => clusters(regions, SMALL), [regions]);
  const by = useMemo(() => new Map(rows.map((row) => [row.district, row])), [rows]);
  const colours: Colours = { by, measure, steps: stepsOf(rows, measure) };
  const inInset = new Set(groups.flatMap((group) => group.members));
  const active = looked ?? chosen;
  const row = active === null ? undefined : by.get(active);
  const hands = { looked: active, onLook, chosen, onChoose: (id: string) => setChosen(id === chosen ? null : id) };
  return (
    <>
      <DistrictCard row={row} measure={measure} />
      <svg class="overview-map__sheet" viewBox={trimmed(regions)} role="group" aria-label={said.map} direction="ltr">
        <Hatch id={hatchId("map")} />
        <Regions regions={regions} colours={colours} hands={hands} hatch="map" silent={inInset} />
        <Labels regions={regions.filter((region) => !inInset.has(region.id))} colours={colours} />
      </svg>
      {groups.map((group) => (
        <Inset key={group.members.join()} group={group} shapes={shapes} colours={colours} hands={hands} />
      ))}
      <Legend measure={measure} steps={colours.steps} />
    </>
  );
}

/** The part of the sheet that is drawn on. */
function trimmed(regions: readonly Region[]): string {
  const lefts = regions.map(({ box }) => box[0][0]);
  const tops = regions.map(({ box }) => box[0][1]);
  const rights = regions.map(({ box }) => box[1][0]);
  const bottoms = regions.map(({ box }) => box[1][1]);
  const [left, top] = [Math.min(...lefts) - MARGIN, Math.min(...tops) - MARGIN];
  return [left, top, Math.max(...rights) + MARGIN - left, Math.max(...bottoms) + MARGIN - top].map(Math.round).join(" ");
}

interface Hands extends Looking {
  readonly chosen: string | null;
  readonly onChoose: (district: string) => void;
}

interface RegionsProps {
  readonly regions: readonly Region[];
  readonly colours: Colours;
  readonly hands: Hands;
  readonly hatch: string;
  /** Districts that the keyboard and a reader meet elsewhere. */
  readonly silent: ReadonlySet<string>;
}

function Regions({ regions, colours, hands, hatch, silent }: RegionsProps) {
  const active = regions.find((region) => region.id === hands.looked);
  return (
    <>
      {regions.map((region) => (
        <RegionShape key={region.id} region={region} colours={colours} hands={hands} hatch={hatch} silent={silent.has(region.id)} />
      ))}
      {active && <path d={active.path} class="overview-region__outline" aria-hidden="true" />}
    </>
  );
}

function RegionShape({ region, colours, hands, hatch, silent }: Omit<RegionsProps, "regions" | "silent"> & { region: Region; silent: boolean }) {
  const { id, name, path } = region;
  const row = colours.by.get(id);
  const step = stepAt(colours, id);
  const pointing = { onPointerEnter: () => hands.onLook(id), onPointerLeave: () => hands.onLook(null), onClick: () => hands.onChoose(id) };
  const look = { d: path, class: `overview-region overview-region--${step}`, fill: step === 0 ? `url(#${hatchId(hatch)})` : undefined };
  if (silent) return <path {...look} {...pointing} aria-hidden="true" />;
  const words = row ? [name, valueText(row, colours.measure), behindText(row, colours.measure)].join(", ") : name;
  const pressed = (event: KeyboardEvent) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    hands.onChoose(id);
  };
  return (
    <path
      {...look}
      {...pointing}
      tabIndex={0}
      role="button"
      aria-pressed={hands.chosen === id}
      aria-label={words}
      onFocus={() => hands.onLook(id)}
      onBlur={() => hands.onLook(null)}
      onKeyDown={pressed}
      data-testid="map-region"
      data-district={id}
      data-step={step}
    />
  );
}

/** Names with values, where both fit within the district. */
function Labels({ regions, colours }: { regions: readonly Region[]; colours: Colours }) {
  return regions.map((region) => {
    const row = colours.by.get(region.id);
    const value = row ? valueText(row, colours.measure) : "";
    const longest = Math.max(region.name.length, value.replace(/[\u2066\u2069]/g, "").length);
    if (!row || !holds(region, longest * LETTER, LABEL_HEIGHT)) return null;
    const step = stepAt(colours, region.id);
    const [x, y] = region.spot;
    const width = longest * LETTER + 10;
    return (
      <g key={region.id} class={`overview-label overview-label--${step}`} aria-hidden="true">
        {step === 0 && <rect x={x - width / 2} y={y - 15} width={width} height={31} />}
        <text x={x} y={y - 3} text-anchor="middle">
          {region.name}
        </text>
        <text x={x} y={y + 11} text-anchor="middle" class="overview-label__value">
          {value}
        </text>
      </g>
    );
  });
}

/** Small districts close together, larger, with a list of their values. */
function Inset({ group, shapes, colours, hands }: { group: Cluster; shapes: readonly Shape[]; colours: Colours; hands: Hands }) {
  const said = overviewWords();
  const members = useMemo(() => new Set(group.members), [group]);
  const drawn = useMemo(
    () => draw(shapes, INSET.width, INSET.height, INSET.margin, shapes.filter((shape) => members.has(String(shape.id)))),
    [shapes, members],
  );
  const others = new Set(drawn.filter((region) => !members.has(region.id)).map((region) => region.id));
  const name = `inset-${group.members[0] ?? ""}`;
  const title = group.title ?? said.closer;
  return (
    <div class="overview-inset">
      <svg viewBox={`0 0 ${INSET.width} ${INSET.height}`} role="group" aria-label={title} direction="ltr">
        <Hatch id={hatchId(name)} />
        <Regions regions={drawn} colours={colours} hands={hands} hatch={name} silent={others} />
      </svg>
      <h2>
        <bdi>{title}</bdi>
      </h2>
      <ul>
        {group.listed.map((id) => {
          const row = colours.by.get(id);
          return (
            row && (
              <li key={id} class={hands.looked === id ? "overview-inset__looked" : undefined} onPointerEnter={() => hands.onLook(id)} onPointerLeave={() => hands.onLook(null)}>
                <Swatch step={stepAt(colours, id)} />
                <span class="grow">
                  <bdi>{row.name}</bdi>
                </span>
                <span>{valueText(row, colours.measure)}</span>
              </li>
            )
          );
        })}
      </ul>
    </div>
  );
}

function Legend({ measure, steps }: { measure: Measure; steps: Steps }) {
  const said = overviewWords();
  const title = { clear: said.clearLegend, due: said.dueLegend, visited: said.visitedLegend }[measure];
  const hatched = hatchText(measure);
  return (
    <div class="overview-legend">
      <h2>{title}</h2>
      <ul>
        {stepTexts(steps, measure).map((text, index) => (
          <li key={index}>
            <Swatch step={index + 1} wide />
            {text}
          </li>
        ))}
        {hatched && (
          <li>
            <Swatch step={0} wide />
            {hatched}
          </li>
        )}
      </ul>
    </div>
  );
}
