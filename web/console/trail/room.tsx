/** The audit trail: entries by day, act, person, tablet and record. */
import { ScrollText } from "lucide-preact";
import { clockExact, plainDay, whole } from "../../shared/format";
import { Button, Empty, Field, Loading, Num, Trouble } from "../../shared/parts";
import { ltr } from "../../shared/words";
import type { EntryListed } from "../../shared/wire.gen";
import { useAnswer } from "../data";
import { address, go, Link, query } from "../router";
import { when } from "../values";
import { actNames, factNames, trailWords } from "./words";

const PAGE = 200;
const ABOUT_SHOWN = 3;
const ASKED = ["day", "act", "about", "by", "device", "before"] as const;
type Asked = Readonly<Partial<Record<(typeof ASKED)[number], string | undefined>>>;

const at = (asked: Asked): string => address(["trail"], asked);

export function TrailRoom() {
  const said = trailWords();
  const asked: Asked = Object.fromEntries(ASKED.flatMap((name) => (query.value.get(name) ? [[name, query.value.get(name)]] : [])));
  const list = useAnswer<EntryListed[]>("/api/audit", asked);
  const entries = list.data;
  const last = entries?.at(-1);
  return (
    <div class="today">
      <header class="strip">
        <h1>{said.title}</h1>
        <Filters asked={asked} />
        <span class="muted">{said.intro}</span>
      </header>
      {list.problem !== null && <Trouble problem={list.problem} again={list.again} />}
      {!entries && list.problem === null && <Loading />}
      {entries?.length === 0 && (
        <Empty icon={ScrollText} title={said.none}>
          {said.noneNext}
        </Empty>
      )}
      {entries && entries.length > 0 && (
        <div class="scroll">
          <Entries entries={entries} asked={asked} />
          <p class="line wrap">
            {asked.before && (
              <Link class="button" to={at({ ...asked, before: undefined })}>
                {said.newest}
              </Link>
            )}
            {last && entries.length === PAGE && (
              <Link class="button" to={at({ ...asked, before: String(last.seq) })} data-testid="trail-more">
                {said.more}
              </Link>
            )}
          </p>
        </div>
      )}
    </div>
  );
}

function Filters({ asked }: { asked: Asked }) {
  const said = trailWords();
  const acts = actNames();
  const ask = (more: Asked): void => go(at({ ...asked, before: undefined, ...more }));
  return (
    <>
      <Field label={said.day}>
        {(ids) => <input {...ids} class="input" type="date" value={asked.day ?? ""} data-testid="trail-day" onChange={(event) => ask({ day: event.currentTarget.value || undefined })} />}
      </Field>
      <Field label={said.act}>
        {(ids) => (
          <select {...ids} class="input" value={asked.act ?? ""} data-testid="trail-act" onChange={(event) => ask({ act: event.currentTarget.value || undefined })}>
            <option value="">{said.all}</option>
            {Object.entries(acts).map(([act, name]) => (
              <option key={act} value={act}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Field label={said.about}>
        {(ids) => <input {...ids} class="input" dir="ltr" value={asked.about ?? ""} data-testid="trail-about" onChange={(event) => ask({ about: event.currentTarget.value.trim() || undefined })} />}
      </Field>
      {Object.keys(asked).length > 0 && (
        <Button look="quiet" onClick={() => go(at({}))} data-testid="trail-clear">
          {said.clear}
        </Button>
      )}
    </>
  );
}

function Entries({ entries, asked }: { entries: readonly EntryListed[]; asked: Asked }) {
  const said = trailWords();
  const acts = actNames();
  return (
    <table class="table table--rows">
      <thead>
        <tr>
          <th scope="col">{said.number}</th>
          <th scope="col">{said.when}</th>
          <th scope="col">{said.act}</th>
          <th scope="col">{said.who}</th>
          <th scope="col">{said.concerns}</th>
        </tr>
      </thead>
      <tbody>
        {entries.map((entry) => (
          <tr key={entry.seq} data-testid="trail-entry" data-act={entry.act} title={said.sealed(entry.hash)}>
            <td>
              <Num>{entry.seq}</Num>
            </td>
            <td>
              {plainDay(entry.at_ms)} <Num>{clockExact(entry.at_ms)}</Num>
            </td>
            <td>{acts[entry.act] ?? entry.act}</td>
            <td>
              <Who entry={entry} asked={asked} />
            </td>
            <td>
              <About entry={entry} asked={asked} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Who({ entry, asked }: { entry: EntryListed; asked: Asked }) {
  const said = trailWords();
  return (
    <>
      {entry.by === null ? (
        <span>{entry.device === null ? said.system : ""}</span>
      ) : (
        <Link to={at({ ...asked, before: undefined, by: entry.by })} title={said.person}>
          <bdi>{entry.by_name ?? entry.by}</bdi>
        </Link>
      )}
      {entry.device !== null && (
        <div class="caption">
          <Link to={at({ ...asked, before: undefined, device: entry.device })} title={said.tablet}>
            <bdi>{said.on(entry.device_name ?? entry.device)}</bdi>
          </Link>
        </div>
      )}
    </>
  );
}

const kilobytes = (bytes: number): string => `${whole(Math.max(1, Math.round(bytes / 1000)))} kB`;

/** Moments and sizes as people read them, all else as it was noted. */
function shown(name: string, value: unknown): string {
  if (typeof value === "number" && name.endsWith("_ms")) return when(value);
  return `\u2068${name === "size" ? kilobytes(Number(value)) : String(value)}\u2069`;
}

function About({ entry, asked }: { entry: EntryListed; asked: Asked }) {
  const said = trailWords();
  const names = factNames();
  // What sort of change it was, the act already says in words.
  const { first, last, kind: _kind, op: _op, ...facts } = entry.facts as Record<string, unknown>;
  const rest = entry.about.length - ABOUT_SHOWN;
  const told = Object.entries(facts).filter(([, value]) => typeof value === "number" || (typeof value === "string" && value.length < 40));
  return (
    <>
      {entry.about.slice(0, ABOUT_SHOWN).map((id) => (
        <div key={id}>
          <Link to={at({ ...asked, before: undefined, about: id })}>
            <bdi dir="ltr" class="mono">
              {id}
            </bdi>
          </Link>
        </div>
      ))}
      {rest > 0 && <div class="caption">{said.others(ltr(rest))}</div>}
      {typeof first === "number" && typeof last === "number" && <div>{said.lines(ltr(first), ltr(last))}</div>}
      {told.length > 0 && (
        <div class="caption">
          {told.map(([name, value]) => `${names[name] ?? name.replaceAll("_", " ")}: ${shown(name, value)}`).join(" · ")}
        </div>
      )}
    </>
  );
}
