/** A tablet's storage fails: it holds other than it was given. One scope is fetched anew; the office hears of it. */

import { describe, expect, test } from "vitest";
import { text, utf8 } from "./bytes";
import { changed, rowDigest } from "./replica";
import type { Store, StoredRow } from "./store";
import type { Ports } from "./tablet";
import { enrolled, ESTABLISHMENT, inside, PERSON, using } from "./testing";

const DISTRICT = "district/korangi";
const OWN = `own/${PERSON}`;
const VISIT = "01990000-0000-7000-8000-000000000015";
const STRAY = "01990000-0000-7000-8000-00000000ffff";
const EPOCH = "01990000-0000-7000-8000-0000000e0001";

const line = (record: string, kind: string, values: object): string =>
  JSON.stringify({ record, kind, n: 1, root: record, values, write: `w ${record}` });

/** An office of two scopes with a row each: what docs/protocol.md says of a pull, and no more. */
class Office {
  readonly rows: Readonly<Record<string, string>> = {
    [DISTRICT]: line(ESTABLISHMENT, "establishment", { name: "Mill 1", district: "korangi", remarks: "none" }),
    [OWN]: line(VISIT, "visit", { establishment: ESTABLISHMENT, district: "korangi", inspector: PERSON }),
  };
  readonly asked: Record<string, unknown>[] = [];
  readonly sent: string[] = [];
  /** Added to every sum: an office whose own sums are wrong. */
  wrong = 0;

  readonly fetch: typeof fetch = async (asked, init) => {
    if (!String(asked).endsWith("/api/sync/pull")) throw new TypeError("no signal");
    const said = JSON.parse(text(init?.body as Uint8Array<ArrayBuffer>)) as { cursors: Record<string, [string, number]>; checksums: Record<string, number> };
    this.asked.push(said);
    const lines: string[] = [];
    for (const [scope, row] of Object.entries(this.rows)) {
      const [epoch, n] = said.cursors[scope] ?? ["", 0];
      const sum = changed(0, 0, await rowDigest(crypto, utf8(row))) + this.wrong;
      const checkpoint = JSON.stringify({ checkpoint: scope, epoch: EPOCH, n: 1, head: true, checksum: sum });
      if (said.cursors[scope] !== undefined && (epoch !== EPOCH || n > 1)) lines.push(JSON.stringify({ reset: scope }));
      else if (n === 1) {
        if (said.checksums[scope] !== sum) lines.push(checkpoint);
        continue;
      } else if (said.cursors[scope] === undefined) lines.push(JSON.stringify({ enter: scope }));
      lines.push(row, checkpoint);
      this.sent.push(scope);
    }
    lines.push(JSON.stringify({ end: true, more: false, anchor: "1790000000000.tag" }));
    return new Response(`${lines.join("\n")}\n`, { status: 200 });
  };
}

async function filled(): Promise<{ ports: Ports & { database: string }; office: Office }> {
  const office = new Office();
  const ports = { ...(await enrolled()), fetch: office.fetch };
  await using(ports, (tablet) => tablet.sync());
  office.sent.length = 0;
  return { ports, office };
}

const rowsOf = (ports: { database: string }): Promise<string[]> =>
  inside(ports, async (store) => (await store.rows.orderBy("[scope+record]").toArray()).map(({ scope, body }) => `${scope} ${text(body)}`));

type Harm = (store: Store) => PromiseLike<unknown>;
const change = (how: (row: StoredRow) => Partial<StoredRow>): Harm => async (store) => {
  const row = (await store.rows.get([DISTRICT, ESTABLISHMENT])) as StoredRow;
  await store.rows.put({ ...row, ...how(row) });
};

const REFETCHED: Readonly<Record<string, Harm>> = {
  "a value was changed": change(({ body }) => ({ body: utf8(text(body).replace("Mill", "Till")) })),
  "a row can no longer be read": change(({ body }) => ({ body: body.slice(0, 40) })),
  "other personal values lie beside a row": change(() => ({ private: utf8('{"a":["salt","Somebody else"]}') })),
  "a row was lost": (store) => store.rows.delete([DISTRICT, ESTABLISHMENT]),
  "a row came back": async (store) => {
    const row = (await store.rows.get([DISTRICT, ESTABLISHMENT])) as StoredRow;
    await store.rows.put({ ...row, record: STRAY, body: utf8(text(row.body).replaceAll(ESTABLISHMENT, STRAY)) });
  },
  "the cursor stands ahead of the rows": async (store) => {
    await store.rows.delete([DISTRICT, ESTABLISHMENT]);
    await store.cursors.put({ scope: DISTRICT, epoch: EPOCH, n: 1, checksum: 0 });
  },
};

