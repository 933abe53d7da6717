/** The districts' own polygons as the server draws them, and their rings turned the way that drawing needs. */
import type { Feature, FeatureCollection, MultiPolygon, Polygon, Position } from "geojson";
import { useEffect, useState } from "preact/hooks";
import { get } from "../../shared/api";

export interface ShapeProperties {
  readonly name: string;
  readonly division: string | null;
}

export type Shape = Feature<Polygon | MultiPolygon, ShapeProperties>;
export type Shapes = FeatureCollection<Polygon | MultiPolygon, ShapeProperties>;

/** A district's polygons, each an outer ring and its holes. */
export function polygons(shape: Shape): readonly (readonly Position[][])[] {
  return shape.geometry.type === "Polygon" ? [shape.geometry.coordinates] : shape.geometry.coordinates;
}

/**
 * Outer rings clockwise, holes counterclockwise, whichever way they came. On a sphere a ring says by its direction
 * which side is inside; RFC 7946 has it the other way round, and the district would be the rest of the world.
 */
export function rewound(shape: Shape): Shape {
  const turned = polygons(shape).map((rings) => rings.map((ring, index) => (clockwise(ring) === (index === 0) ? ring : ring.toReversed())));
  return { ...shape, geometry: { type: "MultiPolygon", coordinates: turned } };
}

/** Whether a ring runs clockwise, north being up. */
export function clockwise(ring: readonly Position[]): boolean {
  let doubled = 0;
  ring.forEach(([x = 0, y = 0], index) => {
    const [nextX = 0, nextY = 0] = ring[(index + 1) % ring.length] ?? [];
    doubled += x * nextY - nextX * y;
  });
  return doubled < 0;
}

interface Fetched {
  readonly shapes: Shapes | null;
  readonly problem: unknown;
  readonly again: () => void;
}

/** The shapes, asked for once: borders do not change while somebody looks. */
export function useShapes(): Fetched {
  const [fetched, setFetched] = useState<Omit<Fetched, "again">>({ shapes: null, problem: null });
  const [tries, setTries] = useState(0);
  useEffect(() => {
    let left = false;
    get<Shapes>("/api/districts/shapes").then(
      (shapes) => left || setFetched({ shapes, problem: null }),
      (problem: unknown) => left || setFetched({ shapes: null, problem }),
    );
    return () => {
      left = true;
    };
  }, [tries]);
  return { ...fetched, again: () => setTries(tries + 1) };
}
