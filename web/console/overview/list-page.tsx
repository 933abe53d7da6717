/** The records behind a figure: as many as the figure says. */
import { ArrowLeft, ListX } from "lucide-preact";
import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { clockExact, rupees, whole } from "../../shared/format";
import { Banner, Button, Empty, Loading, Num, Trouble } from "../../shared/parts";
import { ltr } from "../../shared/words";
import type { Compliance } from "../../shared/wire.gen";
import { useAnswer } from "../data";
import { address, Link } from "../router";
import { EVERYWHERE, type List } from "./figure-link";
import { FLAGS, QUARANTINE, ROWS, type ListKind } from "./list-kinds";
import { together } from "./measures";
import { listWords, overviewWords } from "./words";

const PAGE = 500;

/** /console/overview/DISTRICT/LIST */
export function ListPage({ district, list }: { district: string; list: List }) {
  const said = listWords();
  const everywhere = district === EVERYWHERE;
  const counted = useAnswer<Compliance[]>("/api/compliance", { district: everywhere ? null : district });
  const here = counted.data && together(counted.data);
  const place = everywhere ? overviewWords().all : (counted.data?.[0]?.name ?? district);
  const figure = here && { establishments: here.establishments, visited: here.visited, reports: here.reports, flagged: here.flagged, conflicts: here.open_conflicts, quarantined: here.quarantined }[list];
  return (
    <div class="overview">
      <Link to={address(["overview"])} class="line overview-back">
        <ArrowLeft size={16} class="mirrored" aria-hidden="true" />
        {said.back}
      </Link>
      <header class="line wrap overview-head">
        <h1 class="grow">
          <bdi>{said[list](place)}</bdi>
        </h1>
        {here && (
          <dl class="overview-opened">
            <div>
              <dt class="visually-hidden">{said.figure}</dt>
              <dd data-testid="list-figure">
                <Num>{whole(figure ?? 0)}</Num>
              </dd>
            </div>
            {list === "flagged" && (
              <div>
                <dt class="visually-hidden">{said.due}</dt>
                <dd>
                  <Num>{rupees(here.due_rs)}</Num>
                </dd>
              </div>
            )}
          </dl>
        )}
        {counted.atMs > 0 && <p class="caption">{said.asOf(ltr(clockExact(counted.atMs)))}</p>}
      </header>
      {counted.problem !== null && <Trouble problem={counted.problem} again={counted.again} />}
      <Listed list={list} district={everywhere ? null : district} figure={figure} />
    </div>
  );
}

function Listed({ list, ...rest }: { list: List; district: string | null; figure: number | undefined }) {
  switch (list) {
    case "flagged":
      return <Records kind={FLAGS} {...rest} />;
    case "quarantined":
      return <Records kind={QUARANTINE} {...rest} />;
    default:
      return <Records kind={ROWS[list]} {...rest} />;
  }
}

interface RecordsProps<T> {
  readonly kind: ListKind<T>;
  readonly district: string | null;
  readonly figure: number | undefined;
}

function Records<T>({ kind, district, figure }: RecordsProps<T>) {
  const columns = kind.useColumns(district);
  return (
    <div class="card scroll" tabIndex={0} role="group" aria-label={listWords().figure}>
      <table class="table overview-list">
        <thead>
          <tr>
            <th class="figure">{listWords().number}</th>
            {columns.map((column) => (
              <th key={column.title} class={column.figure ? "figure" : undefined}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <Page kind={kind} district={district} figure={figure} after={null} before={0} />
      </table>
    </div>
  );
}

/** One page and, where it is full, the way to the next. At the end the length is held against the figure. */
function Page<T>({ kind, district, figure, after, before }: RecordsProps<T> & { after: string | null; before: number }) {
  const said = listWords();
  const [open, setOpen] = useState(false);
  const asked = useAnswer<T[]>(kind.path, { ...kind.asked, district, ...kind.next(after, before) });
  const columns = kind.useColumns(district);
  const found = asked.data;
  const last = found?.at(-1);
  const full = found?.length === PAGE && last !== undefined;
  const listed = before + (found?.length ?? 0);
  const across = columns.length + 1;
  return (
    <>
      <tbody>
        {!found && <Wide across={across}>{asked.problem ? <Trouble problem={asked.problem} again={asked.again} /> : <Loading />}</Wide>}
        {found?.map((record, index) => (
          <tr key={kind.id(record)} data-testid="list-row" data-record={kind.id(record)}>
            <td class="figure muted">{whole(before + index + 1)}</td>
            {columns.map((column) => (
              <td key={column.title} class={column.figure ? "figure" : undefined}>
                {column.shown(record)}
              </td>
            ))}
          </tr>
        ))}
        {found && listed === 0 && (
          <Wide across={across}>
            <Empty icon={ListX} title={said.empty}>
              {said.emptyNext}
            </Empty>
          </Wide>
        )}
        {full && !open && (
          <Wide across={across}>
            <Button onClick={() => setOpen(true)}>{said.more}</Button>
          </Wide>
        )}
        {found && !full && figure !== undefined && figure !== listed && (
          <Wide across={across}>
            <Banner tone="warn" title={said.differs(ltr(whole(listed)), ltr(whole(figure)))}>
              <span data-testid="list-differs">{said.differsNext}</span>
            </Banner>
          </Wide>
        )}
      </tbody>
      {full && open && <Page kind={kind} district={district} figure={figure} after={kind.id(last)} before={listed} />}
    </>
  );
}

function Wide({ across, children }: { across: number; children: ComponentChildren }) {
  return (
    <tr>
      <td colSpan={across}>{children}</td>
    </tr>
  );
}