const MENDED: Readonly<Record<string, Harm>> = {
  "the cursor stands beyond the office's head": (store) => store.cursors.update(DISTRICT, { n: 1000 }),
  "the cursor stands behind the rows": (store) => store.cursors.update(DISTRICT, { n: 0 }),
  "the sum was changed": (store) => store.cursors.update(DISTRICT, { checksum: 7 }),
  "a row's place was changed": change(() => ({ kind: "visit", parent: "x", digest: 7 })),
  "the cursor was lost": (store) => store.cursors.delete(DISTRICT),
  "rows came back of a scope that nobody asked for": async (store) => {
    const row = (await store.rows.get([DISTRICT, ESTABLISHMENT])) as StoredRow;
    await store.rows.put({ ...row, scope: "district/malir" });
  },
};

describe.each(Object.entries({ ...REFETCHED, ...MENDED }))("%s", (name, harm) => {
  test("it is found at the next start, and costs one scope at most", async () => {
    const { ports, office } = await filled();
    const before = await rowsOf(ports);
    await inside(ports, harm);
    await using(ports, (tablet) => tablet.sync());
    expect(await rowsOf(ports)).toEqual(before);
    expect(new Set(office.sent).has(OWN)).toBe(false);
    expect(await inside(ports, async (store) => [await store.recall("refetched"), await store.recall("alarms")])).toEqual([
      name in REFETCHED ? 1 : undefined,
      undefined,
    ]);
    office.sent.length = 0;
    await using(ports, (tablet) => tablet.sync());
    expect(office.sent).toEqual([]);
  });

  test("what is not sent is kept, and lies over the rows", async () => {
    const { ports } = await filled();
    await using(ports, async (tablet) => (await tablet.openForm(ESTABLISHMENT)).save({ remarks: "painted" }));
    await inside(ports, harm);
    await using(ports, async (tablet) => {
      // The push does not get through; the look at the rows came before it.
      expect((await tablet.sync()).problem?.code).toBe("no-answer");
      await tablet.pull();
      await tablet.pull();
      expect((await tablet.status()).onlyHere).toBe(1);
      expect(await tablet.shown(ESTABLISHMENT)).toMatchObject({ name: "Mill 1", remarks: "painted" });
    });
  });
});

test("without a network a doubtful row stays on the screen", async () => {
  const { ports } = await filled();
  await inside(ports, REFETCHED["a value was changed"] as Harm);
  await using({ ...ports, fetch: () => Promise.reject(new TypeError("no signal")) }, async (tablet) => {
    await tablet.sync();
    expect(await tablet.shown(ESTABLISHMENT)).toMatchObject({ name: "Till 1" });
  });
});

test("the office hears of it at the next pull, and again where fetching anew did not help", async () => {
  const { ports, office } = await filled();
  await inside(ports, REFETCHED["a row was lost"] as Harm);
  await using(ports, (tablet) => tablet.sync());
  expect(office.asked.at(-1)).toMatchObject({ told: { drift: { [DISTRICT]: { times: 1, still: false } } } });
  office.wrong = 1;
  await using(ports, async (tablet) => {
    await tablet.sync();
    await tablet.pull();
  });
  expect(office.asked.at(-1)).toMatchObject({ told: { drift: { [DISTRICT]: { times: 2, still: true } } } });
  office.wrong = 0;
  await using(ports, async (tablet) => {
    await tablet.sync();
    await tablet.pull();
  });
  expect(office.asked.at(-1)).toMatchObject({ told: { drift: { [DISTRICT]: { times: 2, still: false } } } });
});

test("the office is told what the screen shows", async () => {
  const { ports, office } = await filled();
  await using(ports, async (tablet) => {
    for (const remarks of ["one", "two"]) await (await tablet.openForm(ESTABLISHMENT)).save({ remarks });
    await tablet.pull();
    const { captured, onlyHere, oldestHereMs } = await tablet.status();
    expect({ captured, onlyHere }).toEqual({ captured: 2, onlyHere: 2 });
    expect(office.asked.at(-1)).toMatchObject({ told: { captured: 2, acknowledged: 0, before: 0, oldest_unsent_ms: oldestHereMs } });
    expect(oldestHereMs).toBeGreaterThanOrEqual(1_790_000_000_000);
  });
});
