/** Polygons on a sheet: paths, where a name can stand, and which districts are too small to be seen without a glass. */
import { geoMercator, geoPath } from "d3-geo";
import { polygons, rewound, type Shape } from "./shapes";

export type Point = readonly [number, number];
type Ring = readonly Point[];

/** A district on a sheet of some size; all lengths in its pixels. */
export interface Region {
  readonly id: string;
  readonly name: string;
  readonly division: string | null;
  readonly path: string;
  readonly box: readonly [Point, Point];
  /** The polygons, each an outer ring and its holes. */
  readonly rings: readonly (readonly Ring[])[];
  /** Where a name stands best: well within the largest polygon. */
  readonly spot: Point;
  readonly area: number;
}

/** Draw districts on a sheet so that `fitted` (all, if not given) fill it. North is up. */
export function draw(shapes: readonly Shape[], width: number, height: number, margin: number, fitted: readonly Shape[] = shapes): readonly Region[] {
  const turned = shapes.map(rewound);
  const projection = geoMercator().fitExtent(
    [
      [margin, margin],
      [width - margin, height - margin],
    ],
    { type: "FeatureCollection", features: fitted.map(rewound) },
  );
  const path = geoPath(projection).digits(1);
  return turned.map((shape) => {
    const rings = polygons(shape).map((polygon) => polygon.map((ring) => ring.map(([x = 0, y = 0]): Point => projection([x, y]) ?? [0, 0])));
    const largest = rings.toSorted((one, other) => areaOf(other[0]) - areaOf(one[0]))[0] ?? [];
    return {
      id: String(shape.id),
      name: shape.properties.name,
      division: shape.properties.division,
      path: path(shape) ?? "",
      box: path.bounds(shape),
      rings,
      spot: spotIn(largest),
      area: path.area(shape),
    };
  });
}

function areaOf(ring: Ring = []): number {
  let doubled = 0;
  ring.forEach(([x, y], index) => {
    const [nextX, nextY] = ring[(index + 1) % ring.length] ?? [0, 0];
    doubled += x * nextY - nextX * y;
  });
  return Math.abs(doubled) / 2;
}

/** Whether a point lies within a polygon, its holes left out. */
export function inside([x, y]: Point, rings: readonly Ring[]): boolean {
  let within = false;
  for (const ring of rings)
    for (let index = 0, before = ring.length - 1; index < ring.length; before = index, index += 1) {
      const [ax, ay] = ring[index] ?? [0, 0];
      const [bx, by] = ring[before] ?? [0, 0];
      if (ay > y !== by > y && x < ((bx - ax) * (y - ay)) / (by - ay) + ax) within = !within;
    }
  return within;
}

const GRID = 28;
/** Names are wider than high: what counts is the room for such a box. */
const WIDER = 2.4;

/** The point of a polygon with the most room around it for a name. */
export function spotIn(rings: readonly Ring[]): Point {
  const outer = rings[0] ?? [];
  const xs = outer.map(([x]) => x);
  const ys = outer.map(([, y]) => y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  let best: Point = [(left + right) / 2, (top + bottom) / 2];
  let room = -1;
  for (let row = 1; row < GRID; row += 1)
    for (let column = 1; column < GRID; column += 1) {
      const at: Point = [left + ((right - left) * column) / GRID, top + ((bottom - top) * row) / GRID];
      if (!inside(at, rings)) continue;
      const found = roomAt(at, rings, room);
      if (found > room) [best, room] = [at, found];
    }
  return best;
}

/** The distance to the nearest border, measured so that a wide box counts; stops early below `enough`. */
function roomAt([x, y]: Point, rings: readonly Ring[], enough: number): number {
  let nearest = Infinity;
  for (const ring of rings)
    for (let index = 0; index < ring.length - 1; index += 1) {
      const [ax, ay] = ring[index] ?? [0, 0];
      const [bx, by] = ring[index + 1] ?? [0, 0];
      nearest = Math.min(nearest, toSegment((x - ax) / WIDER, y - ay, (bx - ax) / WIDER, by - ay));
      if (nearest <= enough) return nearest;
    }
  return nearest;
}

function toSegment(px: number, py: number, dx: number, dy: number): number {
  const length = dx * dx + dy * dy;
  const along = length === 0 ? 0 : Math.max(0, Math.min(1, (px * dx + py * dy) / length));
  return Math.hypot(px - along * dx, py - along * dy);
}

/** Whether a box of this size around a region's spot lies within it. */
export function holds(region: Region, width: number, height: number): boolean {
  const [x, y] = region.spot;
  const across = [-1, -0.5, 0, 0.5, 1].map((part) => x + (part * width) / 2);
  const around = across.flatMap((each): Point[] => [
    [each, y - height / 2],
    [each, y + height / 2],
  ]);
  return around.every((point) => region.rings.some((polygon) => inside(point, polygon)));
}

/** Small districts close together, which are shown once more, larger. */
export interface Cluster {
  /** The division that they all belong to, where that is known. */
  readonly title: string | null;
  readonly members: readonly string[];
  /** The members, and the other districts of their division. */
  readonly listed: readonly string[];
}

const NEAR = 12;
const FEWEST = 2;

/** The clusters of regions smaller than a square of `small` pixels; one alone makes none. */
export function clusters(regions: readonly Region[], small: number): readonly Cluster[] {
  const left = new Set(regions.filter((region) => region.area < small * small));
  const found: Region[][] = [];
  for (const first of left) {
    const group = [first];
    left.delete(first);
    for (const member of group)
      for (const other of left)
        if (gap(member.box, other.box) < NEAR) {
          group.push(other);
          left.delete(other);
        }
    if (group.length >= FEWEST) found.push(group);
  }
  return found.map((group) => clusterOf(group, regions));
}

function clusterOf(group: readonly Region[], all: readonly Region[]): Cluster {
  const [division = null, ...others] = new Set(group.map((region) => region.division));
  const title = others.length === 0 ? division : null;
  const listed = title === null ? group : all.filter((region) => region.division === title || group.includes(region));
  return { title, members: group.map((region) => region.id), listed: listed.map((region) => region.id) };
}

function gap([[left, top], [right, bottom]]: Region["box"], [[otherLeft, otherTop], [otherRight, otherBottom]]: Region["box"]): number {
  const across = Math.max(0, otherLeft - right, left - otherRight);
  const down = Math.max(0, otherTop - bottom, top - otherBottom);
  return Math.hypot(across, down);
}
