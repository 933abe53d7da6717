import { geoArea } from "d3-geo";
import { describe, expect, test } from "vitest";
import { clusters, draw, holds, inside, spotIn, type Point, type Region } from "./drawing";
import { clockwise, rewound, type Shape } from "./shapes";

type Ring = [number, number][];

function square(x: number, y: number, side: number): Ring {
  return [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]];
}

function shape(id: string, rings: Ring[], division: string | null = null): Shape {
  return { type: "Feature", id, properties: { name: id, division }, geometry: { type: "Polygon", coordinates: rings } };
}

const HALF_THE_WORLD = 2 * Math.PI;

describe("the direction of rings", () => {
  const outer = square(67, 24, 2);
  const hole = square(67.5, 24.5, 0.5).toReversed();

  test.each([
    ["as on the wire", outer, hole],
    ["the other way round", outer.toReversed(), hole.toReversed()],
    ["one each way", outer, hole.toReversed()],
  ])("is mended wherever it came from: %s", (_, first, second) => {
    const turned = rewound(shape("a", [first, second]));
    const [rings = []] = turned.geometry.coordinates as Ring[][];
    expect(rings.map(clockwise)).toEqual([true, false]);
    expect(geoArea(turned)).toBeLessThan(HALF_THE_WORLD / 100);
  });

  test("unmended would make a district of the rest of the world", () => {
    expect(clockwise(outer)).toBe(false);
    expect(geoArea(shape("a", [outer]))).toBeGreaterThan(HALF_THE_WORLD);
  });
});

/** The regions of a drawing by id. */
function drawn(...given: Parameters<typeof draw>): (id: string) => Region {
  const regions = draw(...given);
  return (id) => {
    const found = regions.find((region) => region.id === id);
    if (!found) throw new Error(`${id} was not drawn`);
    return found;
  };
}

describe("a drawing", () => {
  const shapes = [shape("west", [square(67, 24, 2)]), shape("east", [square(69, 24, 2)])];
  const of = drawn(shapes, 400, 300, 10);
  const [west, east] = [of("west"), of("east")];

  test("fills the sheet within its margin, north up and east to the right", () => {
    const each = drawn([shape("south", [square(67, 24, 1)]), shape("north", [square(67, 25, 1)])], 300, 300, 10);
    expect(each("north").box[1][1]).toBeLessThan(each("south").box[1][1]);
    expect(west.box[0][0]).toBeCloseTo(10, 0);
    expect(east.box[1][0]).toBeCloseTo(390, 0);
    expect(west.box[0][0]).toBeLessThan(east.box[0][0]);
    expect(west.path).toMatch(/^M/);
  });

  test("puts names where there is room for them", () => {
    expect(holds(west, 80, 26)).toBe(true);
    expect(holds(west, 240, 26)).toBe(false);
  });

  test("may fit some of the districts only, and draws the others beyond the sheet", () => {
    const one = drawn(shapes, 200, 200, 10, shapes.slice(0, 1));
    expect(one("west").box[1][0]).toBeLessThanOrEqual(190.5);
    expect(one("east").box[1][0]).toBeGreaterThan(200);
  });
});

test("a name of a bent district stands within it", () => {
  const bent: Point[] = [[0, 0], [100, 0], [100, 20], [20, 20], [20, 100], [0, 100], [0, 0]];
  const spot = spotIn([bent]);
  expect(inside(spot, [bent])).toBe(true);
  expect(inside([60, 60], [bent])).toBe(false);
});

test("a point in a hole is not inside", () => {
  const rings = [square(0, 0, 10), square(4, 4, 2)];
  expect(inside([1, 1], rings)).toBe(true);
  expect(inside([5, 5], rings)).toBe(false);
});

describe("a cluster", () => {
  const large = shape("large", [square(66, 24, 3)], "P");
  const small = [0, 1, 2].map((index) => shape(`s${index}`, [square(69 + index * 0.1, 24, 0.1)], "P"));
  const apart = shape("apart", [square(66, 27.5, 0.1)], "Q");

  test("gathers small districts close together, and lists the rest of their division with them", () => {
    expect(clusters(draw([large, ...small, apart], 400, 400, 10), 20)).toEqual([{ title: "P", members: ["s0", "s1", "s2"], listed: ["large", "s0", "s1", "s2"] }]);
  });

  test("has no title where its districts are of several divisions, or none is known", () => {
    const mixed = small.map((each, index) => ({ ...each, properties: { name: each.properties.name, division: index ? "P" : null } }));
    expect(clusters(draw([large, ...mixed], 400, 400, 10), 20)).toEqual([{ title: null, members: ["s0", "s1", "s2"], listed: ["s0", "s1", "s2"] }]);
  });

  test("needs two", () => {
    expect(clusters(draw([large, ...small.slice(2)], 400, 400, 10), 20)).toEqual([]);
  });
});
